import { afterEach, describe, expect, test } from 'vitest';
import { setTrunk } from '../../../src/simulator/kit/world.ts';
import { createYeastarPSimulator } from '../../../src/simulator/yeastar-p/index.ts';
import type { PSeriesSimulator } from '../../../src/simulator/yeastar-p/index.ts';
import type { PSeriesOptions } from '../../../src/simulator/yeastar-p/switches.ts';
import { ask } from '../ask.ts';
import { createHandClock } from '../hand-clock.ts';

type Fields = Record<string, unknown>;
type Rows = Record<string, unknown>[];

const running: PSeriesSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pbx) => pbx.stop()));
});

async function open(options: Partial<PSeriesOptions> = {}) {
  const clock = createHandClock();
  const pbx = createYeastarPSimulator({ clock, peers: 6, trunks: 4, ...options });
  running.push(pbx);
  const url = await pbx.start();
  const headers = { 'user-agent': 'OpenAPI' };
  const send = async (method: string, path: string, body?: Fields): Promise<Fields> => {
    const options = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return JSON.parse((await ask(new URL(`openapi/v1.0/${path}`, url), options)).text) as Fields;
  };
  const login = (password = 'example-client-secret') =>
    send('POST', 'get_token', { username: 'example-client-id', password });
  const token = async (): Promise<string> => String((await login())['access_token']);
  return { clock, pbx, url, send, login, token };
}

