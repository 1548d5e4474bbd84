import { describe, expect, test } from 'vitest';
import { agentsByName, queueFrom, readTable, waitingCallers } from '../../../src/drivers/freeswitch/queues.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { setUp } from './support.ts';

const table = (text: string, skipped = new SkipCounter()) => readTable(text, skipped);

describe('tables', () => {
  test('empty ones have no header', () => {
    expect(table('+OK\n')).toEqual([]);
    expect(table('\n+OK')).toEqual([]);
  });

  test('rows that a name took apart are left out', () => {
    const skipped = new SkipCounter();
    expect(table('name|state\na|b\na|b|c\n+OK\n', skipped)).toEqual([
      new Map([
        ['name', 'a'],
        ['state', 'b'],
      ]),
    ]);
    expect(skipped.counts()).toEqual({ malformed: 1 });
  });

  test('a cut one fails', () => {
    const whole = 'name|state\na|b\n+OK\n';
    for (let length = 0; length < whole.length - 1; length += 1)
      expect(() => table(whole.slice(0, length))).toThrow(Failure);
  });
});

test.each([
  ['Available', 'Waiting', 'available'],
  ['Available (On Demand)', 'Idle', 'unavailable'],
  ['Available', 'Receiving', 'ringing'],
  ['On Break', 'Waiting', 'paused'],
  ['On Break', 'In a queue call', 'in_call'],
  ['Logged Out', 'Waiting', 'unavailable'],
  ['Available', 'Reserved', 'ringing'],
  ['Asleep', 'Waiting', 'unknown'],
])('an agent who is %s and %s is %s', (status, state, expected) => {
  const rows = table(`name|status|state\na|${status}|${state}\n+OK\n`);
  expect(agentsByName(rows, new SkipCounter()).get('a')).toBe(expected);
});

test('callers who wait, and agents by the tiers', () => {
  const members = table('queue|state\nq|Waiting\nq|Trying\nq|Answered\nq|Abandoned\nq|Unknown\n+OK\n');
  const tiers = table('queue|agent|state\nq|a|Ready\nq|b|Ready\nother|c|Ready\nq|gone|Ready\n+OK\n');
  const agents = new Map([
    ['a', 'available'],
    ['b', 'available'],
    ['c', 'paused'],
  ] as const);
  expect(queueFrom('q', waitingCallers(members), tiers, agents)).toEqual({
    id: 'q',
    waitingCallers: 2,
    agents: { available: 2 },
  });
});

test('queues of a simulated FreeSWITCH', async () => {
  const { bench, simulator } = await setUp({ collect: ['queues', 'system'] });
  const [support] = simulator.world.queues;
  if (support !== undefined) support.waitingCallers = 3;
  const record = await bench.poll();
  expect(record.retained.queues?.value[0]).toMatchObject({ id: '6001@pbx.example.org', waitingCallers: 3 });
  expect(record.retained.queues?.value).toHaveLength(2);
});
