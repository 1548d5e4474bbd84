import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAsteriskSimulator, type AsteriskSimulator } from '../../../src/simulator/asterisk/index.ts';
import type { AsteriskOptions, ManagerUser } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { type Answer, postForm } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

let clock: HandClock;
let pbx: AsteriskSimulator;
let url: URL;

async function open(options: Partial<AsteriskOptions> = {}): Promise<void> {
  await pbx?.stop();
  clock = createHandClock();
  pbx = createAsteriskSimulator({ clock, world: makeWorld({ peers: 6, trunks: 4 }), ...options });
  url = new URL('rawman', await pbx.start());
}

beforeEach(() => open());
afterEach(() => pbx.stop());

function post(fields: Record<string, string>, cookie = ''): Promise<Answer> {
  return postForm(url, fields, cookie === '' ? {} : { cookie: `mansession_id="${cookie}"` });
}

async function logIn(): Promise<string> {
  const answer = await post({ action: 'login', username: 'exporter', secret: 'made-up-secret', events: 'off' });
  return /mansession_id="([0-9a-f]{8})"/u.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
}

/** Returns the events of a WaitEvent response as fields. */
async function wait(cookie: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { text } = await post({ action: 'WaitEvent', timeout: '0' }, cookie);
  const messages = text.split('\r\n\r\n').filter((block) => block !== '');
  expect(messages[0]).toContain('Waiting for Event completed.');
  expect(messages.at(-1)).toBe('Event: WaitEventComplete');
  return messages.slice(1, -1).map((block) => Object.fromEntries(block.split('\r\n').map((line) => line.split(': '))));
}

/** Returns `CHANNEL(rtcp,all)` of a leg. */
async function read(channel: string, cookie: string): Promise<Readonly<Record<string, string>>> {
  const { text } = await post({ action: 'Getvar', channel, variable: 'CHANNEL(rtcp,all)' }, cookie);
  return pairs(/^Value: (.*)$/mu.exec(text)?.[1] ?? '');
}

function pairs(value: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    value
      .trim()
      .split(';')
      .map((pair) => pair.split('=')),
  );
}

function user(changes: Partial<ManagerUser>): Partial<AsteriskOptions> {
  const exporter = {
    username: 'exporter',
    secret: 'made-up-secret',
    write: ['reporting'],
    multipleLogin: true,
  } as const;
  return { switches: { users: [{ ...exporter, ...changes }] } };
}