describe('tokens', () => {
  test('come in pairs with their lives in seconds', async () => {
    const { login } = await open();
    expect(await login()).toEqual({
      errcode: 0,
      errmsg: 'SUCCESS',
      access_token_expire_time: 1800,
      access_token: expect.stringMatching(/^[0-9a-f]{32}$/),
      refresh_token_expire_time: 86_400,
      refresh_token: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('end on time, used or not; the refresh token gives both anew, once', async () => {
    const { login, send, clock } = await open();
    const first = await login();
    clock.advance(1_000_000);
    expect(await send('GET', `trunk/list?access_token=${String(first['access_token'])}`)).toMatchObject({ errcode: 0 });
    clock.advance(800_000);
    expect(await send('GET', `trunk/list?access_token=${String(first['access_token'])}`)).toMatchObject({
      errcode: 10_004,
      errmsg: 'TOKEN EXPIRED',
    });
    const second = await send('POST', 'refresh_token', { refresh_token: first['refresh_token'] });
    expect(second).toMatchObject({ errcode: 0 });
    expect(await send('POST', 'refresh_token', { refresh_token: first['refresh_token'] })).toMatchObject({
      errcode: 10_004,
    });
    clock.advance(86_400_000);
    expect(await send('POST', 'refresh_token', { refresh_token: second['refresh_token'] })).toMatchObject({
      errcode: 10_004,
    });
  });

  test('eight live at a time; one that is revoked makes room', async () => {
    const { login, token, send, pbx } = await open();
    const tokens = [];
    for (let count = 0; count < 8; count += 1) tokens.push(await token());
    expect(await login()).toMatchObject({ errcode: 60_002 });
    expect(await send('GET', `del_token?access_token=${tokens[3] ?? ''}`)).toMatchObject({ errcode: 0 });
    expect(await login()).toMatchObject({ errcode: 0 });
    expect(pbx.ledger).toMatchObject({ loginsGood: 9, sessionsPeak: 8, sessionsLive: 8 });
  });
});

describe('what is refused', () => {
  test('five wrong secrets block the address until an administrator lifts it', async () => {
    const { login, clock, pbx } = await open();
    for (let time = 0; time < 5; time += 1) expect(await login('wrong')).toMatchObject({ errcode: -1 });
    expect(await login()).toMatchObject({ errcode: 70_004 });
    clock.advance(365 * 86_400_000);
    expect(await login()).toMatchObject({ errcode: 70_004 });
    pbx.liftBlock();
    expect(await login()).toMatchObject({ errcode: 0 });
    expect(pbx.ledger).toMatchObject({ bans: 1, refusedWhileLocked: 2 });
  });

  test('a request without a user agent', async () => {
    const { url } = await open();
    const answer = await ask(new URL('openapi/v1.0/get_token', url), { method: 'POST', body: '{}' });
    expect(JSON.parse(answer.text)).toMatchObject({ errcode: 10_005 });
  });

  test('the wrong method, an unknown call, another version, another path', async () => {
    const { send, token, url } = await open();
    const query = `access_token=${await token()}`;
    expect(await send('POST', `trunk/list?${query}`, {})).toMatchObject({ errcode: 10_001 });
    expect(await send('GET', `coffee/list?${query}`)).toMatchObject({ errcode: 10_001 });
    expect(await send('GET', `../v9.9/trunk/list?${query}`)).toMatchObject({ errcode: 10_003 });
    expect((await ask(new URL('login', url))).status).toBe(404);
  });
});

describe('lists', () => {
  test('come in pages with the number of all rows', async () => {
    const { send, token } = await open({ peers: 45 });
    const path = `extension/list?access_token=${await token()}&page_size=20`;
    const sizes = [];
    for (const page of [1, 2, 3, 4]) {
      const { total_number: total, data } = await send('GET', `${path}&page=${page}`);
      expect(total).toBe(45);
      sizes.push((data as Rows).length);
    }
    expect(sizes).toEqual([20, 20, 5, 0]);
  });

  test('extensions: the SIP list is there only while a phone is registered', async () => {
    const { send, token } = await open();
    const { data } = await send('GET', `extension/list?access_token=${await token()}`);
    expect((data as Rows)[0]).toMatchObject({
      id: 11,
      number: '1001',
      online_status: { sip_phone: { ext_dev_type: 'sip', status_list: [{ status: 1 }] } },
    });
    expect((data as Rows)[1]?.['online_status']).toMatchObject({ sip_phone: { ext_dev_type: 'sip' } });
    expect(JSON.stringify((data as Rows)[1])).not.toContain('status_list');
  });

  test('trunks: whole numbers for states, user names only where one side registers', async () => {
    const { send, token, pbx } = await open();
    setTrunk(pbx.world, 'harbourtel', { kind: 'line', state: 'failed' });
    const { data } = await send('GET', `trunk/list?access_token=${await token()}`);
    expect((data as Rows).map(({ id, status, type }) => [id, status, type])).toEqual([
      [1, 1, 'register'],
      [2, 1, 'peer'],
      [3, 45, 'register'],
      [4, 12, 'FXO'],
    ]);
    expect((data as Rows)[0]).toHaveProperty('username');
    expect((data as Rows)[1]).not.toHaveProperty('username');
  });

  test('calls need a type, and none at all is "not found"', async () => {
    const { send, token, pbx } = await open();
    const query = `access_token=${await token()}`;
    expect(await send('GET', `call/query?${query}`)).toMatchObject({ errcode: 40_002 });
    expect(await send('GET', `call/query?${query}&type=internal`)).toMatchObject({ errcode: 60_001 });
    pbx.world.calls.push({ id: 'a', direction: 'internal', from: '1001', to: '1004', startedAt: 0, state: 'talking' });
    expect(await send('GET', `call/query?${query}&type=internal`)).toMatchObject({ data: [{ call_id: 'a' }] });
  });

  test('queues: numbers at the top level, skeleton with "not found" when idle', async () => {
    const { send, token, pbx } = await open();
    const path = `queue/call_status?access_token=${await token()}&id=1`;
    const [queue] = pbx.world.queues;
    if (queue !== undefined) queue.waitingCallers = 2;
    expect(await send('GET', path)).toMatchObject({ errcode: 0, waiting_calls: 2 });
    if (queue !== undefined) queue.waitingCallers = 0;
    expect(await send('GET', path)).toMatchObject({ errcode: 60_001, waiting_calls: 0, waiting_list: [] });
  });
});
