import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AsteriskSimulator, createAsteriskSimulator } from '../../../src/simulator/asterisk/index.ts';
import { listShorterThanSaid, listWithoutEnd } from '../../drivers/asterisk/list-faults.ts';
import type { AsteriskOptions, AsteriskSwitches } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { type Answer, ask, keepAlive, postForm } from '../ask.ts';
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

const credentials = { username: 'exporter', secret: 'made-up-secret' };

function cookieOf(answer: Answer): string {
  return /mansession_id="([0-9a-f]{8})"/u.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? 'none';
}

function post(fields: Record<string, string>, cookie?: string): Promise<Answer> {
  return postForm(url, fields, cookie === undefined ? {} : { cookie: `mansession_id="${cookie}"` });
}

async function logIn(user = credentials): Promise<string> {
  const answer = await post({ action: 'login', events: 'off', ...user });
  expect(answer.text).toContain('Response: Success');
  return cookieOf(answer);
}

/** Sends a login that is refused; the response arrives only after the clock advanced by a second. */
async function refused(fields: Record<string, string>, cookie?: string): Promise<Answer> {
  const { loginsRefused } = pbx.ledger;
  const pending = post({ action: 'login', ...fields }, cookie);
  await expect.poll(() => pbx.ledger.loginsRefused).toBe(loginsRefused + 1);
  clock.advance(999);
  expect(pbx.ledger.requestsInFlight).toBe(1);
  clock.advance(1);
  return pending;
}

function messages(text: string): Record<string, string>[] {
  return text
    .split('\r\n\r\n')
    .filter((block) => block.trim() !== '')
    .map((block) =>
      Object.fromEntries(
        block.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      ),
    );
}

async function list(
  action: string,
  event: string,
  extra: Record<string, string> = {},
): Promise<Record<string, string>[]> {
  const answer = await post({ action, ...extra }, await logIn());
  return messages(answer.text).filter((message) => message['Event'] === event);
}

