import { describe, expect, test } from 'vitest';
import { failureReasons } from '../../../src/snapshot/failure-reason.ts';
import { peerStates, trunkStates } from '../../../src/snapshot/reading.ts';
import { emptyRecord } from '../../../src/snapshot/record.ts';
import { pbxPage, unknownPbxPage } from '../../../src/server/pages/pbx-page.ts';
import type { StatusTarget } from '../../../src/server/pages/view.ts';
import { asked, columnTitles, linkNamed, plainText, row, rowNames, vocabulary, withoutOwnScript } from './page-text.ts';
import {
  headquarters,
  hostile,
  manyPeers,
  monotonic,
  peer,
  refused,
  silent,
  target,
  trunk,
  view,
  waiting,
  wall,
} from './status-targets.ts';

const page = (of: StatusTarget, query = ''): string => pbxPage(of, asked(query), view);
const text = (of: StatusTarget, query = ''): string => plainText(page(of, query));

describe('a PBX that is up', () => {
  test('says what it is, since when, and how fresh its data is', () => {
    const shown = text(headquarters);
    for (const part of [
      'berlin-hq up, problems for 1 h 16 min, since 2026-03-14 01:51:09 UTC',
      'Model P560',
      'Version 37.12.0.24',
      'Uptime of the PBX 12 d 2 h',
      'site=berlin',
      'every 30 s; last one 5 s ago, took 153 ms',
      '7 inbound, 4 outbound, 2 internal',
      '1 of 6 trunks not in service: Telvia backup (rejected).',
    ])
      expect(shown).toContain(part);
    expect(
      row(page(headquarters), 'Collectors', 'peers the list of extensions and phones'.split(' ')[0] ?? ''),
    ).toMatchObject({
      'Last round': 'read',
      'Values from': '5 s ago',
    });
  });

  test('says how running calls sound, where that is read; a loss that nobody could judge is not none', () => {
    const media = { flowing: 1_203, one_way: 1, none: 2, unknown: 0 };
    const bad = target('bad', {
      retained: { quality: { eventGaps: 0, running: { media, lossy: { '0.01': 4, '0.05': 2 } } } },
    });
    expect(text(bad)).toContain(
      'Call legs 1,206 running 1,203 with audio, 1 one-way, 2 without audio (hold or direct media) 4 losing more than 1 %, 2 of them more than 5 %',
    );
    const good = { ...media, one_way: 0, none: 0 };
    const fine = target('fine', {
      retained: { quality: { eventGaps: 0, running: { media: good, lossy: { '0.01': 0, '0.05': 0 } } } },
    });
    expect(text(fine)).toContain('Call legs 1,203 running 1,203 with audio None losing more than 1 %');
    const unread = { ...good, flowing: 0, unknown: 3 };
    const early = target('early', { retained: { quality: { eventGaps: 0, running: { media: unread } } } });
    expect(text(early)).toContain('Call legs 3 running 3 not known yet Loss not known yet');
    expect(text(target('without', { retained: { quality: { eventGaps: 0 } } }))).not.toContain('Call legs');
    expect(text(headquarters)).not.toContain('Call legs');
  });

  test('says how close it is to its limits, and what of it ends when', () => {
    const seconds = wall / 1000;
    const near = target('near', {
      record: { certificateExpiry: { value: seconds + 13 * 86_400, readAt: monotonic } },
      retained: {
        system: {
          used: { calls: 27, users: 8, recording_bytes: 12_400_000_000 },
          limits: { calls: 30, recording_bytes: 1_000_000_000_000, extensions: 1_000 },
          licenseExpiries: { maintenance: seconds - 3_600 },
        },
      },
    });
    const shown = text(near);
    for (const part of [
      'Calls 27 of 30 (90 %)',
      'Recordings 12.4 GB of 1 TB (1 %)',
      'Extensions at most 1,000',
      'Licence: maintenance ended 1 h ago, 2026-03-14 02:07:09 UTC',
      'Certificate ends in 13 d, 2026-03-27 03:07:09 UTC',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('Users');
  });

  test('says which devices are registered, in sum and for each peer', () => {
    const devices = target('devices', {
      retained: {
        peers: [
          peer('1', 'reachable', { devices: [{ userAgent: 'DeskSet/1.18' }, { userAgent: 'SoftTalk/3.0' }] }),
          peer('2', 'reachable', { devices: [{ userAgent: 'DeskSet/1.18' }, { userAgent: 'DeskSet/1.18' }] }),
          ...['a', 'b', 'c', 'd'].map((name) => peer(name, 'reachable', { devices: [{ userAgent: name }] })),
          peer('3', 'unregistered'),
        ],
      },
    });
    const shown = text(devices);
    expect(shown).toContain('Devices 8 registered 3 DeskSet/1.18 1 SoftTalk/3.0 1 a 1 b And 2 other user agents.');
    expect(row(page(devices), 'Peers', '1')).toMatchObject({ Device: 'DeskSet/1.18, SoftTalk/3.0' });
    expect(row(page(devices), 'Peers', '2')).toMatchObject({ Device: 'DeskSet/1.18' });
    expect(rowNames(page(devices, 'q=softtalk'), 'Peers')).toEqual(['1']);
    expect(columnTitles(page(headquarters), 'Peers')).not.toContain('Device');
  });

  test('shows trunks worst first, with the word of the PBX where it is another one', () => {
    expect(rowNames(page(headquarters), 'Trunks')).toEqual([
      'Telvia backup',
      'Fax',
      'Door',
      'Hamburg',
      'Telvia main',
      'Old ISDN',
    ]);
    expect(row(page(headquarters), 'Trunks', 'Telvia backup')).toEqual({
      State: 'rejected PBX says: Rejected (403)',
      Provider: 'sip2.telvia.example',
      Kind: 'register',
      Roundtrip: '',
      'Changes since start': '0',
    });
    expect(row(page(headquarters), 'Trunks', 'Telvia main')['Roundtrip']).toBe('15.0 ms');
  });

  test('shows queues, and what is not told as not told', () => {
    const of = target('q', {
      retained: { queues: [{ id: 'sales', waitingCallers: 3, agents: { in_call: 4, paused: 1 } }, { id: 'night' }] },
    });
    expect(row(page(of), 'Queues', 'sales')).toEqual({ 'Waiting callers': '3', Agents: '4 in a call, 1 paused' });
    expect(row(page(of), 'Queues', 'night')).toEqual({ 'Waiting callers': 'not reported', Agents: 'not reported' });
  });

  test('tells an empty list from one that could not be read and from one that nobody asked for', () => {
    expect(text(target('e', { retained: { trunks: [] } }))).toContain('The PBX has no trunks.');
    const failing = target('f', { record: { collectors: { trunks: { success: false, reason: 'forbidden' } } } });
    expect(text(failing)).toContain(
      'The list of trunks could not be read. This does not mean that there are no trunks.',
    );
    expect(text(target('n', { retained: { peers: [peer('1')] } }))).not.toMatch(/Trunks(?! and peers as CSV)/);
  });

  test('every state of a peer and of a trunk is shown as its word with a sign', () => {
    const of = target('all', {
      retained: {
        peers: peerStates.map((state) => peer(state, state)),
        trunks: trunkStates.map((state) => trunk(state, state)),
      },
    });
    for (const state of peerStates) expect(row(page(of), 'Peers', state)['State']).toBe(state);
    for (const state of trunkStates) expect(row(page(of), 'Trunks', state)['State']).toBe(state);
    const signs = [...page(of).matchAll(/data-title="State"[^>]*><span class="badge [a-z]+"[^>]*><svg class="icon"/gu)];
    expect(signs).toHaveLength(peerStates.length + trunkStates.length);
  });

  test('a measured roundtrip of 0 is shown, one that was not measured is not', () => {
    const of = target('r', { retained: { peers: [peer('1', 'reachable', { roundtripMicroseconds: 0 }), peer('2')] } });
    expect(row(page(of), 'Peers', '1')['Roundtrip']).toBe('0 µs');
    expect(row(page(of), 'Peers', '2')['Roundtrip']).toBe('');
  });

  test('columns of what the PBX never tells are left out', () => {
    expect(columnTitles(page(target('s', { retained: { peers: [peer('1')] } })), 'Peers')).toEqual([
      'State',
      'Peer',
      'Changes since start',
    ]);
  });

  test('rounds that do not come any more are said, so that old data has no healthy face', () => {
    const late = { ...headquarters, overdueMs: 540_000 };
    expect(text(late)).toContain('The rounds are late');
    expect(text(late)).toContain('A round is due every 30 s, and the next one is overdue by 9 min.');
    expect(text(late)).toContain('up, problems');
    expect(text(headquarters)).not.toContain('The rounds are late');
  });
});

describe('a PBX that is down', () => {
  test('says why in words, what it was told, what to do, and how long no login is tried', () => {
    const shown = text(refused);
    for (const part of [
      'The login was refused',
      'bad_credentials : the user name, password, token or key was refused',
      'Logins are suspended for another 14 min, until 2026-03-14 03:21:29 UTC',
      'Check the user name and password (or token) of this target.',
      'Last tried 40 s ago. The last good round was 70 s ago.',
      'The values below are from an earlier round and disappear in 20 s.',
      '3 successful, 1 failed',
    ])
      expect(shown).toContain(part);
  });

  test('says that it is tried less often while no login gets through', () => {
    const long = {
      ...silent,
      record: { ...silent.record, lastRound: { endedAtWall: wall - 240_000, durationMs: 20_000 } },
    };
    expect(text(long)).toContain('While this lasts, the exporter tries less often');
    expect(text(refused)).not.toContain('tries less often');
  });

  test('shows nothing that is too old', () => {
    expect(text(silent)).toContain('No values are shown, because they are too old.');
    expect(text(silent)).toContain('The list of peers could not be read.');
    expect(text(silent)).not.toContain('Anna');
    expect(row(page(silent), 'Collectors', 'peers')['Values from']).toBe('3 h 6 min ago too old to be shown');
  });

  test.each(failureReasons)('has a hint for %s', (reason) => {
    const of = target('d', {
      record: {
        up: false,
        lastRound: { endedAtWall: wall - 1000, durationMs: 5, reason, detail: 'what the PBX said' },
      },
    });
    expect(
      page(of)
        .match(/<section class="card alert".*?<\/section>/su)?.[0]
        .match(/<li>/gu)?.length,
    ).toBeGreaterThan(0);
    expect(plainText(/<section class="card alert".*?<\/section>/su.exec(page(of))?.[0] ?? '')).toMatch(
      new RegExp(`^What the PBX said ${reason} : [a-z]`, 'iu'),
    );
  });

  test('one that was not asked yet is not called down', () => {
    expect(text(waiting)).toContain('not tried yet');
    expect(text(waiting)).not.toMatch(/\bdown\b/u);
  });
});

describe('five thousand peers', () => {
  const large = target('large', { retained: { peers: manyPeers(5000), trunks: [trunk('t')] } });

  test('come in pages, worst first, each on one of them', () => {
    const seen = Array.from({ length: 25 }, (_, index) => rowNames(page(large, `?page=${index + 1}`), 'Peers')).flat();
    expect(new Set(seen).size).toBe(5000);
    expect(row(page(large), 'Peers', seen[0] ?? '')['State']).toBe('unreachable');
    expect(text(large, '?page=25')).toContain('4,801–5,000 of 5,000 · page 25 of 25');
  });

  test('are searched by number, name and state; each word counts', () => {
    expect(rowNames(page(large, '?q=4711'), 'Peers')).toEqual(['4711']);
    const found = page(large, '?q=garcia+kofi');
    expect(row(found, 'Peers', rowNames(found, 'Peers')[0] ?? '')['Name']).toBe('Kofi García');
    expect(text(large, '?q=nobody')).toContain('No trunks or peers match.');
  });

  test('are narrowed by links that keep the search, and sorted', () => {
    const away = manyPeers(5000).filter(({ id, state }) => id.includes('1') && state === 'unreachable').length;
    expect(linkNamed(page(large, '?target=large&q=1&page=3'), `unreachable ${away}`)).toBe(
      '?target=large&q=1&state=unreachable#peers',
    );
    const slowest = rowNames(page(large, '?sort=roundtrip&order=desc'), 'Peers')[0] ?? '';
    expect(text(large)).toContain(`( ${slowest} )`);
  });

  test('beyond peers.limit are counted, not listed, and said', () => {
    const limited = target('l', { identity: { peerLimit: 10 }, retained: { peers: manyPeers(25) } });
    expect(rowNames(page(limited), 'Peers')).toHaveLength(10);
    expect(text(limited)).toContain('15 more peers are counted, but not listed here: peers.limit is 10.');
    expect(text(limited)).toContain('of 25 reachable');
    expect(text({ ...limited, identity: { ...limited.identity, peerLimit: 25 } })).not.toContain('peers.limit');
  });
});

describe('names of people', () => {
  const retained = { peers: [peer('1', 'reachable', { name: 'Grace Hopper' }), peer('2')] };

  test('plain: shown and found', () => {
    const of = target('p', { retained });
    expect(row(page(of), 'Peers', '1')['Name']).toBe('Grace Hopper');
    expect(rowNames(page(of, '?q=hopper'), 'Peers')).toEqual(['1']);
  });

  test('hash: only the hash is shown, and only the hash is found', () => {
    const of = target('p', { retained, identity: { peerNames: 'hash' } });
    const hash = view.hashName('Grace Hopper', '') ?? 'no hash';
    expect(row(page(of), 'Peers', '1')['Name']).toBe(hash);
    expect(page(of)).not.toMatch(/grace|hopper/iu);
    expect(text(of, '?q=hopper')).toContain('No trunks or peers match.');
    expect(rowNames(page(of, `?q=${hash}`), 'Peers')).toEqual(['1']);
  });

  test('none: no names, no column, nothing to search or sort by', () => {
    const of = target('p', { retained, identity: { peerNames: 'none' } });
    expect(columnTitles(page(of), 'Peers')).not.toContain('Name');
    expect(page(of)).not.toMatch(/grace|hopper/iu);
    expect(text(of, '?q=hopper')).toContain('No trunks or peers match.');
    const other = target('p', {
      retained: { peers: [peer('2', 'reachable', { name: 'A' }), peer('1', 'reachable', { name: 'B' })] },
      identity: { peerNames: 'none' },
    });
    expect(rowNames(page(other, '?sort=name'), 'Peers')).toEqual(['1', '2']);
  });
});

test('whatever a PBX or a configuration says, it stays text', () => {
  const bad = target(hostile, {
    identity: { labels: { a: hostile }, family: hostile },
    retained: {
      peers: [peer(hostile, 'unreachable', { name: hostile, contacts: 1, inCall: true, roundtripMicroseconds: 5 })],
      trunks: [trunk(hostile, 'rejected', { name: hostile, kind: hostile, host: hostile, rawState: hostile })],
      queues: [{ id: hostile }],
      system: { version: hostile, model: hostile },
    },
    record: {
      collectors: { calls: { success: false, reason: 'protocol', detail: hostile } },
      counters: { ...emptyRecord.counters, roundFailures: { protocol: 1 } },
    },
  });
  for (const up of [true, false]) {
    const html = page({
      ...bad,
      record: {
        ...bad.record,
        up,
        lastRound: { endedAtWall: wall, durationMs: 1, reason: 'protocol', detail: hostile },
      },
    });
    expect(withoutOwnScript(html)).not.toContain('<script');
    expect(html).not.toContain('<img');
    const { elements, attributes } = vocabulary(html);
    expect(elements.filter((name) => ['script', 'img', 'iframe', 'object', 'base'].includes(name))).toEqual([]);
    expect(attributes.filter((name) => name.startsWith('on') || name === 'style' || name === 'src')).toEqual([]);
  }
});

test('half a character and characters that are none do no harm', () => {
  const odd = target('\ud800', {
    retained: { peers: [peer('\udfff\u0000', 'reachable', { name: '\ud83d'.repeat(300) })], trunks: [] },
  });
  expect(page(odd, '?q=x')).toContain('</html>');
  expect(page(odd)).toContain('</html>');
});

test('a name that no PBX has leads to those that are like it', () => {
  const html = unknownPbxPage(hostile, ['berlin-hq'], view);
  expect(vocabulary(html).elements).not.toContain('script');
  expect(linkNamed(html, 'berlin-hq')).toBe('pbx?target=berlin-hq');
});
