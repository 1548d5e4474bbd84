import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import type { LoginGuard as GuardRules } from '../../../src/drivers/driver.ts';
import { LoginGuards } from '../../../src/polling/login-guard/login-guards.ts';
import {
  emptyAddress,
  normalised,
  readState,
  type SavedAddress,
  writeState,
} from '../../../src/polling/login-guard/state-format.ts';
import { StateFile } from '../../../src/polling/login-guard/state-file.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { keepingLog } from '../../support/exporter-bench.ts';
import { fail, guardFor, plentyOfTime, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;
const hour = 60 * minute;
const rules: GuardRules = {
  pauses: { bad_credentials: [minute, 5 * minute, 10 * hour] },
  refusals: { most: 4, by: 'address' },
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'state-'));
  // Retried, because a file may still be written to this folder.
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return path;
}

/** A clock that is ahead by `aheadMs`, with timers that fire immediately, because the timing of the file is irrelevant here. */
function hurriedClock(aheadMs = 0): Clock {
  return {
    wallTime: () => systemClock.wallTime() + aheadMs,
    monotonicTime: () => systemClock.monotonicTime(),
    after: (_delayMs, callback) => systemClock.after(0, callback),
  };
}

/** Simulates a process that shares the state file with others. */
function program(path: string, clock: Clock = hurriedClock()) {
  const lines: string[] = [];
  const guards = new LoginGuards(clock, new StateFile({ path, clock, log: keepingLog(lines) }));
  const hand = clock as ReturnType<typeof createHandClock>;
  const guard = (password: string, numbers = rules) =>
    guardFor(hand, { rules: numbers, account: { kind: 'password', username: 'user', password } }, guards);
  return { guards, guard, lines };
}

describe('after a restart', () => {
  test('a secret that is known to be wrong is not tried again, a changed one at once, and the row goes on', async () => {
    const path = join(folder(), 'state.json');
    const before = program(path);
    expect(await fail(before.guard('wrong'), 'bad_credentials')).toBe('bad_credentials');
    await before.guards.flush();
    const after = program(path);
    const same = after.guard('wrong');
    expect(await succeed(same)).toBe('suspended');
    expect(same.suspension()).toMatchObject({ reason: 'bad_credentials' });
    expect(same.suspendedUntilWall() - Date.now()).toBeLessThanOrEqual(minute);
    for (const password of ['second', 'third', 'fourth'])
      expect(await fail(after.guard(password), 'bad_credentials')).toBe('bad_credentials');
    await after.guards.flush();
    const last = program(path);
    expect(await succeed(last.guard('right'))).toBe('suspended');
    expect(last.guard('right').usedRefusals()).toMatchObject({ used: 4 });
    await last.guards.flush();
    expect(await last.guards.remembered(new URL('http://192.0.2.1'), rules)).toMatchObject({ used: 4, most: 4 });
  });

  test('a login that was accepted ends a row without a window for everybody, and a lock is known', async () => {
    const path = join(folder(), 'state.json');
    const one = program(path);
    await fail(one.guard('wrong'), 'bad_credentials');
    expect(await succeed(one.guard('right'))).toBe('good');
    await one.guards.flush();
    const other = program(path);
    expect(await fail(other.guard('other'), 'locked_out', { retryAfterMs: hour })).toBe('locked_out');
    expect(other.guard('other').usedRefusals()).toMatchObject({ used: 0 });
    await other.guards.flush();
    const late = program(path);
    expect(await succeed(late.guard('other'))).toBe('suspended');
    expect(late.guard('other').suspension()).toMatchObject({ reason: 'locked_out' });
  });

  test('a path that has worked is known to have worked', async () => {
    const path = join(folder(), 'state.json');
    const before = program(path);
    await succeed(before.guard('right'));
    await before.guards.flush();
    expect(await fail(program(path).guard('right'), 'config', { login: 'path_missing' })).toBe('service_unavailable');
  });

  test('a process that was killed in the middle of a login may have been refused', async () => {
    const path = join(folder(), 'state.json');
    for (const clock of [0, 1, 2, 3].map((runs) => hurriedClock(runs * 10 * minute))) {
      const { guard } = program(path, clock);
      let sent = (): void => {};
      const under = new Promise<void>((resolve) => (sent = resolve));
      void guard('wrong').login(plentyOfTime, () => {
        sent();
        return new Promise(() => {});
      });
      await under;
    }
    expect(await succeed(program(path, hurriedClock(40 * minute)).guard('wrong'))).toBe('suspended');
  });
});

test('two processes that log in to one address at the same moment count both', async () => {
  const path = join(folder(), 'state.json');
  const [one, other] = [program(path), program(path)];
  await fail(one.guard('a'), 'bad_credentials');
  await fail(other.guard('b'), 'bad_credentials');
  await Promise.all([one.guards.flush(), other.guards.flush()]);
  const sent: string[] = [];
  const login = (name: string, { guard }: typeof one): Promise<string> =>
    guard(name)
      .login(plentyOfTime, async () => {
        sent.push(name);
        await new Promise((resolve) => setImmediate(resolve));
        throw new Failure('bad_credentials', 'no');
      })
      .catch((thrown: unknown) => (thrown as Failure).reason);
  await Promise.all(['c', 'd', 'e'].flatMap((name) => [login(name, one), login(`${name}2`, other)]));
  expect(sent.length).toBeLessThanOrEqual(2);
});

