import type { Calls, Part, Reading, SystemFacts } from '../../../snapshot/reading.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Conversation } from '../../driver.ts';
import { goodPart, readInParallel, type SkipCounter } from '../../kit/collectors.ts';
import { isRecord, type JsonRecord, listOf, textOf } from '../../kit/fields.ts';
import { asFailure } from '../../../transport/failure.ts';
import type { SessionMemory } from './login.ts';
import type { LicenceExpiry } from '../shared/licences.ts';
import { SessionCheckedCalls, type SessionProbe } from '../shared/session-check.ts';
import type { Settings } from '../shared/settings.ts';
import { readBody } from './errors.ts';
import { deviceFields, peersFromDevices } from './peers.ts';
import { gatewayFields, trunksFromGateways } from './trunks.ts';
import { askPages, type ListRequest } from './pagination.ts';
import { queueFields, queuesFromRows } from './queues.ts';

/** Data that the driver keeps between rounds. */
export interface Memory extends SessionMemory {
  /** The last answer to `GET /userinfo`, kept so that one failed request does not make the rights unknown. */
  userInfo?: JsonRecord;
  readonly licenceExpiry: LicenceExpiry;
}

/** Objects that the collectors of one round share. */
interface ApiRound {
  readonly calls: SessionCheckedCalls;
  readonly settings: Settings;
}

/** A list and how to read its rows. */
interface ListReader<T> extends Omit<ListRequest, 'size' | 'missingRight'> {
  readonly objectClass: ObjectClass;
  readonly read: (rows: readonly unknown[], skipped: SkipCounter) => T;
}

/**
 * Reads all enabled collectors, each independently, and every list page by page. The rights of the account are requested
 * last: they decide only whether a list may be incomplete.
 */
export async function collect(conversation: Conversation, settings: Settings, memory: Memory): Promise<Reading> {
  const wanted = conversation.collectors;
  const round: ApiRound = { calls: new SessionCheckedCalls(conversation, sessionProbe(memory)), settings };
  const read = await readInParallel(wanted, {
    peers: () => readList(round, devices),
    trunks: () => readList(round, gateways),
    calls: () => readList(round, activeCalls),
    queues: () => readList(round, callCenterQueues),
  });
  const lists = Object.values(read);
  const anyRead = lists.some((part) => part.value !== undefined);
  if (settings.checkRecordAccess && anyRead) await askRights(conversation, memory);
  const system = await readInParallel(wanted, {
    system: () => readSystem(round.calls, { conversation, lists, memory }),
  });
  const judged = <T>(part: Part<T>, list: ListReader<T>): Part<T> => judge(part, list, settings, memory);
  const { peers, trunks, calls, queues } = read;
  return {
    ...(peers && { peers: judged(peers, devices) }),
    ...(trunks && { trunks: judged(trunks, gateways) }),
    ...(calls && { calls: judged(calls, activeCalls) }),
    ...(queues && { queues: judged(queues, callCenterQueues) }),
    ...system,
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

/** This list always contains all columns. `skip_parent` omits legs that belong to another one, which are half of the rows. */
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

const userInfo = { call: 'user_info', path: '/userinfo' } as const;

function sessionProbe(memory: Memory): SessionProbe {
  return {
    request: userInfo,
    check(answer, session) {
      try {
        readBody(answer, 'Webitel refused to return the data of the account');
      } catch (thrown) {
        const failure = asFailure(thrown);
        // A session that Webitel no longer accepts does not need to be ended.
        if (failure.reason === 'session_lost' && memory.session === session) delete memory.session;
        throw failure;
      }
    },
  };
}

/** Requests the rights of the account. After a failure, the rights last read are kept. */
async function askRights(conversation: Conversation, memory: Memory): Promise<void> {
  const missingRight = 'Webitel refused to return the rights of the account';
  const read = (answer: ApiAnswer): JsonRecord => readBody(answer, missingRight);
  const reported = await conversation.ask({ request: userInfo, read }).catch(() => undefined);
  if (reported !== undefined) memory.userInfo = reported;
}

async function readList<T>({ calls, settings }: ApiRound, list: ListReader<T>): Promise<Part<T>> {
  const { objectClass, read, ...request } = list;
  const missingRight = `the role of the account lacks the right to read ${objectClass}`;
  const rows = await askPages(calls, { ...request, size: settings.pageSize, missingRight });
  const skipped = settings.unknownStates.counter(objectClass === 'devices' ? 'extensions' : 'trunks');
  return goodPart(read(rows, skipped), skipped.counts());
}

/** Returns a list that was read, as partial if record-based access can hide rows. */
function judge<T>(
  part: Part<T>,
  { objectClass }: ListReader<T>,
  { checkRecordAccess }: Settings,
  { userInfo: account }: Memory,
): Part<T> {
  if (!part.ok || !checkRecordAccess || account === undefined || !mayHideRows(account, objectClass)) return part;
  const detail = `record-based access is on for ${objectClass} and can hide rows from this account: give its role the permission to read all, or set options.record_access`;
  return { ...part, ok: false, reason: 'forbidden', detail };
}

/** Counts the calls in progress; legs that belong to another one are not counted. */
function countCalls(rows: readonly unknown[], skipped: SkipCounter): Calls {
  const legs = rows.filter(isRecord);
  if (legs.length < rows.length) skipped.add('malformed', rows.length - legs.length);
  return { all: legs.filter((leg) => textOf(leg['parent_id']) === '').length };
}

interface SystemSources {
  readonly conversation: Conversation;
  readonly lists: readonly Part<unknown>[];
  readonly memory: Memory;
}

/**
 * The modern API reports neither its version nor its uptime, so this only verifies that it answers requests of our
 * account. A list that was read has already shown this.
 */
async function readSystem(
  calls: SessionCheckedCalls,
  { conversation, lists, memory }: SystemSources,
): Promise<Part<SystemFacts>> {
  const { request, check: read } = sessionProbe(memory);
  if (!lists.some((part) => part.ok)) await conversation.ask({ request, read, auxiliary: false });
  return goodPart({ model: 'modern', ...(await memory.licenceExpiry.read(() => askLicences(calls))) });
}

/**
 * Reads the ends of all products from `GET /license` (webitel/protos, `swagger/api.json`: `product`, `limit`, `remain`,
 * `not_after`, without a unit).
 */
async function askLicences(calls: SessionCheckedCalls): Promise<readonly unknown[]> {
  const read = (answer: ApiAnswer): JsonRecord => readBody(answer, 'the role of the account may not read licences');
  const body = await calls.ask({ request: { call: 'licenses', path: '/license' }, read });
  return listOf(body['items']).map((item) => (isRecord(item) ? item['not_after'] : undefined));
}

/** A class of objects in the vendor's access control. */
type ObjectClass = 'devices' | 'gateways' | 'calls' | 'cc_queue';

/**
 * Reports whether the account may see only some rows of a class, according to `GET /userinfo`. With record-based access
 * (`rbac`), Webitel silently omits rows to which the role has no access; the global permission `read` overrides this
 * (webitel/protos, `AccessScope`; webitel/webitel-ui-sdk, `Userinfo`).
 */
export function mayHideRows(userInfo: JsonRecord, objectClass: ObjectClass): boolean {
  const entries = objects(userInfo['scope']).filter((entry) => entry['class'] === objectClass);
  const readsAll = objects(userInfo['permissions']).some((permission) => permission['id'] === 'read');
  return !readsAll && entries.some((entry) => entry['rbac'] === true);
}

function objects(value: unknown): readonly JsonRecord[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter(isRecord);
}