describe('login', () => {
  it('answers like the real one, with a cookie', async () => {
    const answer = await post({ Action: 'LOGIN', UserName: 'exporter', SECRET: 'made-up-secret', events: 'off' });
    expect(answer.text).toBe('Response: Success\r\nMessage: Authentication accepted\r\n\r\n');
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.headers['content-length']).toBe('55');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^mansession_id="[0-9a-f]{8}"; Version=1; Max-Age=60$/u);
    expect(pbx.ledger.loginsGood).toBe(1);
    expect(pbx.ledger.sessionsLive).toBe(1);
    const again = await post({ action: 'login', ...credentials }, cookieOf(answer));
    expect(again.text).toBe('Response: Success\r\nMessage: Already authenticated\r\n\r\n');
    expect(pbx.ledger.sessionsLive).toBe(1);
  });

  it.each([
    ['unknown-user', { username: 'nobody', secret: 'made-up-secret' }],
    ['wrong-secret', { username: 'exporter', secret: 'wrong' }],
    ['no-challenge', { username: 'exporter', authtype: 'md5', key: 'x' }],
  ])('refuses %s with one text after a second, and sets a cookie', async (reason, fields) => {
    const answer = await refused(fields);
    expect(answer).toMatchObject({ status: 200, text: 'Response: Error\r\nMessage: Authentication failed\r\n\r\n' });
    expect(cookieOf(answer)).not.toBe('none');
    expect(pbx.ledger.loginsRefusedByReason).toEqual({ [reason]: 1 });
    expect(pbx.ledger.sessionsLive).toBe(0);
  });

  it('refuses an address', async () => {
    pbx.switches.permits = () => false;
    pbx.switches.failedLoginDelayMs = 0;
    expect((await post({ action: 'login', ...credentials })).text).toContain('Authentication failed');
    expect(pbx.ledger.loginsRefusedByReason).toEqual({ 'address-refused': 1 });
  });

  it('takes an MD5 answer within 5 s, lower case, with the cookie', async () => {
    pbx.switches.failedLoginDelayMs = 0;
    const attempt = async (waitMs: number, change = (key: string) => key, keepCookie = true): Promise<string> => {
      const asked = await post({ action: 'challenge', AuthType: 'MD5' });
      const challenge = /Challenge: (\d+)/u.exec(asked.text)?.[1] ?? '';
      clock.advance(waitMs);
      const key = createHash('md5').update(`${challenge}made-up-secret`).digest('hex');
      const fields = { action: 'login', authtype: 'MD5', username: 'exporter', key: change(key) };
      return (await post(fields, keepCookie ? cookieOf(asked) : undefined)).text;
    };
    expect(await attempt(4900)).toContain('Authentication accepted');
    expect(await attempt(5000)).toContain('Authentication failed');
    expect(await attempt(0, (key) => key.toUpperCase())).toContain('Authentication failed');
    expect(await attempt(0, (key) => key, false)).toContain('Authentication failed');
    expect((await post({ action: 'challenge' })).text).toContain('Must specify AuthType');
  });

  it('refuses a second session of a user with allowmultiplelogin=no until the first is gone', async () => {
    pbx.switches.users = [{ ...credentials, write: ['system'], multipleLogin: false }];
    pbx.switches.failedLoginDelayMs = 0;
    const cookie = await logIn();
    expect((await post({ action: 'login', ...credentials })).text).toContain('Message: Login Already In Use');
    await post({ action: 'logoff' }, cookie);
    const second = await logIn();
    expect((await post({ action: 'login', ...credentials })).text).toContain('Message: Login Already In Use');
    clock.advance(60_000);
    await logIn();
    expect(second).not.toBe(cookie);
    expect(pbx.ledger.sessionsEnded).toEqual({ logout: 1, expired: 1, revoked: 0 });
  });

  it('bans an address by its log when told so', async () => {
    await open({ logWatcher: { failures: 3, withinMs: 600_000, banMs: 600_000 }, switches: { failedLoginDelayMs: 0 } });
    for (let attempt = 0; attempt < 3; attempt += 1) await post({ action: 'login', username: 'x' });
    expect((await post({ action: 'login', ...credentials })).error).toBe('ECONNRESET');
    expect(pbx.ledger.bans).toBe(1);
    expect(pbx.ledger.refusedWhileLocked).toBe(1);
    clock.advance(600_000);
    await logIn();
  });
});

describe('sessions', () => {
  it('live httptimeout after the last answer', async () => {
    const cookie = await logIn();
    for (let request = 0; request < 3; request += 1) {
      clock.advance(59_999);
      const answer = await post({ action: 'ping' }, cookie);
      expect(answer.text).toContain('Ping: Pong');
      expect(cookieOf(answer)).toBe(cookie);
    }
    clock.advance(60_000);
    const gone = await post({ action: 'ping' }, cookie);
    expect(gone.text).toBe('Response: Error\r\nMessage: Permission denied\r\n\r\n');
    expect(cookieOf(gone)).not.toBe(cookie);
  });

  it('are recognised by a cookie in any dress, not by a URL parameter', async () => {
    const cookie = await logIn();
    const headers = { cookie: `a=b; MANSESSION_ID=${cookie.toUpperCase()}` };
    expect((await postForm(url, { action: 'ping' }, headers)).text).toContain('Pong');
    const query = new URL(`?action=ping&mansession_id=${cookie}`, url);
    expect((await ask(query)).text).toContain('Permission denied');
  });

  it('end with a Goodbye', async () => {
    const cookie = await logIn();
    const bye = await post({ action: 'Logoff' }, cookie);
    expect(bye.text).toBe('Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n');
    expect(cookieOf(await post({ action: 'ping' }, cookie))).not.toBe(cookie);
    expect(pbx.ledger.sessionsLive).toBe(0);
  });

  it('are gone after a restart, when nothing has been qualified yet', async () => {
    const cookie = await logIn();
    clock.advance(5000);
    pbx.restart();
    expect((await post({ action: 'ping' }, cookie)).text).toContain('Permission denied');
    const contacts = await list('PJSIPShowContacts', 'ContactList');
    expect(new Set(contacts.map((contact) => contact['Status']))).toEqual(new Set(['NonQualified']));
    expect(new Set(contacts.map((contact) => contact['RoundtripUsec']))).toEqual(new Set(['N/A']));
    expect(pbx.world.startedAt).toBe(clock.wallTime());
  });
});

