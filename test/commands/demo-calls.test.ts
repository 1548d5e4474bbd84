import { expect, test } from 'vitest';
import { startCalls, playAudio } from '../../src/commands/demo-calls.ts';
import { asterisk } from '../../src/drivers/asterisk/index.ts';
import { makeWorld } from '../../src/simulator/kit/make-world.ts';
import { setUp } from '../drivers/asterisk/support.ts';

/** A call of the simulated world; the last digits of its id choose the trunk. */
function call(id: string, direction: 'inbound' | 'outbound', phone: string) {
  const [from, to] = direction === 'inbound' ? ['outside', phone] : [phone, 'outside'];
  return { id, direction, from, to, startedAt: 0, state: 'talking' } as const;
}

test('the calls of the demo have legs, which are lossy over one trunk, and are counted once', async () => {
  const { bench, simulator, clock } = await setUp({ collect: asterisk.collectors });
  const { world } = simulator;
  const audio = playAudio(simulator, clock);
  await bench.poll();
  const [good = '', bad = ''] = world.trunks
    .filter(({ state }) => state === 'registered' || state === 'reachable')
    .map(({ name }) => name);
  world.calls.push(
    { ...call('a0000', 'inbound', '1001') },
    { ...call('a0001', 'outbound', '1002') },
    { ...call('a0002', 'inbound', '1003'), state: 'ringing' },
  );
  clock.advance(1_000);
  expect((await bench.rounds(2)).retained).toMatchObject({
    calls: { value: { all: 3 } },
    quality: {
      value: { running: { media: { flowing: 4, one_way: 0, none: 0, unknown: 0 }, lossy: { '0.01': 1, '0.05': 1 } } },
    },
  });
  world.calls = [];
  clock.advance(1_000);
  const { counters, retained } = await bench.rounds(1);
  audio.stop();
  expect(retained).toMatchObject({
    calls: { value: { all: 0 } },
    quality: { value: { running: { media: { flowing: 0 } }, finished: { outcomes: { yes: 4 } } } },
  });
  const lossOf = (trunk: string) => {
    const { received = 0, lost = 0 } = counters.quality?.finished?.trunks.get(trunk)?.packets ?? {};
    return lost / (received + lost);
  };
  expect(lossOf(good)).toBe(0);
  expect(lossOf(bad)).toBeCloseTo(0.08, 2);
  expect(simulator.legs.log).toEqual([]);
});

test('there are calls from the start, of phones that answer', () => {
  const world = makeWorld({ peers: 20, trunks: 4 });
  const answering = world.extensions.filter(({ state }) => state === 'reachable').map(({ number }) => number);
  expect(answering.length).toBeLessThan(20);
  startCalls(world, 1_000);
  expect(world.calls.map(({ to }) => to)).toEqual(answering.slice(0, 4));
  expect(new Set(world.calls.map(({ id }) => id)).size).toBe(4);
  const busy = world.extensions.filter(({ call }) => call === 'talking').map(({ number }) => number);
  expect(busy).toEqual(answering.slice(0, 4));
});
