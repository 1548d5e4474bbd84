import type { Queue } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { deviceName, extensionDeviceState } from './devices.ts';
import { formatList } from './message.ts';
import type { Field, ListEvent } from './message.ts';

/** Device states as numbers in QueueMember events. */
const memberStatus: Readonly<Record<string, number>> = {
  NOT_INUSE: 1,
  INUSE: 2,
  UNAVAILABLE: 5,
  RINGING: 6,
  ONHOLD: 8,
};

interface Member {
  readonly name: string;
  readonly device: string;
  readonly status: number;
  readonly paused: boolean;
}

function selectQueues(context: ActionContext): readonly Queue[] {
  const wanted = context.parameter('queue');
  return context.world.queues.filter((queue) => wanted === '' || queue.number === wanted);
}

function membersOf(context: ActionContext, queue: Queue): readonly Member[] {
  return queue.agents.map(({ extension: number, paused }) => {
    const extension = context.world.extensions.find((candidate) => candidate.number === number);
    // The device of the member is not configured: its state is invalid (4).
    if (extension === undefined || extension.state === 'disabled') {
      return { name: number, device: `PJSIP/${number}`, status: 4, paused };
    }
    const status = memberStatus[extensionDeviceState(extension)] ?? 0;
    return { name: extension.name, device: deviceName(context, extension), status, paused };
  });
}

function showSummary(context: ActionContext): string {
  const events = selectQueues(context).map((queue): ListEvent => {
    const present = membersOf(context, queue).filter(({ status }) => status !== 4 && status !== 5);
    const available = present.filter(({ status, paused }) => status === 1 && !paused);
    const fields: readonly Field[] = [
      ['Queue', queue.number],
      ['LoggedIn', present.length],
      ['Available', available.length],
      ['Callers', queue.waitingCallers],
      ['HoldTime', 0],
      ['TalkTime', 0],
      ['LongestHoldTime', 0],
    ];
    return { event: 'QueueSummary', fields, actionId: 'last' };
  });
  return formatList(context.actionId, {
    message: 'Queue summary will follow',
    events,
    complete: 'QueueSummaryComplete',
  });
}

function parameterFields(queue: Queue): readonly Field[] {
  return [
    ['Queue', queue.number],
    ['Max', 0],
    ['Strategy', 'ringall'],
    ['Calls', queue.waitingCallers],
    ['Holdtime', 0],
    ['TalkTime', 0],
    ['Completed', 0],
    ['Abandoned', 0],
    ['ServiceLevel', 0],
    ['ServicelevelPerf', '0.0'],
    ['ServicelevelPerf2', '0.0'],
    ['Weight', 0],
  ];
}

function memberFields(queue: Queue, member: Member): readonly Field[] {
  return [
    ['Queue', queue.number],
    ['Name', member.name],
    ['Location', member.device],
    ['StateInterface', member.device],
    ['Membership', 'static'],
    ['Penalty', 0],
    ['CallsTaken', 0],
    ['LastCall', 0],
    ['LastPause', 0],
    ['InCall', member.status === 2 ? 1 : 0],
    ['Status', member.status],
    ['Paused', member.paused ? 1 : 0],
    ['PausedReason', ''],
    ['Wrapuptime', 0],
  ];
}

function callerFields(queue: Queue, position: number): readonly Field[] {
  return [
    ['Queue', queue.number],
    ['Position', position],
    ['Channel', `PJSIP/outside-${String(position).padStart(8, '0')}`],
    ['CallerIDNum', '<unknown>'],
    ['Wait', position * 10],
  ];
}

function queueEvents(context: ActionContext, queue: Queue): readonly ListEvent[] {
  const members = membersOf(context, queue).map((member) => memberFields(queue, member));
  const callers = Array.from({ length: queue.waitingCallers }, (_, index) => callerFields(queue, index + 1));
  return [
    { event: 'QueueParams', fields: parameterFields(queue), actionId: 'last' },
    ...members.map((fields): ListEvent => ({ event: 'QueueMember', fields, actionId: 'last' })),
    ...callers.map((fields): ListEvent => ({ event: 'QueueEntry', fields, actionId: 'last' })),
  ];
}

/** Actions of the queue application; users need no class for them. */
export const queueActions: readonly Action[] = [
  { name: 'QueueSummary', description: 'Show queue summary.', classes: [], module: 'queue', answer: showSummary },
  {
    name: 'QueueStatus',
    description: 'Show queue status.',
    classes: [],
    module: 'queue',
    answer: (context) =>
      formatList(context.actionId, {
        message: 'Queue status will follow',
        events: selectQueues(context).flatMap((queue) => queueEvents(context, queue)),
        complete: 'QueueStatusComplete',
      }),
  },
];