describe('rights', () => {
  const table = [
    ['PJSIPShowEndpoints', 'system'],
    ['PJSIPShowContacts', 'system'],
    ['PJSIPShowRegistrationInboundContactStatuses', 'system'],
    ['PJSIPShowRegistrationsOutbound', 'system reporting'],
    ['IAXpeerlist', 'system reporting'],
    ['IAXregistry', 'system reporting'],
    ['CoreStatus', 'system reporting'],
    ['DeviceStateList', 'reporting'],
    ['QueueSummary', 'system reporting none'],
  ] as const;

  it.each(table)('%s may be called with %s', async (action, allowed) => {
    for (const name of ['system', 'reporting', 'none'] as const) {
      pbx.switches.users = [{ ...credentials, write: name === 'none' ? [] : [name], multipleLogin: true }];
      const cookie = await logIn();
      const answer = await post({ action }, cookie);
      const denied = answer.text === 'Response: Error\r\nMessage: Permission denied\r\n\r\n';
      expect([name, denied]).toEqual([name, !allowed.split(' ').includes(name)]);
      expect(cookieOf(answer)).toBe(cookie);
    }
  });

  it('are those of the login, whatever is changed later', async () => {
    const cookie = await logIn();
    for (const user of pbx.switches.users) user.write = ['reporting'];
    expect((await post({ action: 'PJSIPShowEndpoints' }, cookie)).text).toContain('EventList: Complete');
    expect((await post({ action: 'PJSIPShowEndpoints' }, await logIn())).text).toContain('Permission denied');
  });

  it('shows in ListCommands what the user may call', async () => {
    pbx.switches.users = [{ ...credentials, write: ['reporting'], multipleLogin: true }];
    const { text } = await post({ action: 'listcommands' }, await logIn());
    expect(text).toContain('DeviceStateList: List the current known device states.  (Priv: call,reporting,all)\r\n');
    expect(text).toContain('(Priv: <none>)');
    expect(text).not.toContain('PJSIPShowEndpoints');
  });
});

describe('the HTTP server', () => {
  it('knows one path, by any case, and a prefix', async () => {
    expect((await ask(new URL('/RawMan?ACTION=ping', url))).text).toContain('Permission denied');
    expect(await ask(new URL('/asterisk/rawman', url))).toMatchObject({ status: 404 });
    await open({ prefix: 'asterisk' });
    expect(url.pathname).toBe('/asterisk/rawman');
    await logIn();
    expect(await ask(new URL('/rawman', url))).toMatchObject({ status: 404 });
  });

  it('has its own errors', async () => {
    expect((await ask(url, { method: 'PUT' })).status).toBe(501);
    expect((await ask(new URL(`?x=${'y'.repeat(4100)}`, url))).status).toBe(400);
    expect((await post({ x: 'y'.repeat(41_000) })).status).toBe(413);
    pbx.switches.webEnabled = false;
    expect((await post({ action: 'login', ...credentials })).status).toBe(404);
  });

  it('ignores bodies that are no form', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(url, { method: 'POST', headers, body: '{"action":"ping"}' });
    expect(answer).toMatchObject({
      status: 200,
      text: 'Response: Error\r\nMessage: Missing action in request\r\n\r\n',
    });
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect((await ask(url, { method: 'POST', headers: form, body: 'action=ping' })).text).toContain(
      'Permission denied',
    );
  });

  it('closes connections over the limit without a byte, and idle ones after 15 s', async () => {
    pbx.switches.sessionLimit = 1;
    const agent = keepAlive();
    await ask(url, { agent });
    expect(await ask(url)).toMatchObject({ status: 0, error: 'ECONNRESET' });
    clock.advance(15_000);
    await expect.poll(() => pbx.ledger.connectionsOpen).toBe(0);
    expect((await ask(url)).status).toBe(200);
    agent.destroy();
  });

  it('is up before the rest', async () => {
    pbx.switches.bootStage = 'http';
    pbx.switches.failedLoginDelayMs = 0;
    expect((await post({ action: 'login', ...credentials })).text).toContain('Authentication failed');
    pbx.switches.bootStage = 'core';
    const cookie = await logIn();
    expect((await post({ action: 'PJSIPShowEndpoints', actionid: 'a1' }, cookie)).text).toBe(
      'Response: Error\r\nActionID: a1\r\nMessage: Invalid/unknown command: PJSIPShowEndpoints. ' +
        'Use Action: ListCommands to show available commands.\r\n\r\n',
    );
    pbx.switches.bootStage = 'complete';
    expect((await post({ action: 'PJSIPShowEndpoints' }, cookie)).text).toContain('EventList: Complete');
  });

  it('takes the session of whoever calls an action whose module does not run yet', async () => {
    const cookie = await logIn();
    pbx.switches.bootStage = 'modules';
    expect((await post({ action: 'CoreStatus' }, cookie)).text).toContain('Response: Success');
    const early = await post({ action: 'PJSIPShowEndpoints' }, cookie);
    expect(early.text).toContain('Message: Permission denied');
    expect(cookieOf(early)).toBe(cookie);
    expect((await post({ action: 'CoreStatus' }, cookie)).text).toContain('Message: Permission denied');
  });
});

