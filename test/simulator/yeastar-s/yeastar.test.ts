import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { createYeastarK2Simulator, createYeastarSSimulator } from '../../../src/simulator/yeastar/index.ts';
import type { YeastarSimulator } from '../../../src/simulator/yeastar/simulator.ts';
import type { YeastarOptions } from '../../../src/simulator/yeastar/switches.ts';
import { ask } from '../ask.ts';
import { createHandClock } from '../hand-clock.ts';

type Fields = Record<string, unknown>;
type Rows = Record<string, unknown>[];

const running: YeastarSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pbx) => pbx.stop()));
});

async function open(options: Partial<YeastarOptions> = {}, create = createYeastarSSimulator) {
  const clock = createHandClock();
  const pbx = create({ clock, peers: 6, trunks: 4, ...options });
  running.push(pbx);
  const url = await pbx.start();
  const send = (path: string, body = '', method = 'POST') => ask(new URL(`api/${path}`, url), { method, body });
  const call = async (path: string, fields?: Fields): Promise<Fields> =>
    JSON.parse((await send(path, fields === undefined ? '' : JSON.stringify(fields))).text) as Fields;
  const login = (changes: Fields = {}, version = 'v1.0.0'): Promise<Fields> =>
    call(`${version}/login`, { username: 'exporter', password: md5('example-password'), port: '8260', ...changes });
  const token = async (version = 'v1.0.0'): Promise<string> => String((await login({}, version))['token']);
  return { clock, pbx, url, send, call, login, token };
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('answers', () => {
  test('are HTTP 200 with the headers of the web server, for success and failure alike, and end the connection', async () => {
    const { send } = await open();
    const answer = await send('v1.0.0/trunklist/query');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      server: 'Boa/0.94.14rc21',
      connection: 'close',
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
    });
    expect(JSON.parse(answer.text)).toEqual({ status: 'Failed', errno: '20005' });
  });

  test('outside the API are web pages', async () => {
    const { url } = await open();
    const answer = await ask(new URL('index.html', url));
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('<HTML>');
  });

  test.each(['v1.0.0', 'v1.0.1', 'v1.0.6', 'v1.1.0', 'v1.10', 'v2.0.0'])(
    '%s is a version it takes',
    async (version) => {
      const { login } = await open();
      expect(await login({}, version)).toMatchObject({
        status: 'Success',
        token: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    },
  );

  test('unknown versions and calls are 10003, bodies that are no JSON 20000, GET 20001 unless lenient', async () => {
    const { call, send, token, pbx } = await open();
    const query = `token=${await token()}`;
    expect(await call('v3.0.0/login', {})).toMatchObject({ errno: '10003' });
    expect(await call(`v1.0.0/coffee/query?${query}`)).toMatchObject({ errno: '10003' });
    expect(await call(`v1.0.0/constructor?${query}`)).toMatchObject({ errno: '10003' });
    expect(JSON.parse((await send(`v1.0.0/trunklist/query?${query}`, '<xml/>')).text)).toMatchObject({
      errno: '20000',
    });
    const get = () => send(`v1.0.0/trunklist/query?${query}`, '', 'GET');
    expect(JSON.parse((await get()).text)).toMatchObject({ errno: '20001' });
    pbx.switches.lenientGet = true;
    expect(JSON.parse((await get()).text)).toMatchObject({ status: 'Success' });
  });

  test('lists of v1.x do not exist in v2.0.0, nor the other way round', async () => {
    const { call, token } = await open();
    const query = `token=${await token()}`;
    for (const path of ['extension/list', 'trunk/list', 'call/query', 'queue/query_status'])
      expect(await call(`v1.1.0/${path}?${query}`)).toMatchObject({ errno: '10003' });
    for (const path of ['extensionlist/query', 'trunklist/query', 'inbound/query', 'queuestatus/query'])
      expect(await call(`v2.0.0/${path}?${query}`)).toMatchObject({ errno: '10003' });
  });

  test('another word for failure, and numbers as numbers', async () => {
    const { call, token } = await open({ switches: { failureWord: 'Failure', numericTypes: true } });
    expect(await call('v1.0.0/trunklist/query')).toEqual({ status: 'Failure', errno: 20_005 });
    const { extlist } = await call(`v1.0.0/extensionlist/query?token=${await token()}`);
    expect((extlist as Rows)[0]).toMatchObject({ extnumber: 1001 });
  });

  test('a service that is down says so to everything; so does a list of permitted addresses', async () => {
    const { login, pbx } = await open();
    pbx.switches.serviceDown = true;
    expect(await login()).toMatchObject({ errno: '30003' });
    pbx.switches.serviceDown = false;
    pbx.switches.addressForbidden = true;
    expect(await login()).toMatchObject({ errno: '20015' });
    expect(pbx.ledger.loginsRefused).toBe(0);
  });
});

describe('login', () => {
  test.each([
    ['another user', { username: 'admin' }, '20003'],
    ['a wrong password', { password: md5('wrong') }, '20003'],
    ['the password itself', { password: 'example-password' }, '20003'],
    ['MD5 in upper case', { password: md5('example-password').toUpperCase() }, '20003'],
    ['no port', { port: undefined }, '20008'],
    ['port 0', { port: '0' }, '20008'],
    ['port 65536', { port: 65_536 }, '20008'],
    ['a port that is none', { port: 'http' }, '20008'],
  ])('%s is refused', async (_what, changes, errno) => {
    const { login } = await open();
    expect(await login(changes)).toEqual({ status: 'Failed', errno });
  });

  test('the port may be a number, and left out where it is not required', async () => {
    const { login, pbx } = await open();
    expect(await login({ port: 8260 })).toMatchObject({ status: 'Success' });
    pbx.switches.requirePort = false;
    expect(await login({ port: undefined })).toMatchObject({ status: 'Success' });
  });

  test('five refusals in a row lock the address for ten minutes', async () => {
    const { login, pbx, clock } = await open();
    for (let time = 0; time < 5; time += 1) expect(await login({ password: 'x' })).toMatchObject({ errno: '20003' });
    expect(pbx.ledger.bans).toBe(1);
    expect(await login()).toMatchObject({ errno: '20002' });
    clock.advance(599_999);
    expect(await login()).toMatchObject({ errno: '20002' });
    clock.advance(1);
    expect(await login()).toMatchObject({ status: 'Success' });
    expect(pbx.ledger).toMatchObject({ refusedWhileLocked: 2, loginsGood: 1 });
  });

  test('a success starts the count anew; a bad port is no strike', async () => {
    const { login, pbx } = await open();
    for (let time = 0; time < 4; time += 1) await login({ password: 'x' });
    await login();
    for (let time = 0; time < 4; time += 1) await login({ password: 'x' });
    for (let time = 0; time < 4; time += 1) await login({ port: '0' });
    expect(pbx.ledger.bans).toBe(0);
  });

  test('old refusals are not forgotten: nothing says that the count has a window', async () => {
    const { login, pbx, clock } = await open();
    for (let time = 0; time < 5; time += 1) {
      await login({ password: 'x' });
      clock.advance(3_600_000);
    }
    expect(pbx.ledger.bans).toBe(1);
  });

  test('a locked address can be left without any answer', async () => {
    const { login, pbx, url } = await open({ switches: { dropWhileLocked: true } });
    for (let time = 0; time < 5; time += 1) await login({ password: 'x' });
    const pending = ask(new URL('api/v1.0.0/login', url), { method: 'POST' });
    await expect.poll(() => pbx.ledger.refusedWhileLocked).toBe(1);
    await pbx.stop();
    expect(await pending).toMatchObject({ status: 0 });
  });

  test('keeps older tokens, or ends them', async () => {
    const { token, call, pbx } = await open();
    const first = await token();
    const second = await token();
    expect(await call(`v1.0.0/trunklist/query?token=${first}`)).toMatchObject({ status: 'Success' });
    pbx.switches.singleSession = true;
    await token();
    expect(await call(`v1.0.0/trunklist/query?token=${second}`)).toMatchObject({ errno: '20004' });
  });
});

describe('tokens', () => {
  test('live 1800 s after their last use', async () => {
    const { token, call, clock, pbx } = await open();
    const path = `v1.0.0/trunklist/query?token=${await token()}`;
    for (let time = 0; time < 3; time += 1) {
      clock.advance(1_799_000);
      expect(await call(path)).toMatchObject({ status: 'Success' });
    }
    clock.advance(1_800_000);
    expect(await call(path)).toMatchObject({ errno: '20004' });
    pbx.switches.gone = '20006';
    expect(await call(path)).toMatchObject({ errno: '20006' });
    expect(pbx.ledger.sessionsEnded.expired).toBe(1);
  });

  test('end on time where there is a refresh token, and are exchanged for it once', async () => {
    const { login, call, clock } = await open({ refreshTokens: true }, createYeastarK2Simulator);
    const first = await login();
    clock.advance(1_500_000);
    await call(`v1.1.0/trunklist/query?token=${String(first['token'])}`);
    const second = await call('v1.1.0/token/refresh', { refreshtoken: first['refreshtoken'] });
    expect(second).toMatchObject({ status: 'Success', refreshtoken: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await call('v1.1.0/token/refresh', { refreshtoken: first['refreshtoken'] })).toMatchObject({
      errno: '20004',
    });
    expect(await call(`v1.1.0/trunklist/query?token=${String(first['token'])}`)).toMatchObject({ errno: '20004' });
    clock.advance(1_800_000);
    expect(await call(`v1.1.0/trunklist/query?token=${String(second['token'])}`)).toMatchObject({ errno: '20004' });
  });

  test('are prolonged by a heartbeat and ended by a logout', async () => {
    const { token, call, clock, pbx } = await open();
    const query = `token=${await token()}`;
    clock.advance(1_799_000);
    expect(await call(`v1.0.0/heartbeat?${query}`, { port: '8260' })).toMatchObject({ errno: '10004' });
    expect(await call(`v1.0.0/heartbeat?${query}`, { ipaddr: '192.0.2.20', port: '8260' })).toEqual({
      status: 'Success',
    });
    clock.advance(1_799_000);
    expect(await call(`v1.0.0/logout?${query}`)).toEqual({ status: 'Success' });
    expect(await call(`v1.0.0/heartbeat?${query}`, {})).toMatchObject({ errno: '20004' });
    expect(pbx.ledger.sessionsEnded.logout).toBe(1);
  });
});

describe('lists', () => {
  test('extensions: registration, or what the phone does; sockets for analogue phones', async () => {
    const { token, call, pbx } = await open();
    pbx.switches.extensionTypes.set('1006', 'FXS');
    setExtension(pbx.world, '1001', { call: 'on-hold' });
    const { extlist } = await call(`v1.0.0/extensionlist/query?token=${await token()}`);
    expect((extlist as Rows).map(({ status }) => status).slice(0, 4)).toEqual([
      'Hold',
      'Unavailable',
      'Unavailable',
      'Registered',
    ]);
    expect((extlist as Rows)[5]).toMatchObject({ type: 'FXS', port: 'Span2-Port6' });
    expect(Object.keys((extlist as Rows)[0] ?? {})).toEqual(['extnumber', 'status', 'type', 'username', 'agentid']);
  });

  test('words, types and missing keys as the test wants them', async () => {
    const { token, call, pbx } = await open({ switches: { lowerCase: true } });
    pbx.switches.trunkWords.set('bluewire', 'No SIM').set('telvia', undefined);
    pbx.switches.trunkTypes.set('bluewire', 'GSM');
    setTrunk(pbx.world, 'harbourtel', { kind: 'line', state: 'failed' });
    const { trunklist } = await call(`v1.0.0/trunklist/query?token=${await token()}`);
    expect(trunklist).toEqual([
      { trunkname: 'northline', status: 'registered', type: 'SIP' },
      { trunkname: 'bluewire', status: 'no sim', type: 'GSM' },
      { trunkname: 'telvia', type: 'SIP' },
      { trunkname: 'harbourtel', status: 'fault', type: 'FXO', port: 'Span1-Port4' },
    ]);
  });

  test('v2.0.0 has "number" and ids', async () => {
    const { token, call } = await open();
    const query = `token=${await token('v2.0.0')}`;
    const { extlist } = await call(`v2.0.0/extension/list?${query}`);
    const { trunklist } = await call(`v2.0.0/trunk/list?${query}`);
    expect((extlist as Rows)[0]).toMatchObject({ number: '1001' });
    expect((extlist as Rows)[0]).not.toHaveProperty('extnumber');
    expect((trunklist as Rows)[0]).toMatchObject({ id: '1', trunkname: 'northline' });
  });

  test('a K2 has VoIP trunks only, and no hardware version', async () => {
    const { token, call, pbx } = await open({}, createYeastarK2Simulator);
    setTrunk(pbx.world, 'northline', { kind: 'line' });
    const query = `token=${await token('v1.1.0')}`;
    const { trunklist } = await call(`v1.1.0/trunklist/query?${query}`);
    expect((trunklist as Rows).map(({ type }) => type)).toEqual(['SIP', 'SIP', 'SIP']);
    const { deviceinfo } = await call(`v1.1.0/deviceinfo/query?${query}`);
    expect(deviceinfo).not.toHaveProperty('hardwarever');
  });

  test('uptime: days once there is one', async () => {
    const { token, call, pbx, clock } = await open();
    const path = `v1.0.0/deviceinfo/query?token=${await token()}`;
    expect(await call(path)).toMatchObject({ deviceinfo: { uptime: '1days 01:01:01', extensionstatus: '6/100' } });
    pbx.world.startedAt = clock.wallTime() - 14_262_000;
    expect(await call(path)).toMatchObject({ deviceinfo: { uptime: '03:57:42' } });
  });

  test('queues: one at a time, from v1.1.0 on; nobody waiting is an empty text', async () => {
    const { token, call, pbx } = await open();
    const query = `token=${await token()}`;
    const ofQueue = (version: string, queueid?: string) => call(`${version}/queuestatus/query?${query}`, { queueid });
    expect(await ofQueue('v1.0.6', '6001')).toMatchObject({ errno: '10003' });
    expect(await ofQueue('v1.1.0')).toMatchObject({ errno: '10004' });
    expect(await ofQueue('v1.1.0', '6999')).toMatchObject({ errno: '10013' });
    const [queue] = pbx.world.queues;
    if (queue !== undefined) queue.waitingCallers = 0;
    expect(await ofQueue('v1.1.0', '6001')).toMatchObject({
      queues: [{ queuenumber: '6001', queuestatus: [{ callercount: '' }] }],
    });
  });

  test('call/query wants to know which calls', async () => {
    const { token, call } = await open();
    const path = `v2.0.0/call/query?token=${await token('v2.0.0')}`;
    expect(await call(path, {})).toMatchObject({ errno: '10004' });
    expect(await call(path, { type: 'inbound' })).toEqual({ status: 'Success', calls: [] });
  });
});

describe('event reports', () => {
  test('go to the port that the login named, again and again until somebody says 200', async () => {
    const bodies: string[] = [];
    const listener = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => {
        response.statusCode = bodies.length < 3 ? 500 : 200;
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { login, pbx, clock } = await open({ switches: { reports: true } });
    await login({ port: String((listener.address() as AddressInfo).port), version: '1.0.2' });
    await pbx.reportExtension('1001');
    clock.advance(5000);
    await expect.poll(() => clock.waiting).toBe(1);
    clock.advance(5000);
    await expect.poll(() => bodies.length).toBe(3);
    clock.advance(60_000);
    expect(pbx.reporter.posted).toBe(3);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ action: 'ExtensionStatus' });
    await new Promise((resolve) => listener.close(resolve));
  });
});