describe('what is in the file', () => {
  test('no account and no secret, and nobody else may read it', async () => {
    const path = join(folder(), 'state.json');
    const { guard, guards } = program(path);
    await fail(guard('a-secret-word'), 'bad_credentials');
    await guards.flush();
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('192.0.2.1:80');
    expect(text).not.toMatch(/a-secret-word|"user"/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('ten thousand PBXs, all of them refused, are less than 1 MB', () => {
    const now = Date.UTC(2026, 0, 10);
    const refused: SavedAddress = {
      ...emptyAddress,
      refusals: [{ at: now, reason: 'bad_credentials' }],
      logins: [
        {
          salt: 'AbCdEfGh',
          hash: 'AbCdEfGhIjKlMnOp',
          refusals: 1,
          lastAt: now,
          pauseMs: minute,
          reason: 'bad_credentials',
        },
      ],
      worked: ['/'],
    };
    const state = new Map(Array.from({ length: 10_000 }, (_, index) => [`pbx-${index}.example.org:8088`, refused]));
    expect(Buffer.byteLength(writeState(state))).toBeLessThanOrEqual(1_000_000);
    const healthy = new Map([...state.keys()].map((key) => [key, { ...emptyAddress, worked: ['/'] }]));
    expect((readState(writeState(healthy)) as { state: ReadonlyMap<string, unknown> }).state.size).toBe(10_000);
  });

  test('whatever it holds is understood or called damaged, and what is written is read again', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readState(text)));
    fc.assert(
      fc.property(fc.json(), (text) => {
        const reading = readState(`{"format":1,"addresses":{"a:1":${text}}}`);
        expect(reading).toHaveProperty('state');
        if (!('state' in reading)) return;
        const again = readState(writeState(reading.state));
        expect('state' in again && [...again.state.values()]).toEqual(
          [...reading.state.values()].filter((one) => Object.values(one).flat().length > 0),
        );
      }),
    );
  });

  test('a clock that went back moves times to now and keeps their durations', () => {
    const now = Date.UTC(2026, 0, 10);
    const day = 24 * hour;
    const login = {
      salt: 's',
      hash: 'h',
      refusals: 1,
      lastAt: now + day,
      pauseMs: minute,
      reason: 'bad_credentials',
    } as const;
    expect(
      normalised(
        {
          ...emptyAddress,
          refusals: [{ at: now + day, reason: 'config' }],
          logins: [login],
          lock: { since: now + day, pauseMs: hour },
        },
        now,
      ),
    ).toMatchObject({
      refusals: [{ at: now }],
      logins: [{ lastAt: now, pauseMs: minute }],
      lock: { since: now, pauseMs: hour },
    });
  });
});

describe('a file that cannot be used', () => {
  test('is kept beside when it is damaged, told once, and begun anew', async () => {
    const path = join(folder(), 'state.json');
    writeFileSync(path, '{"format":1,"addresses":{"192.0.2');
    const { guard, guards, lines } = program(path);
    await fail(guard('wrong'), 'bad_credentials');
    await guards.flush();
    expect(existsSync(`${path}.damaged`)).toBe(true);
    expect(lines.filter((line) => line.includes('state file'))).toHaveLength(1);
    expect(readState(readFileSync(path, 'utf8'))).toHaveProperty('state');
  });

  test('is left as it is when it is of a newer version', async () => {
    const path = join(folder(), 'state.json');
    writeFileSync(path, '{"format":2}');
    const { guard, guards, lines } = program(path);
    expect(await fail(guard('wrong'), 'bad_credentials')).toBe('bad_credentials');
    expect(await fail(guard('other'), 'bad_credentials')).toBe('bad_credentials');
    await guards.flush();
    expect(readFileSync(path, 'utf8')).toBe('{"format":2}');
    expect(lines).toHaveLength(1);
    expect(guards.stateProblem).toMatch(/newer version/);
    writeFileSync(path, '{"format":1,"addresses":{}}');
    await fail(guard('third'), 'bad_credentials');
    await guards.flush();
    expect(guards.stateProblem).toBeUndefined();
    expect(lines.at(-1)).toContain('state file works again');
    expect(await program(path).guards.remembered(new URL('http://192.0.2.1'), rules)).toMatchObject({ used: 3 });
  });

  test('costs no login when its folder is not there', async () => {
    const path = join(folder(), 'missing', 'state.json');
    const { guard, guards, lines } = program(path);
    expect(await succeed(guard('right'))).toBe('good');
    await guards.flush();
    expect(lines).toHaveLength(1);
    expect(guards.stateProblem).toContain('ENOENT');
  });

  test('is tried again by itself, without waiting for the next login', async () => {
    const path = join(folder(), 'later', 'state.json');
    const clock = createHandClock();
    const { guard, guards, lines } = program(path, clock);
    expect(await fail(guard('wrong'), 'bad_credentials')).toBe('bad_credentials');
    await clock.waitFor(1);
    mkdirSync(dirname(path));
    // Waits for the write interval and the next write attempt, without further logins.
    for (let step = 0; step < 200 && !existsSync(path); step += 1) {
      clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(existsSync(path)).toBe(true);
    await expect.poll(() => lines.at(-1)).toContain('state file works again');
    expect(guards.stateProblem).toBeUndefined();
  });

  test('a lock of a process that is dead does not hold', async () => {
    const path = join(folder(), 'state.json');
    writeFileSync(`${path}.lock`, '999999999 x');
    const { guard, guards } = program(path);
    expect(await succeed(guard('right'))).toBe('good');
    await guards.flush();
    expect(guards.stateProblem).toBeUndefined();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

test('the file is written once a second at most', async () => {
  const path = join(folder(), 'state.json');
  const clock = createHandClock();
  const { guard, guards } = program(path, clock);
  expect(await succeed(guard('right'))).toBe('good');
  const written = readFileSync(path, 'utf8');
  await clock.waitFor(1);
  expect(readFileSync(path, 'utf8')).toBe(written);
  clock.advance(1_000);
  await guards.flush();
  expect(readFileSync(path, 'utf8')).not.toBe(written);
});