describe('PJSIP lists', () => {
  it('show endpoints: phones and trunks alike, contacts with a trailing comma', async () => {
    const endpoints = await list('pjsipshowendpoints', 'EndpointList');
    expect(endpoints.map((row) => [row['ObjectName'], row['DeviceState']])).toEqual([
      ['1001', 'Not in use'],
      ['1002', 'Unavailable'],
      ['1003', 'Unavailable'],
      ['1004', 'Not in use'],
      [expect.any(String), expect.any(String)],
      ['northline', 'Not in use'],
      ['bluewire', 'Not in use'],
      ['telvia', 'Unavailable'],
      ['harbourtel', 'Unavailable'],
    ]);
    expect(endpoints[0]?.['Contacts']).toMatch(/^1001\/sip:1001@192\.0\.2\.\d+:\d+,$/u);
    expect(endpoints[3]?.['Contacts']?.split(',')).toHaveLength(3);
    expect(endpoints[2]?.['Contacts']).toBe('');
  });

  it('show contact states with microseconds or N/A, static contacts only by endpoint', async () => {
    setExtension(pbx.world, '1001', { state: 'reachable', roundtripMicroseconds: 23_817 });
    const contacts = await list('PJSIPShowRegistrationInboundContactStatuses', 'ContactStatusDetail');
    expect(contacts.map((row) => row['AOR'])).not.toContain('northline');
    expect(contacts[0]).toMatchObject({
      AOR: '1001',
      Status: 'Reachable',
      RoundtripUsec: '23817',
      EndpointName: '1001',
    });
    expect(contacts[1]).toMatchObject({ AOR: '1002', Status: 'Unreachable', RoundtripUsec: 'N/A' });
    expect(contacts[0]?.['ID']).toMatch(/^1001;@[0-9a-f]{32}$/u);
    setTrunk(pbx.world, 'northline', { roundtripMicroseconds: 8123 });
    const [fixed] = await list('PJSIPShowEndpoint', 'ContactStatusDetail', { endpoint: 'northline' });
    expect(fixed).toMatchObject({ Status: 'Reachable', RoundtripUsec: '8123', RegExpire: '0', QualifyFrequency: '0' });
    expect(fixed?.['ID']).toMatch(/^northline@@/u);
    expect(fixed?.['URI']).toBe('sip:northline.example.net:5060');
  });

  it('count what they list', async () => {
    const cookie = await logIn();
    for (const action of [
      'PJSIPShowEndpoints',
      'PJSIPShowContacts',
      'DeviceStateList',
      'QueueStatus',
      'QueueSummary',
    ]) {
      const { text } = await post({ action, actionid: 'q' }, cookie);
      const events = messages(text).filter((message) => message['Event'] !== undefined);
      expect(events.at(-1)).toMatchObject({
        EventList: 'Complete',
        ListItems: String(events.length - 1),
        ActionID: 'q',
      });
    }
  });

  it('call an empty list an error here and a success there', async () => {
    await open({ world: makeWorld({ peers: 0, trunks: 0 }) });
    const cookie = await logIn();
    const error = (text: string): string => `Response: Error\r\nMessage: ${text}\n\r\n\r\n`;
    expect((await post({ action: 'PJSIPShowEndpoints' }, cookie)).text).toBe(error('No endpoints found'));
    expect((await post({ action: 'PJSIPShowContacts' }, cookie)).text).toBe(error('No Contacts found'));
    expect((await post({ action: 'PJSIPShowEndpoint', endpoint: 'nix' }, cookie)).text).toBe(
      error('Unable to retrieve endpoint nix'),
    );
    for (const action of ['PJSIPShowRegistrationsOutbound', 'PJSIPShowRegistrationInboundContactStatuses']) {
      expect((await post({ action }, cookie)).text).toMatch(/^Response: Success[^]*ListItems: 0\r\n/u);
    }
  });

  it('show registrations with three words, and passwords between them that are not counted', async () => {
    const { text } = await post({ action: 'PJSIPShowRegistrationsOutbound' }, await logIn());
    const rows = messages(text).filter((message) => message['Event'] === 'OutboundRegistrationDetail');
    expect(rows.map((row) => [row['ObjectName'], row['Status'], row['Endpoint']])).toEqual([
      ['northline', 'Registered', 'northline'],
      ['telvia', 'Rejected', 'telvia'],
      ['harbourtel', 'Unregistered', 'harbourtel'],
    ]);
    expect(text).toContain(`Password: ${pbx.world.trunks[0]?.secret}\r\n`);
    expect(messages(text).at(-1)).toMatchObject({ ListItems: '3', Registered: '1', NotRegistered: '2' });
  });

  it('give names as they are', async () => {
    const number = 'front "desk" Zoë {};@x';
    pbx.world.extensions.push({ number, name: '', state: 'reachable', call: 'talking', contacts: [makeContact('7')] });
    const endpoints = await list('PJSIPShowEndpoints', 'EndpointList');
    expect(endpoints.find((row) => row['ObjectName'] === number)).toMatchObject({ DeviceState: 'In use', Aor: number });
  });

  it('leave out what the administrator switched off', async () => {
    setTrunk(pbx.world, 'northline', { state: 'disabled' });
    setExtension(pbx.world, '1001', { state: 'disabled' });
    const names = (await list('PJSIPShowEndpoints', 'EndpointList')).map((row) => row['ObjectName']);
    expect(names).not.toContain('northline');
    expect(names).not.toContain('1001');
  });

  it('can be cut short', async () => {
    await pbx.faults.set(listWithoutEnd, { call: 'PJSIPShowEndpoints', times: 1 });
    await pbx.faults.set(listShorterThanSaid, { call: 'PJSIPShowEndpoints', times: 1 });
    const cookie = await logIn();
    const cut = (await post({ action: 'pjsipshowendpoints' }, cookie)).text;
    expect(cut).toContain('Event: EndpointList\r\n');
    expect(cut).not.toContain('Complete');
    const short = (await post({ action: 'PJSIPShowEndpoints' }, cookie)).text;
    expect(messages(short).at(-1)?.['ListItems']).toBe('10');
    expect(messages(short)).toHaveLength(11);
  });
});

