import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/polling/target.ts';
import { Fleet } from '../../src/fleet/fleet.ts';
import { createRoundQueues, slotTimeoutMs } from '../../src/fleet/round-queues.ts';
import { createSchedule } from '../../src/fleet/schedule.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';

/** A target that records the start times of its rounds. Rounds end immediately or, with `hangs`, when `finish` is called. */
function fakeTarget(clock: HandClock, name: string, { intervalMs = 30_000, hangs = false, up = true } = {}) {
  const starts: number[] = [];
  let finish: () => void = () => {};
  let tried = false;
  const target = {
    name,
    intervalMs,
    get record() {
      return { up };
    },
    get tried() {
      return tried;
    },
    poll() {
      starts.push(clock.monotonicTime());
      tried = true;
      if (!hangs) return Promise.resolve();
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    stop: () => Promise.resolve(),
  };
  return { target: target as unknown as Target, starts, finish: () => finish() };
}

/** Runs all pending microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function advanceInSteps(clock: HandClock, totalMs: number, stepMs = 500): Promise<void> {
  for (let time = 0; time < totalMs; time += stepMs) {
    clock.advance(stepMs);
    await settle();
  }
}

describe('schedule', () => {
  test('has no drift, whatever the first delay', () => {
    const clock = createHandClock();
    const start = clock.monotonicTime();
    const ticks: number[] = [];
    createSchedule(clock, 1_000, () => ticks.push(clock.monotonicTime() - start)).start(250);
    clock.advance(4_000);
    expect(ticks).toEqual([250, 1_250, 2_250, 3_250]);
  });

  test('leaves out what was missed while the machine slept, and keeps its phase', () => {
    let now = 0;
    let pending: { due: number; callback: () => void } | undefined;
    const clock = {
      wallTime: () => now,
      monotonicTime: () => now,
      after: (delayMs: number, callback: () => void) => {
        pending = { due: now + delayMs, callback };
        return { stop: () => (pending = undefined) };
      },
    };
    let ticks = 0;
    createSchedule(clock, 1_000, () => (ticks += 1)).start(0);
    now = 10_400;
    pending?.callback();
    expect(ticks).toBe(1);
    expect(pending?.due).toBe(11_000);
  });

  test('stops, also before it began', () => {
    const clock = createHandClock();
    const schedule = createSchedule(clock, 1_000, () => expect.unreachable());
    schedule.stop();
    schedule.start(10);
    schedule.stop();
    schedule.stop();
    clock.advance(5_000);
    expect(clock.waiting).toBe(0);
  });
});

describe('fleet', () => {
  test('each target has its own interval', async () => {
    const clock = createHandClock();
    const fast = fakeTarget(clock, 'fast', { intervalMs: 10_000 });
    const slow = fakeTarget(clock, 'slow', { intervalMs: 60_000 });
    const fleet = new Fleet({ concurrency: 8, clock, random: () => 0 }, [fast.target, slow.target]);
    fleet.start();
    await advanceInSteps(clock, 5_000);
    fleet.start();
    await advanceInSteps(clock, 55_000 - 500);
    expect([fast.starts.length, slow.starts.length]).toEqual([6, 1]);
  });

  test('the first rounds are spread: soon for a few targets, over the interval for many', async () => {
    const clock = createHandClock();
    const start = clock.monotonicTime();
    const targets = Array.from({ length: 1_000 }, (_, index) => fakeTarget(clock, `t${index}`));
    let next = 0;
    const fleet = new Fleet(
      { concurrency: 1_000, clock, random: () => (next = (next + 0.001) % 1) },
      targets.map(({ target }) => target),
    );
    fleet.start();
    await advanceInSteps(clock, 30_000, 100);
    const firsts = targets.map(({ starts }) => (starts[0] ?? Infinity) - start).sort((one, other) => one - other);
    expect(firsts[0]).toBeLessThanOrEqual(100);
    expect(firsts.at(-1)).toBeLessThanOrEqual(30_000);
    expect(firsts[500]).toBeGreaterThan(10_000);

    const single = fakeTarget(clock, 'single');
    new Fleet({ concurrency: 1, clock, random: () => 0.999 }, [single.target]).start();
    await advanceInSteps(clock, 100, 100);
    expect(single.starts).toHaveLength(1);
  });

  test('rounds of one target never overlap', async () => {
    const clock = createHandClock();
    const hanging = fakeTarget(clock, 'hanging', { hangs: true });
    const fleet = new Fleet({ concurrency: 8, clock, random: () => 0 }, [hanging.target]);
    fleet.start();
    await advanceInSteps(clock, 100_000);
    expect(hanging.starts).toHaveLength(1);
    hanging.finish();
    await settle();
    await advanceInSteps(clock, 30_000);
    expect(hanging.starts).toHaveLength(2);
  });

  test('no more rounds at once than allowed; the others wait and are not lost', async () => {
    const clock = createHandClock();
    const targets = ['a', 'b', 'c'].map((name) => fakeTarget(clock, name, { hangs: true }));
    const fleet = new Fleet(
      { concurrency: 2, clock, random: () => 0 },
      targets.map(({ target }) => target),
    );
    fleet.start();
    await advanceInSteps(clock, 1_000);
    const running = () => targets.map(({ starts }) => starts.length);
    expect(running()).toEqual([1, 1, 0]);
    targets[0]?.finish();
    await settle();
    expect(running()).toEqual([1, 1, 1]);
  });

  test('another limit holds at once for those that wait', async () => {
    const clock = createHandClock();
    const all = ['a', 'b', 'c'].map((name) => fakeTarget(clock, name, { hangs: true }));
    const targets = all.map(({ target }) => target);
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, targets);
    fleet.start();
    await advanceInSteps(clock, 500);
    expect(all.map(({ starts }) => starts.length)).toEqual([1, 0, 0]);
    await fleet.replace(targets, 3);
    await settle();
    expect(all.map(({ starts }) => starts.length)).toEqual([1, 1, 1]);
  });

  test('is ready once every target was tried', async () => {
    const clock = createHandClock();
    const [one, two] = [fakeTarget(clock, 'one', { hangs: true }), fakeTarget(clock, 'two')];
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, [one.target, two.target]);
    expect(fleet.ready).toBe(false);
    fleet.start();
    await advanceInSteps(clock, 500);
    expect([one.starts.length, two.starts.length, fleet.ready]).toEqual([1, 0, false]);
    one.finish();
    await settle();
    expect(fleet.ready).toBe(true);
    expect(fleet.get('one')).toBe(one.target);
    expect(fleet.get('three')).toBeUndefined();
  });

  test('after stop no round begins', async () => {
    const clock = createHandClock();
    const one = fakeTarget(clock, 'one');
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, [one.target]);
    fleet.start();
    await advanceInSteps(clock, 500);
    await fleet.stop();
    await fleet.stop();
    await advanceInSteps(clock, 120_000);
    expect(one.starts).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});

test('targets that are down take at most a quarter of the places', async () => {
  const queues = createRoundQueues(8, createHandClock());
  let down = 0;
  const hang = (): Promise<void> => {
    down += 1;
    return new Promise(() => {});
  };
  for (let index = 0; index < 100; index += 1) void queues.run(false, hang);
  let living = 0;
  await Promise.all(
    Array.from({ length: 50 }, () =>
      queues.run(true, () => {
        living += 1;
        return Promise.resolve();
      }),
    ),
  );
  expect([down, living]).toEqual([2, 50]);
});

test('a round that hangs gives its place to the next one after a while, and still ends for whoever waits for it', async () => {
  const clock = createHandClock();
  const queues = createRoundQueues(2, clock);
  const finish: (() => void)[] = [];
  const ended: number[] = [];
  const hang = (): Promise<void> => new Promise((resolve) => finish.push(resolve));
  for (const index of [0, 1, 2, 3]) void queues.run(true, hang).then(() => ended.push(index));
  await settle();
  expect(finish).toHaveLength(2);
  clock.advance(slotTimeoutMs - 1);
  await settle();
  expect(finish).toHaveLength(2);
  clock.advance(1);
  await settle();
  expect(finish).toHaveLength(4);
  expect(ended).toEqual([]);
  for (const one of finish) one();
  await settle();
  expect(ended).toEqual([0, 1, 2, 3]);
  expect(clock.waiting).toBe(0);
});

test('many dead targets at the start do not make the living ones wait for their timeouts', async () => {
  const clock = createHandClock();
  const living = Array.from({ length: 50 }, (_, index) => fakeTarget(clock, `living-${index}`));
  const dead = Array.from({ length: 50 }, (_, index) => fakeTarget(clock, `dead-${index}`, { hangs: true, up: false }));
  const targets = living.flatMap((one, index) => [dead[index]?.target ?? one.target, one.target]);
  const fleet = new Fleet({ concurrency: 8, clock, random: () => 0.5 }, targets);
  fleet.start();
  await advanceInSteps(clock, 29_000);
  expect(living.map(({ starts }) => starts.length)).toEqual(living.map(() => 1));
});

test('targets that are known to be down wait for each other, and a living one begins in time', async () => {
  const clock = createHandClock();
  const dead = ['a', 'b', 'c', 'd'].map((name) => fakeTarget(clock, name, { hangs: true, up: false }));
  const living = fakeTarget(clock, 'living');
  const delays = [0, 0, 0, 0, 0.9];
  const targets = [...dead, living].map(({ target }) => target);
  const fleet = new Fleet({ concurrency: 4, clock, random: () => delays.shift() ?? 0 }, targets);
  fleet.start();
  await advanceInSteps(clock, 10_000);
  for (const one of dead) one.finish();
  await settle();
  expect([dead.map(({ starts }) => starts.length), living.starts.length]).toEqual([[1, 1, 1, 1], 1]);
  await advanceInSteps(clock, 21_000);
  expect([dead.map(({ starts }) => starts.length), living.starts.length]).toEqual([[2, 1, 1, 1], 2]);
});

test('other limits hold at once for what waits', async () => {
  const queues = createRoundQueues(4, createHandClock());
  const running = { healthy: 0, down: 0 };
  const hang = (kind: 'healthy' | 'down') => (): Promise<void> => {
    running[kind] += 1;
    return new Promise(() => {});
  };
  for (let index = 0; index < 20; index += 1) void queues.run(false, hang('down'));
  await settle();
  for (let index = 0; index < 5; index += 1) void queues.run(true, hang('healthy'));
  await settle();
  expect(running).toEqual({ healthy: 3, down: 1 });
  queues.resize(12);
  await settle();
  expect(running).toEqual({ healthy: 5, down: 3 });
});

test('a round that fails leaves no place taken', async () => {
  const queues = createRoundQueues(1, createHandClock());
  await expect(queues.run(true, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(queues.run(true, () => Promise.resolve())).resolves.toBeUndefined();
});
