import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleetPage } from '../../../src/server/pages/fleet-page.ts';
import { asked, columnTitles, linkNamed, plainText, row, rowNames, vocabulary, withoutOwnScript } from './page-text.ts';
import { hostile, manyPeers, mixedFleet, peer, silent, target, trunk, view, waiting, wall } from './status-targets.ts';

const page = (query = '', targets = mixedFleet): string => fleetPage(targets, asked(query), view);
const names = (query = '', targets = mixedFleet): readonly string[] => rowNames(page(query, targets), 'PBXs');

describe('the fleet page', () => {
  test('shows problems first: down, up with problems, not tried, well', () => {
    expect(names()).toEqual(['hamburg', 'münchen-lager', 'berlin-hq', 'bremen', 'essen', 'dresden', 'aachen']);
    expect(plainText(page())).toContain('2 PBXs are down');
  });

  test('says what is wrong in words, since when, and how long no login will be tried', () => {
    expect(row(page(), 'PBXs', 'hamburg')).toEqual({
      State: 'down for 40 s',
      Problems: 'The login was refused. Logins are suspended for another 14 min.',
      'Trunks in service': '1 of 1',
      'Peers reachable': '53 of 60',
      Calls: '',
      'Data from': '70 s ago',
    });
    expect(row(page(), 'PBXs', 'berlin-hq')['Problems']).toBe(
      '1 of 6 trunks not in service: Telvia backup (rejected).',
    );
    expect(row(page(), 'PBXs', 'bremen')['Problems']).toBe(
      'Reading the queues failed: the account may not see the queues.',
    );
    expect(row(page(), 'PBXs', 'essen')['Problems']).toBe('None of 2 peers can be reached.');
  });

  test('shows no number that is too old, and no 0 in its place', () => {
    expect(row(page(), 'PBXs', 'münchen-lager')).toMatchObject({
      State: 'down for 3 h 5 min',
      'Trunks in service': '',
      'Peers reachable': '',
      'Data from': 'no data',
    });
    const alone = plainText(page('', [silent]));
    expect(alone).toContain('Peers not read');
    expect(alone).toContain('Trunks not read');
  });

  test('tells not tried, empty and down apart', () => {
    expect(row(page(), 'PBXs', 'dresden')).toMatchObject({ State: 'not tried yet', 'Peers reachable': '' });
    expect(row(page(), 'PBXs', 'bremen')['Trunks in service']).toBe('none');
    expect(plainText(page('', [waiting]))).toContain('Starting: no PBX has been polled yet');
  });

  test('adds up what was read and says from how many PBXs', () => {
    const text = plainText(page());
    expect(text).toContain('407 of 454 reachable');
    expect(text).toContain('6 of 9 in service');
    expect(text).toContain('Read from 5 of 7 PBXs.');
    expect(text).toContain('13 active Read from 1 of 7 PBXs.');
    expect(text).toContain('1 suspended Ends in 14 min.');
  });

  test('says which firmware runs how often, in the PBXs that are shown', () => {
    const phones = (...userAgents: readonly string[]) =>
      userAgents.map((userAgent, index) => peer(String(index), 'reachable', { devices: [{ userAgent }] }));
    const fleet = [
      target('one', { retained: { peers: phones('SoftTalk/3.0', 'DeskSet/1.18') } }),
      target('two', { retained: { peers: phones('DeskSet/1.18', 'DeskSet/1.18', 'Old/0.9') } }),
      target('three', { identity: { userAgents: 0 }, retained: { peers: phones('DeskSet/1.18') } }),
    ];
    expect(rowNames(page('', fleet), 'Registered devices by user agent')).toEqual([
      'DeskSet/1.18',
      'Old/0.9',
      'SoftTalk/3.0',
    ]);
    expect(row(page('', fleet), 'Registered devices by user agent', 'DeskSet/1.18')).toEqual({
      Devices: '3',
      PBXs: '2',
    });
    expect(rowNames(page('q=one', fleet), 'Registered devices by user agent')).toEqual([
      'DeskSet/1.18',
      'SoftTalk/3.0',
    ]);
    expect(plainText(page())).not.toContain('User agent');
  });

  test('a fleet of one that is well, and one of none', () => {
    const one = page('', [target('only', { retained: { peers: [peer('1')], trunks: [trunk('t')] } })]);
    expect(plainText(one)).toContain('The PBX has no problems');
    expect(one).not.toContain('<form');
    expect(columnTitles(one, 'PBXs')).not.toContain('Calls');
    expect(plainText(page('', []))).toContain('No PBX is configured');
  });

  test('says the meaning of the reason where nothing more is known, and what was seen where it is', () => {
    const down = (detail?: string): string => {
      const lastRound = { endedAtWall: wall, durationMs: 1, reason: 'connect', ...(detail && { detail }) } as const;
      return row(page('', [target('x', { record: { up: false, lastRound } })]), 'PBXs', 'x')['Problems'] ?? '';
    };
    expect(down()).toBe('No connection to the PBX, or it was closed before an answer began.');
    expect(down('the connection was refused (ECONNREFUSED)')).toBe('The connection was refused (ECONNREFUSED).');
  });

  test('one peer that is away is no trouble of the PBX', () => {
    const away = target('small', { retained: { peers: [peer('1', 'unreachable'), peer('2')] } });
    expect(row(page('', [away]), 'PBXs', 'small')['State']).toBe('up for 1 h 16 min');
  });
});

