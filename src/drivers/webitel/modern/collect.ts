import type { Calls, Part, Reading, SystemFacts } from '../../../snapshot/reading.ts';
import type { Conversation } from '../../driver.ts';
import { attempt, goodPart, SkipCounter } from '../../parts.ts';
import { isObject, type JsonObject, textField } from '../json.ts';
import { settle } from '../settle.ts';
import type { Settings } from '../settings.ts';
import { readBody } from './answers.ts';
import { deviceFields, peersFromDevices } from './devices.ts';
import { gatewayFields, trunksFromGateways } from './gateways.ts';
import { askPages, type ListRequest } from './pages.ts';
import { queueFields, queuesFromRows } from './queues.ts';
import { mayHideRows, type ObjectClass } from './rights.ts';

/** What the collectors of one round share. */
interface ApiRound {
  readonly conversation: Conversation;
  readonly settings: Settings;
  /** What the API says of our account; asked for once per round. Throws a `Failure`. */
  readonly userInfo: () => Promise<JsonObject>;
}

/** A list and how its rows are understood. */
interface ListReader<T> extends Omit<ListRequest, 'size' | 'missingRight'> {
  readonly objectClass: ObjectClass;
  readonly read: (rows: readonly unknown[], skipped: SkipCounter) => T;
}

/** Reads all enabled collectors, each on its own; every list page by page. */
export async function collect(conversation: Conversation, settings: Settings): Promise<Reading> {
  const wanted = conversation.collectors;
  const round: ApiRound = { conversation, settings, userInfo: settle(askUserInfo(conversation)) };
  const [peers, trunks, calls, queues, system] = await Promise.all([
    wanted.has('peers') ? attempt(() => readList(round, devices)) : undefined,
    wanted.has('trunks') ? attempt(() => readList(round, gateways)) : undefined,
    wanted.has('calls') ? attempt(() => readList(round, activeCalls)) : undefined,
    wanted.has('queues') ? attempt(() => readList(round, callCenterQueues)) : undefined,
    wanted.has('system') ? attempt(() => readSystem(round)) : undefined,
  ]);
  return {
    ...(peers && { peers }),
    ...(trunks && { trunks }),
    ...(calls && { calls }),
    ...(queues && { queues }),
    ...(system && { system }),
  };
}

const devices = {
  call: 'devices',
  path: '/devices',
  choice: { fields: deviceFields },
  objectClass: 'devices',
  read: peersFromDevices,
} as const satisfies ListReader<unknown>;

const gateways = {
  call: 'sip_gateways',
  path: '/sip/gateways',
  choice: { fields: gatewayFields },
  objectClass: 'gateways',
  read: trunksFromGateways,
} as const satisfies ListReader<unknown>;

/** This list always sends all its columns. `skip_parent` leaves out legs that belong to another one, half of the rows. */
const activeCalls = {
  call: 'active_calls',
  path: '/calls/active',
  choice: { skip_parent: 'true' },
  objectClass: 'calls',
  read: countCalls,
} as const satisfies ListReader<unknown>;

const callCenterQueues = {
  call: 'call_center_queues',
  path: '/call_center/queues',
  choice: { fields: queueFields },
  objectClass: 'cc_queue',
  read: queuesFromRows,
} as const satisfies ListReader<unknown>;

function askUserInfo(conversation: Conversation): Promise<JsonObject> {
  const missingRight = 'Webitel refused to say what the account may read';
  return conversation.ask({
    request: { call: 'user_info', path: '/userinfo' },
    read: (answer) => readBody(answer, missingRight),
  });
}

async function readList<T>({ conversation, settings, userInfo }: ApiRound, list: ListReader<T>): Promise<Part<T>> {
  const { objectClass, read, ...request } = list;
  const missingRight = `the role of the account lacks the right to read ${objectClass}`;
  const account = await userInfo();
  const rows = await askPages(conversation, { ...request, size: settings.pageSize, missingRight });
  const skipped = new SkipCounter();
  const value = read(rows, skipped);
  if (!settings.checkRecordAccess || !mayHideRows(account, objectClass)) return goodPart(value, skipped.counts());
  const detail = `record-based access is on for ${objectClass} and can hide rows from this account: give its role the permission to read all, or set options.record_access`;
  return { ok: false, reason: 'forbidden', detail, value, skipped: skipped.counts() };
}

/** Calls in progress: legs that belong to another one are not counted. */
function countCalls(rows: readonly unknown[], skipped: SkipCounter): Calls {
  const legs = rows.filter(isObject);
  if (legs.length < rows.length) skipped.add('malformed', rows.length - legs.length);
  return { all: legs.filter((leg) => (textField(leg, 'parent_id') ?? '') === '').length };
}

/** The modern API tells neither its version nor its uptime; that it answers at all is what is read here. */
async function readSystem({ userInfo }: ApiRound): Promise<Part<SystemFacts>> {
  await userInfo();
  return goodPart({ model: 'modern' });
}
