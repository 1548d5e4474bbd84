import type { Call as ActiveCall, Queue } from '../kit/world.ts';
import type { Call } from './reply.ts';
import { agentStatus } from './states.ts';

const callWord = ({ state }: ActiveCall): string => (state === 'ringing' ? 'Progress' : 'Talking');

/** Makes the call `inbound/query` or `outbound/query` of v1.x; neither includes internal calls. */
export function callsOf(direction: 'inbound' | 'outbound'): Call {
  return ({ world }) => {
    const rows = world.calls
      .filter((call) => call.direction === direction)
      .map((call) => ({
        [`${direction}id`]: call.id,
        from: call.from,
        to: call.to,
        trunk: world.trunks[0]?.name ?? '',
        status: callWord(call),
        ...(direction === 'inbound' ? { callee: [{ extid: call.to }] } : {}),
      }));
    return { fields: { [direction]: rows } };
  };
}

/** Answers `call/query` of v2.0.0. */
export const callQuery: Call = ({ world, parameter }) => {
  const type = parameter('type');
  if (type !== 'inbound' && type !== 'outbound') return { errno: '10004' };
  const calls = world.calls
    .filter((call) => call.direction === type)
    .map((call) => ({
      callid: call.id,
      members: [
        { [type]: { from: call.from, to: call.to, memberstatus: 'ANSWER' } },
        { ext: { number: type === 'inbound' ? call.to : call.from, memberstatus: 'ANSWER' } },
      ],
    }));
  return { fields: { calls } };
};

/** Makes the call `queuestatus/query` of v1.1.0 or `queue/query_status` of v2.0.0, each of which returns one queue. */
export function queueStatus(parameterName: 'queueid' | 'number', numberKey: 'queuenumber' | 'number'): Call {
  return ({ world, parameter, version }) => {
    if (version.startsWith('v1.0.')) return { errno: '10003' };
    const number = parameter(parameterName);
    if (number === '') return { errno: '10004' };
    const queue = world.queues.find((candidate) => candidate.number === number);
    if (queue === undefined) return { errno: '10013' };
    const members = queue.agents.map(({ extension, paused }) => ({
      agent: extension,
      agentstatus: agentStatus(
        world.extensions.find((candidate) => candidate.number === extension),
        paused,
      ),
    }));
    return {
      fields: { queues: [{ [numberKey]: number, queuestatus: [{ callercount: callerCount(queue), members }] }] },
    };
  };
}

/** Returns the number of waiting callers as text; empty if there are none. */
function callerCount({ waitingCallers }: Queue): string {
  return waitingCallers === 0 ? '' : String(waitingCallers);
}
