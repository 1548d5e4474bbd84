import { describe, expect, test } from 'vitest';
import { queuesFrom, readQueueStatus } from '../../../src/drivers/asterisk/queues.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { type AmiEvent, amiList } from './ami-text.ts';

function queues(...events: readonly AmiEvent[]) {
  const skipped = new SkipCounter();
  return { queues: queuesFrom(readQueueStatus(amiList(...events)), skipped), skipped: skipped.counts() };
}

const sales: AmiEvent = ['QueueParams', { Queue: 'sales', Calls: '2' }];
const member = (Status: string, Paused = '0', Queue = 'sales'): AmiEvent => ['QueueMember', { Queue, Status, Paused }];

/** Device states as numbers (`devicestate.h`); a pause is shown only if the phone is free. */
describe('a member of a queue', () => {
  test.each([
    ['0', 'unknown', 'paused'],
    ['1', 'available', 'paused'],
    ['2', 'in_call', 'in_call'],
    ['3', 'in_call', 'in_call'],
    ['4', 'unavailable', 'unavailable'],
    ['5', 'unavailable', 'unavailable'],
    ['6', 'ringing', 'ringing'],
    ['7', 'in_call', 'in_call'],
    ['8', 'on_hold', 'on_hold'],
  ])('with status %s is %s, and %s while it is paused', (status, state, paused) => {
    expect(queues(sales, member(status))).toMatchObject({ queues: [{ agents: { [state]: 1 } }], skipped: {} });
    expect(queues(sales, member(status, '1'))).toMatchObject({ queues: [{ agents: { [paused]: 1 } }], skipped: {} });
  });

  test.each(['9', '', 'idle', '-1'])('with status %j is unknown, and counted', (status) => {
    expect(queues(sales, member(status))).toEqual({
      queues: [{ id: 'sales', waitingCallers: 2, agents: { unknown: 1 } }],
      skipped: { unknown_state: 1 },
    });
  });
});

test('each queue has its own callers and members', () => {
  const support: AmiEvent = ['QueueParams', { Queue: 'support', Calls: '0' }];
  const caller: AmiEvent = ['QueueEntry', { Queue: 'sales', Position: '1' }];
  const rows = [sales, member('1'), member('1'), member('6'), caller, support, member('5', '0', 'support')];
  expect(queues(...rows).queues).toEqual([
    { id: 'sales', waitingCallers: 2, agents: { available: 2, ringing: 1 } },
    { id: 'support', waitingCallers: 0, agents: { unavailable: 1 } },
  ]);
});

test('a queue without members has none, and a number of callers that is none is left out', () => {
  expect(queues(['QueueParams', { Queue: 'sales', Calls: 'many' }]).queues).toStrictEqual([
    { id: 'sales', agents: {} },
  ]);
});