describe('numbers of a running leg', () => {
  test('1: jitter is named the other way round than losses and counts', async () => {
    const leg = pbx.legs.start({ endpoint: '1001' });
    leg.change({ inward: { jitter: 0.015 }, outward: { loss: 0.1 } });
    clock.advance(10_000);
    const values = await read(leg.channel, await logIn());
    expect(values).toMatchObject({ txjitter: '0.015000', rxjitter: '0.000000', lp: '0', rlp: '50', rxcount: '500' });
  });

  test('2: before the first report every loss, roundtrip and score of the far side is 0', async () => {
    const leg = pbx.legs.start({ endpoint: '1001' });
    leg.change({ inward: { loss: 0.1 } });
    clock.advance(4_900);
    const cookie = await logIn();
    expect(await read(leg.channel, cookie)).toMatchObject({ lp: '0', rtt: '0.000000', rxmes: '0.000000' });
    clock.advance(100);
    expect(await read(leg.channel, cookie)).toMatchObject({ lp: '25', rtt: '0.020000' });
  });

  test('3 to 7: values that are no measurement', async () => {
    const cookie = await logIn();
    const leg = pbx.legs.start({ endpoint: '1001' });
    leg.change({ roundtrip: -1, duplicates: true });
    clock.advance(10_000);
    leg.jumpSequence();
    expect(await read(leg.channel, cookie)).toMatchObject({ rtt: '65535.999114', rlp: '16777215', lp: '20000' });
    leg.overtake();
    expect(await read(leg.channel, cookie)).toMatchObject({ lp: '19999' });
    const { themssrc } = await read(leg.channel, cookie);
    leg.newStream();
    clock.advance(1_000);
    const next = await read(leg.channel, cookie);
    expect(next).toMatchObject({ rxcount: '50', lp: '0', txcount: '550' });
    expect(next['themssrc']).not.toBe(themssrc);
  });

  test('8, 9: no RTCP leaves zeros for ever, direct media leaves nothing but zeros', async () => {
    const [mute, direct] = [pbx.legs.start({ endpoint: '1001' }), pbx.legs.start({ endpoint: '1002' })];
    mute.change({ farSideReports: false, outward: { loss: 0.5 } });
    direct.change({ directMedia: true });
    clock.advance(60_000);
    const cookie = await logIn();
    expect(await read(mute.channel, cookie)).toMatchObject({
      rlp: '0',
      rtt: '0.000000',
      rxmes: '0.000000',
      rxcount: '3000',
    });
    expect(await read(direct.channel, cookie)).toMatchObject({
      rxcount: '0',
      txcount: '0',
      lp: '0',
      txmes: '0.000000',
    });
  });

  test('10: the loss of one leg stands in what the far side of the other reports', async () => {
    const [one, other] = pbx.legs.bridge({ endpoint: '1001' }, { endpoint: '1002' });
    one.change({ inward: { loss: 0.1 } });
    clock.advance(20_000);
    const cookie = await logIn();
    expect(await read(one.channel, cookie)).toMatchObject({ lp: '100', rlp: '0' });
    expect(await read(other.channel, cookie)).toMatchObject({ lp: '0', rlp: '100', txcount: '900' });
  });

  test('12: a channel without RTP answers nothing, and writes a line into the log of the PBX', async () => {
    const cookie = await logIn();
    for (const leg of [
      pbx.legs.start({ endpoint: '1001', state: 'Ring' }),
      pbx.legs.start({ endpoint: 'queue', technology: 'Local' }),
      pbx.legs.start({ endpoint: '201', technology: 'SIP' }),
    ])
      expect(await read(leg.channel, cookie)).toEqual({ '': undefined });
    expect(pbx.legs.log).toHaveLength(3);
  });

  test('20: the score sinks with the length of a call whose loss stays the same', async () => {
    const cookie = await logIn();
    const leg = pbx.legs.start({ endpoint: '1001' });
    leg.change({ outward: { loss: 0.02 } });
    clock.advance(20_000);
    leg.change({ outward: { loss: 0.05 } });
    clock.advance(20_000);
    const { rxmes } = await read(leg.channel, cookie);
    expect(Number(rxmes)).toBeCloseTo(88 - 900 * 0.035, 3);
  });

  test('hold freezes both directions, a phone that has stopped only one', async () => {
    const cookie = await logIn();
    const leg = pbx.legs.start({ endpoint: '1001' });
    clock.advance(10_000);
    leg.change({ onHold: true });
    clock.advance(10_000);
    expect(await read(leg.channel, cookie)).toMatchObject({ rxcount: '500', txcount: '500', lp: '0' });
    leg.change({ onHold: false, silent: true });
    clock.advance(10_000);
    expect(await read(leg.channel, cookie)).toMatchObject({ rxcount: '500', txcount: '1000', lp: '0' });
  });

  test('is there for users with the class call or reporting only, and gone with the call', async () => {
    const leg = pbx.legs.start({ endpoint: '1001' });
    const cookie = await logIn();
    pbx.legs.end(leg);
    const request = { action: 'Getvar', channel: leg.channel, variable: 'CHANNEL(rtcp,all)' };
    expect((await post(request, cookie)).text).toContain('Message: No such channel');
    await open(user({ write: ['system'] }));
    expect((await post(request, await logIn())).text).toContain('Message: Permission denied');
  });
});

describe('11: what older releases do not tell', () => {
  test.each([
    ['16.28.0', false, 9],
    ['18.16.0', false, 9],
    ['18.17.0', true, 11],
    ['20.1.0', false, 9],
    ['20.2.0', true, 11],
    ['22.10.1', true, 11],
  ])('%s tells the last numbers of a PJSIP leg: %s', async (version, tells, fields) => {
    await open({ world: { ...makeWorld({ peers: 2, trunks: 1 }), version } });
    const cookie = await logIn();
    await wait(cookie);
    const [newer, older] = [
      pbx.legs.start({ endpoint: '1001' }),
      pbx.legs.start({ endpoint: '201', technology: 'SIP' }),
    ];
    clock.advance(10_000);
    for (const leg of [newer, older]) pbx.legs.end(leg);
    const events = await wait(cookie);
    expect(events.map(({ Channel }) => Channel)).toEqual(tells ? [newer.channel, older.channel] : [older.channel]);
    expect(Object.keys(pairs(events[0]?.['Value'] ?? ''))).toHaveLength(fields);
  });
});