describe('the older channel drivers', () => {
  const allSip: Partial<AsteriskSwitches> = { technologyOf: () => 'sip', trunkTechnologyOf: () => 'sip' };
  const allIax: Partial<AsteriskSwitches> = { technologyOf: () => 'iax2', trunkTechnologyOf: () => 'iax2' };

  it('show chan_sip on 16 and not on 22', async () => {
    await open({ release: 16, switches: allSip });
    setExtension(pbx.world, '1001', { state: 'reachable', roundtripMicroseconds: 23_400 });
    setExtension(pbx.world, '1004', { state: 'reachable', roundtripMicroseconds: 2_500_000 });
    const peers = await list('SIPpeers', 'PeerEntry');
    expect(peers.slice(0, 4).map((row) => [row['ObjectName'], row['Status']])).toEqual([
      ['1001', 'OK (23 ms)'],
      ['1002', 'UNREACHABLE'],
      ['1003', 'UNKNOWN'],
      ['1004', 'LAGGED (2500 ms)'],
    ]);
    expect(peers[2]?.['IPaddress']).toBe('-none-');
    const registry = await list('SIPshowregistry', 'RegistryEntry');
    expect(registry.map((row) => row['State'])).toEqual(['Registered', 'Rejected', 'Unregistered']);
    await open();
    expect((await post({ action: 'SIPpeers' }, await logIn())).text).toContain('Invalid/unknown command: SIPpeers.');
  });

  it('show IAX2, with registrations that share host and user name', async () => {
    const world = makeWorld({ peers: 3, trunks: 1 });
    const trunk = world.trunks[0];
    if (trunk !== undefined) world.trunks.push({ ...trunk, id: 2, name: 'twin', state: 'failed' });
    await open({ world, switches: allIax });
    const peers = await list('IAXpeerlist', 'PeerEntry');
    expect(peers[2]).toMatchObject({ Channeltype: 'IAX', IPaddress: '(null)', Status: 'UNKNOWN' });
    const registry = await list('IAXregistry', 'RegistryEntry');
    expect(registry.map((row) => row['State'])).toEqual(['Registered', 'Timeout']);
    expect(registry[0]?.['Host']).toMatch(/^192\.0\.2\.\d+:4569$/u);
    expect(registry[0]?.['Username']).toBe(registry[1]?.['Username']);
    pbx.switches.modules.delete('iax2');
    expect((await post({ action: 'IAXregistry' }, await logIn())).text).toContain('Invalid/unknown command');
  });
});

