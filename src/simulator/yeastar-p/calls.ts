import type { Clock } from '../../clock.ts';
import type { Call as ActiveCall, Extension, World } from '../kit/world.ts';
import type { Reply } from './reply.ts';
import { extensionRow, trunkRow } from './rows.ts';
import type { PSeriesSwitches } from './switches.ts';

/** The input of a call. */
export interface CallContext {
  readonly world: World;
  readonly clock: Clock;
  readonly switches: PSeriesSwitches;
  /** Returns a parameter of the query; empty if it is missing. */
  readonly parameter: (name: string) => string;
}

type Call = (context: CallContext) => Reply;

const information: Call = ({ world, clock }) => {
  const wall = clock.wallTime();
  const data = {
    device_name: 'P560',
    model_name: 'P560',
    sn: '363100000001',
    firmware_version: world.version === '' ? '37.15.0.22' : world.version,
    system_time: new Date(wall).toISOString().slice(0, 19).replace('T', ' '),
    up_time: Math.floor((wall - world.startedAt) / 1000),
    timestamp: Math.floor(wall / 1000),
  };
  return { fields: { data } };
};

/** Answers `system/capacity`; the cloud edition has further fields about the remaining quota of its assistants. */
const capacity: Call = ({ world, switches }) => ({
  fields: {
    data: {
      extension_capacity: switches.extensionCapacity,
      extension_used: world.extensions.length,
      cc_capacity: switches.callCapacity,
      cc_used: world.calls.length,
    },
  },
});

/** Returns one page of a list, whose rows are already in ascending order of id. */
function paged(rows: readonly object[], { switches, parameter }: CallContext): Reply {
  const asked = Number(parameter('page_size') || 20);
  if (asked > switches.mostAsked) return { errcode: 40002 };
  const size = Math.min(switches.largestPage, asked);
  const page = switches.ignorePage ? 1 : Number(parameter('page') || 1);
  if (!(size > 0 && page > 0)) return { errcode: 40002 };
  if (rows.length === 0) return emptyReplies[switches.emptyList];
  const given = rows.slice(0, rows.length - switches.missingRows);
  const data = given.slice((page - 1) * size, page * size);
  if (data.length === 0 && switches.pastEndNotFound) return { errcode: 60001 };
  return { fields: { total_number: rows.length, data } };
}

const emptyReplies: Readonly<Record<PSeriesSwitches['emptyList'], Reply>> = {
  success: { fields: { total_number: 0, data: [] } },
  number: { errcode: 60001, fields: { total_number: 0 } },
  skeleton: { errcode: 60001, fields: { total_number: 0, data: null, page: '', filter: {} } },
  bare: { errcode: 60001 },
};

const extensionList: Call = (context) =>
  paged(
    context.world.extensions.map((extension, index) => extensionRow(extension, index, context.switches)),
    context,
  );

const trunkList: Call = (context) =>
  paged(
    context.world.trunks.map((trunk, index) => trunkRow(trunk, index, context.switches)),
    context,
  );

const callQuery: Call = ({ world, parameter }) => {
  const type = parameter('type');
  if (type === '' && parameter('call_id') === '' && parameter('extension') === '') return { errcode: 40002 };
  const calls = world.calls.filter(({ direction }) => direction === type);
  return calls.length === 0 ? { errcode: 60001 } : { fields: { data: calls.map(callRow) } };
};

function callRow({ id, direction, from, to, state }: ActiveCall): object {
  const member_status = state === 'ringing' ? 'RING' : 'ANSWER';
  const outside = { from, to, trunk_name: '', channel_id: `${id}-1`, member_status };
  const inside = { number: direction === 'inbound' ? to : from, channel_id: `${id}-2`, member_status };
  return {
    call_id: id,
    members: direction === 'internal' ? [{ extension: inside }] : [{ [direction]: outside }, { extension: inside }],
  };
}

const queueList: Call = (context) =>
  paged(
    context.world.queues.map(({ number, name }, index) => ({ id: index + 1, number, name, ring_strategy: 'ring_all' })),
    context,
  );

const queueCallStatus: Call = ({ world, parameter, switches }) => {
  const queue = world.queues[Number(parameter('id')) - 1];
  if (queue === undefined) return { errcode: 60001 };
  const waiting = queue.waitingCallers;
  const fields = {
    waiting_calls: waiting,
    active_calls: 0,
    ringing_calls: 0,
    waiting_list: Array.from({ length: waiting }, (_, index) => ({ call_id: `waiting-${index}` })),
    active_list: [],
    ringing_list: [],
  };
  return waiting === 0 && switches.idleQueueNotFound ? { errcode: 60001, fields } : { fields };
};

const queueAgentStatus: Call = ({ world, parameter }) => {
  const queue = world.queues[Number(parameter('id')) - 1];
  if (queue === undefined) return { errcode: 60001 };
  const data = queue.agents.map(({ extension: number, paused }) => {
    const extension = world.extensions.find((candidate) => candidate.number === number);
    return {
      name: extension?.name ?? '',
      number,
      is_login: extension?.state === 'reachable' ? 1 : 0,
      is_pause: paused ? 1 : 0,
      call_status: agentCallStatus(extension),
      agent_type: 'static',
    };
  });
  return { fields: { total_number: data.length, data } };
};

function agentCallStatus(extension: Extension | undefined): number {
  if (extension?.state !== 'reachable') return 0;
  const { call } = extension;
  if (call === 'idle') return 1;
  if (call === 'ringing') return 3;
  return call === 'talking' ? 2 : 5;
}

/** Calls that need a token, all sent as GET. */
export const calls: Readonly<Record<string, Call>> = {
  'system/information': information,
  'system/capacity': capacity,
  'extension/list': extensionList,
  'trunk/list': trunkList,
  'call/query': callQuery,
  'queue/list': queueList,
  'queue/call_status': queueCallStatus,
  'queue/agent_status': queueAgentStatus,
};
