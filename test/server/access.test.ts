import { setImmediate as nextTurn } from 'node:timers/promises';
import { hash } from 'bcrypt';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { silentLog } from '../../src/log.ts';
import { healthyRoute } from '../../src/server/management.ts';
import { createPasswordCheck } from '../../src/server/password-check.ts';
import { createWebServer, type WebServer } from '../../src/server/server.ts';
import type { WebConfig } from '../../src/server/web-config/web-config.ts';

/** The lowest bcrypt cost, because tests need speed and not security. */
const cost = 4;
let users: ReadonlyMap<string, Secret>;

beforeAll(async () => {
  users = new Map([
    ['prometheus', new Secret(await hash('correct horse', cost))],
    ['anna', new Secret((await hash('päßwort:with:colons', cost)).replace('$2b$', '$2y$'))],
  ]);
});

async function startServer(config: WebConfig): Promise<{ readonly server: WebServer; readonly base: string }> {
  const server = createWebServer({ host: '127.0.0.1', port: 0 }, [healthyRoute], silentLog, config);
  const port = await server.start();
  onTestFinished(() => server.stop());
  return { server, base: `http://127.0.0.1:${port}` };
}

const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;

describe('a login', () => {
  test.each([
    ['of a user', basic('prometheus:correct horse'), 200],
    ['with colons and umlauts', basic('anna:päßwort:with:colons'), 200],
    ['in lower case', basic('prometheus:correct horse').replace('Basic', 'basic'), 200],
    ['with a wrong password', basic('prometheus:correct horses'), 401],
    ['with no password', basic('prometheus:'), 401],
    ['of nobody', basic('nobody:correct horse'), 401],
    ['with the password of another', basic('anna:correct horse'), 401],
    ['without a colon', basic('prometheus'), 401],
    ['that is garbled', 'Basic %%%', 401],
    ['of another kind', 'Bearer correct horse', 401],
    ['that is missing', undefined, 401],
  ])('%s', async (_what, authorization, status) => {
    const { base } = await startServer({ headers: {}, users });
    const answer = await fetch(`${base}/-/healthy`, { headers: authorization === undefined ? {} : { authorization } });
    expect(answer.status).toBe(status);
    const challenge = status === 401 ? 'Basic realm="pbx-exporter", charset="UTF-8"' : null;
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  test('is needed for paths that are not there too', async () => {
    const { base } = await startServer({ headers: {}, users });
    expect((await fetch(`${base}/nothing`)).status).toBe(401);
  });

  test('is not needed when there are no users', async () => {
    const { base } = await startServer({ headers: {}, users: new Map() });
    expect((await fetch(`${base}/-/healthy`)).status).toBe(200);
  });

  test('follows a change of the file at once, also one that was good before', async () => {
    const { server, base } = await startServer({ headers: {}, users });
    const status = async (login: string): Promise<number> =>
      (await fetch(`${base}/-/healthy`, { headers: { authorization: basic(login) } })).status;
    expect(await status('prometheus:correct horse')).toBe(200);
    server.apply({ headers: {}, users: new Map([['prometheus', new Secret(await hash('new one', cost))]]) });
    expect(await status('prometheus:correct horse')).toBe(401);
    expect(await status('prometheus:new one')).toBe(200);
  });
});

describe('the check of passwords', () => {
  test('remembers what was right and costs nothing the second time', async () => {
    const check = createPasswordCheck();
    const login = { name: 'prometheus', password: 'correct horse', from: '192.0.2.1' };
    expect(await check(users, login)).toBe('good');
    // A hash cannot be computed within these turns.
    let answer: string | undefined;
    void check(users, login).then((found) => (answer = found));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(answer).toBe('good');
  });

  test('leaves the event loop to others while a hash is computed', async () => {
    const costly = new Map([['anna', new Secret(await hash('right', 8))]]);
    const turns = { count: 0, wanted: true };
    const answer = createPasswordCheck()(costly, { name: 'anna', password: 'wrong', from: '192.0.2.1' });
    void answer.then(() => (turns.wanted = false));
    while (turns.wanted) {
      await nextTurn();
      turns.count += 1;
    }
    expect(await answer).toBe('bad');
    // If a hash were computed on the event loop, only a few turns would be possible.
    expect(turns.count).toBeGreaterThan(50);
  });

  test('shares one check among those that ask the same, and refuses an address that has too many waiting', async () => {
    const check = createPasswordCheck();
    const same = { name: 'prometheus', password: 'correct horse', from: '192.0.2.1' };
    expect(new Set(await Promise.all(Array.from({ length: 200 }, () => check(users, same))))).toEqual(
      new Set(['good']),
    );
    const guesses = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        check(users, { name: 'anna', password: `guess ${index}`, from: '192.0.2.1' }),
      ),
    );
    expect(guesses.filter((answer) => answer === 'busy').length).toBeGreaterThan(50);
    expect(guesses).not.toContain('good');
    expect(await check(users, { name: 'anna', password: 'päßwort:with:colons', from: '192.0.2.1' })).toBe('good');
  });

  test('serves addresses in turn: guesses of one do not keep another waiting', async () => {
    const check = createPasswordCheck();
    const order: string[] = [];
    const guesses = Array.from({ length: 40 }, (_, index) =>
      check(users, { name: 'anna', password: `guess ${index}`, from: '192.0.2.1' }).then(
        (answer) => answer === 'bad' && order.push('guess'),
      ),
    );
    const right = check(users, { name: 'prometheus', password: 'correct horse', from: '192.0.2.2' });
    expect(await right).toBe('good');
    // The running check and the next one.
    expect(order.length).toBeLessThanOrEqual(2);
    await Promise.all(guesses);
  });

  test('of an unknown name works as long as that of a known one', async () => {
    const check = createPasswordCheck();
    const order: string[] = [];
    // Checks run in order. Without a check, the unknown name would have been answered first.
    await Promise.all([
      check(users, { name: 'prometheus', password: 'wrong', from: '' }).then(() => order.push('known')),
      check(users, { name: 'nobody', password: 'wrong', from: '' }).then(() => order.push('unknown')),
    ]);
    expect(order).toEqual(['known', 'unknown']);
  });

  test('of an unknown name never succeeds, and lets nothing be remembered', async () => {
    const check = createPasswordCheck();
    const nobody = { name: 'nobody', password: '', from: '' };
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await check(users, nobody)).toBe('bad');
    expect(await check(new Map(), nobody)).toBe('bad');
  });

  test('takes every form of hash that the file may hold', async () => {
    const made = await hash('correct horse', cost);
    for (const form of ['$2a$', '$2b$', '$2y$']) {
      const forms = new Map([['one', new Secret(made.replace('$2b$', form))]]);
      const ask = (password: string): Promise<string> =>
        createPasswordCheck()(forms, { name: 'one', password, from: '' });
      expect([form, await ask('correct horse'), await ask('wrong')]).toEqual([form, 'good', 'bad']);
    }
  });
});