describe('events', () => {
  test('17: none is kept before the first wait, all until the next one, and they go with their session', async () => {
    const cookie = await logIn();
    const finish = (): void => {
      const leg = pbx.legs.start({ endpoint: '1001' });
      clock.advance(1_000);
      pbx.legs.end(leg);
    };
    finish();
    expect(await wait(cookie)).toEqual([]);
    finish();
    finish();
    expect(pbx.keptEventBytes).toBeGreaterThan(1_000);
    expect(await wait(cookie)).toHaveLength(2);
    expect(pbx.keptEventBytes).toBe(0);
    finish();
    pbx.restart();
    expect(pbx.keptEventBytes).toBe(0);
    expect(await wait(await logIn())).toEqual([]);
  });

  test('14, 19: without filters there is one of everything, with numbers and names of people', async () => {
    await open(user({ read: ['system', 'dialplan'] }));
    const cookie = await logIn();
    await wait(cookie);
    const leg = pbx.legs.start({ endpoint: '1001', callerNumber: '+3012345678', callerName: 'Jo Example' });
    clock.advance(1_000);
    pbx.legs.end(leg);
    const events = await wait(cookie);
    expect(events.map(({ Variable }) => Variable)).toEqual([
      'SIPCALLID',
      ...['', 'JITTER', 'LOSS', 'RTT', 'MES'].map((end) => `RTPAUDIOQOS${end}`),
    ]);
    expect(events[1]).toMatchObject({ CallerIDNum: '+3012345678', CallerIDName: 'Jo Example', Channel: leg.channel });
  });

  test('a leg that was never answered ends without a word', async () => {
    const cookie = await logIn();
    await wait(cookie);
    pbx.legs.end(pbx.legs.start({ endpoint: '1001', state: 'Ringing' }));
    expect(await wait(cookie)).toEqual([]);
  });

  test('13: what a user may not see wakes it all the same, with nothing', async () => {
    await open(user({ read: [] }));
    const cookie = await logIn();
    await wait(cookie);
    pbx.happen({ event: 'RTCPSent', readClass: 'reporting', fields: [['SSRC', '0x1']] });
    const { text } = await post({ action: 'WaitEvent', timeout: '20' }, cookie);
    expect(text).not.toContain('RTCPSent');
    expect(pbx.keptEventBytes).toBe(0);
  });

  test('a wait with nothing to tell ends with its timeout, and never later than ten seconds before its session', async () => {
    const cookie = await logIn();
    const pending = post({ action: 'WaitEvent', timeout: '600' }, cookie);
    await expect.poll(() => pbx.ledger.requestsOf('WaitEvent')).toBe(1);
    clock.advance(49_999);
    expect(pbx.ledger.requestsInFlight).toBe(1);
    clock.advance(1);
    expect((await pending).text).toContain('WaitEventComplete');
  });

  test('15: contacts tell changes only, and a phone that unregisters has a roundtrip of 0', async () => {
    const cookie = await logIn();
    await wait(cookie);
    setExtension(pbx.world, '1001', { state: 'unreachable' });
    pbx.noticeChanges();
    setExtension(pbx.world, '1001', { state: 'reachable', roundtripMicroseconds: 606 });
    pbx.noticeChanges();
    setExtension(pbx.world, '1001', { state: 'unregistered' });
    const events = await wait(cookie);
    expect(events.map(({ Event, ContactStatus, RoundtripUsec }) => [Event, ContactStatus, RoundtripUsec])).toEqual([
      ['ContactStatus', 'Unreachable', 'N/A'],
      ['ContactStatus', 'Reachable', '606'],
      ['ContactStatus', 'Removed', '0'],
    ]);
    setExtension(pbx.world, '1001', { state: 'reachable' });
    expect((await wait(cookie)).map(({ ContactStatus }) => ContactStatus)).toEqual(['NonQualified', 'Reachable']);
  });

  test('16: a registration that changes is named by account and server only', async () => {
    const cookie = await logIn();
    await wait(cookie);
    const trunk = pbx.world.trunks.find(({ kind, state }) => kind === 'register' && state === 'registered');
    setTrunk(pbx.world, trunk?.name ?? '', { state: 'rejected' });
    const [event] = await wait(cookie);
    expect(event).toEqual({
      Event: 'Registry',
      Privilege: 'system,all',
      ChannelType: 'PJSIP',
      Username: `sip:${trunk?.username}@${trunk?.host}`.replaceAll(': ', ':'),
      Domain: `sip:${trunk?.host}`,
      Status: 'Rejected',
    });
  });

  test('18: a PBX that stops answers with a web page', async () => {
    pbx.switches.stopping = true;
    const answer = await post({ action: 'WaitEvent', timeout: '0' });
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('<h1>Service Unavailable</h1>')]);
  });
});