describe('search and filters', () => {
  test.each([
    ['?q=ham', ['hamburg']],
    ['?q=MUNCHEN', ['münchen-lager']],
    ['?q=refused', ['hamburg']],
    ['?q=timeout', ['münchen-lager']],
    ['?q=nordwind', ['berlin-hq']],
    ['?q=37.12', ['berlin-hq']],
    ['?q=site berlin', ['berlin-hq']],
    ['?state=down', ['hamburg', 'münchen-lager']],
    ['?state=suspended', ['hamburg']],
    ['?state=problems', ['hamburg', 'münchen-lager', 'berlin-hq', 'bremen', 'essen']],
    ['?state=waiting', ['dresden']],
    ['?state=up', ['berlin-hq', 'bremen', 'essen', 'aachen']],
    ['?family=yeastar-s', ['münchen-lager']],
    ['?label=site%3Daachen', ['aachen']],
    ['?state=down&family=mikopbx&q=hamburg', ['hamburg']],
  ])('%s', (query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  test('a filter that fits nothing says so and leads back', () => {
    expect(plainText(page('?q=nobody'))).toContain('No PBXs match. Show all');
    expect(linkNamed(page('?q=nobody&refresh=10'), 'Show all 7')).toBe('?refresh=10#pbxs');
  });

  test('what makes no sense is as if it were not there', () => {
    for (const query of ['?state=%00', '?sort=__proto__', '?order=x', '?page=-1', '?page=1e99', '?page=0', '?foo=1'])
      expect(names(query)).toEqual(names());
  });

  test('the form shows what was asked for', () => {
    const html = page('?q=a%22b&state=down&family=mikopbx&sort=name&order=desc&refresh=30');
    expect(html).toContain('name="q" value="a&quot;b"');
    expect(html).toContain('<option value="down" selected>');
    expect(html).toContain('<option value="mikopbx" selected>');
    expect(html).toContain('<input type="hidden" name="sort" value="name">');
    expect(html).toContain('<input type="hidden" name="refresh" value="30">');
  });
});

describe('sorting and pages', () => {
  test.each([
    ['?sort=name', ['aachen', 'berlin-hq', 'bremen', 'dresden', 'essen', 'hamburg', 'münchen-lager']],
    ['?sort=name&order=desc', ['münchen-lager', 'hamburg', 'essen', 'dresden', 'bremen', 'berlin-hq', 'aachen']],
    // PBXs without a value come last in both directions.
    ['?sort=peers&order=desc', ['berlin-hq', 'bremen', 'hamburg', 'aachen', 'essen', 'dresden', 'münchen-lager']],
    ['?sort=peers&order=asc', ['aachen', 'essen', 'hamburg', 'bremen', 'berlin-hq', 'dresden', 'münchen-lager']],
  ])('%s', (query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  test('a header leads to its order, then to the other one, and keeps search, filters and refresh', () => {
    const first = page('?q=e&state=up&refresh=10&page=2');
    expect(linkNamed(first, 'PBX')).toBe('?q=e&state=up&refresh=10&sort=name&order=asc#pbxs');
    expect(linkNamed(page('?sort=name'), 'PBX')).toBe('?sort=name&order=desc#pbxs');
    expect(page('?sort=name&order=desc')).toContain('aria-sort="descending"');
    expect(page()).toMatch(/aria-sort="ascending"><a href="\?sort=state&amp;order=desc#pbxs">State/u);
  });

  test('numbers in names are sorted by value', () => {
    const fleet = ['pbx-10', 'pbx-9', 'PBX-1'].map((name) => target(name, { retained: { peers: [peer('1')] } }));
    expect(names('', fleet)).toEqual(['PBX-1', 'pbx-9', 'pbx-10']);
  });

  test('a thousand PBXs come in pages, each on one of them', () => {
    const fleet = Array.from({ length: 1000 }, (_, index) =>
      target(`pbx-${index}`, { retained: { peers: manyPeers(3) } }),
    );
    const seen = [1, 2, 3, 4, 5].flatMap((number) => names(`?page=${number}`, fleet));
    expect(seen).toEqual(fleet.map(({ identity }) => identity.name));
    expect(names('?page=99', fleet)).toEqual(names('?page=5', fleet));
    expect(linkNamed(page('?page=2', fleet), '← Previous')).toBe('?#pbxs');
    expect(linkNamed(page('?page=2', fleet), 'Next →')).toBe('?page=3#pbxs');
    expect(plainText(page('?page=2', fleet))).toContain('201–400 of 1,000 · page 2 of 5');
  });
});

describe('the page itself', () => {
  test('refreshes itself only when asked, at a rate it offers', () => {
    expect(page()).not.toContain('http-equiv="refresh"');
    expect(page('?refresh=10')).toContain('<meta http-equiv="refresh" content="10">');
    expect(page('?refresh=0')).not.toContain('http-equiv="refresh"');
    expect(page('?refresh=1;url=//example.org')).not.toContain('http-equiv="refresh"');
    expect(linkNamed(page('?q=x'), '30 s')).toBe('?q=x&refresh=30');
  });

  test('holds no script, no inline style and nothing to load, whatever the names', () => {
    const bad = target(hostile, {
      identity: { labels: { [hostile]: hostile }, family: hostile },
      retained: { trunks: [trunk(hostile, 'failed', { name: hostile })], system: { version: hostile } },
    });
    const broken = target('broken', {
      record: { up: false, lastRound: { endedAtWall: wall, durationMs: 1, reason: 'protocol', detail: hostile } },
    });
    const html = page(`?q=${encodeURIComponent('')}&family=${encodeURIComponent(hostile)}`, [
      bad,
      broken,
      ...mixedFleet,
    ]);
    expect(names(`?family=${encodeURIComponent(hostile)}`, [bad, broken, ...mixedFleet])).toEqual([
      plainText(plainEscape(hostile)),
    ]);
    expect(withoutOwnScript(html)).not.toContain('<script');
    expect(html).not.toContain('<img');
    const clean = vocabulary(page());
    const dirty = vocabulary(page('', [bad, broken, ...mixedFleet]));
    expect(dirty).toEqual(clean);
    expect(clean.elements).not.toContain('script');
    expect(clean.attributes.filter((name) => name.startsWith('on') || name === 'style' || name === 'src')).toEqual([]);
  });

  test('is made whatever is asked of it, and never says more than its own vocabulary', () => {
    const known = vocabulary(page('?q=nothing&refresh=5')).elements.concat(vocabulary(page('?refresh=5')).elements);
    const parameter = fc.tuple(
      fc.constantFrom('q', 'state', 'family', 'label', 'sort', 'order', 'page', 'refresh', 'x'),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('name', 'desc', '2', 'down', hostile, '5')),
    );
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 6 }), (parameters) => {
        const html = page(new URLSearchParams(parameters).toString());
        expect(vocabulary(html).elements.filter((name) => !known.includes(name))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a search with HTML comes back as text', () => {
    const html = page(`?q=${encodeURIComponent(hostile)}`);
    expect(vocabulary(html).elements).not.toContain('script');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;');
  });
});

function plainEscape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