describe('the rest', () => {
  it('says version, local start time and calls', async () => {
    pbx.switches.utcOffsetMinutes = 90;
    pbx.world.startedAt = Date.UTC(2026, 0, 31, 23, 15, 2);
    setExtension(pbx.world, '1001', { call: 'ringing' });
    const call = { id: 'abcdef123456', direction: 'inbound', from: 'x', to: '1001', state: 'ringing' } as const;
    pbx.world.calls.push({ ...call, startedAt: clock.wallTime() - 61_000 });
    const cookie = await logIn();
    expect((await post({ action: 'CoreSettings' }, cookie)).text).toContain(
      'AsteriskVersion: 22.10.1\r\nSystemName: \r\n',
    );
    const status = (await post({ action: 'CoreStatus' }, cookie)).text;
    expect(status).toContain('CoreStartupDate: 2026-02-01\r\nCoreStartupTime: 00:45:02\r\n');
    expect(status).toContain('CoreCurrentCalls: 2\r\nCoreProcessedCalls');
    const [channel] = await list('CoreShowChannels', 'CoreShowChannel');
    expect(channel).toMatchObject({ Channel: 'PJSIP/1001-abcdef12', Duration: '00:01:01' });
    const devices = await list('DeviceStateList', 'DeviceStateChange');
    expect(devices.find((row) => row['Device'] === 'PJSIP/1001')?.['State']).toBe('RINGING');
    expect(devices.some((row) => row['Device']?.startsWith('Queue:'))).toBe(true);
  });

  it('shows queues and their members', async () => {
    setExtension(pbx.world, '1001', { call: 'talking' });
    const [queue] = pbx.world.queues;
    if (queue !== undefined) queue.waitingCallers = 2;
    const agents = ['1001', '1003', '9999', '1004'].map((extension) => ({ extension, paused: extension === '1004' }));
    if (queue !== undefined) queue.agents = agents;
    const [summary] = await list('QueueSummary', 'QueueSummary', { queue: '6001' });
    expect(summary).toMatchObject({ Queue: '6001', LoggedIn: '2', Available: '0', Callers: '2' });
    const members = await list('QueueStatus', 'QueueMember', { queue: '6001' });
    expect(members.map((row) => [row['Status'], row['Paused']])).toEqual([
      ['2', '0'],
      ['5', '0'],
      ['4', '0'],
      ['1', '1'],
    ]);
    expect(await list('QueueStatus', 'QueueEntry', { queue: '6001' })).toHaveLength(2);
  });
});
