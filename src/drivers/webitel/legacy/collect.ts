import type { Calls, Part, Peer, Reading, SystemFacts, Trunk } from '../../../snapshot/reading.ts';
import { asFailure, Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Conversation } from '../../driver.ts';
import { longestCall, sentAt } from '../../kit/answers.ts';
import { attempt, failedReading, goodPart, readSequentially } from '../../kit/collectors.ts';
import { asRecord, countOf, listOf, textOf } from '../../kit/fields.ts';
import { isoDay } from '../shared/licences.ts';
import type { Settings } from '../shared/settings.ts';
import type { Proof } from './column-order.ts';
import { domainOf, domainQuery, type Engine, type EngineRound, startRound } from './engine-round.ts';
import { readBody, readPayload } from './errors.ts';
import { checkReplies, desynchronisedConsole, hasWaitingCommands } from './console-queue.ts';
import { readQueues } from './collect-queues.ts';
import { readAccounts } from './peers.ts';
import { type Identity, requireWholeList } from './rights.ts';
import { readGateways } from './trunks.ts';

/** Collectors whose data the engine requests from its console. */
const consoleCollectors = ['peers', 'trunks', 'queues'] as const;
/** Share of the remaining round within which the turn at the console must come. */
const shareOfWaiting = 1 / 2;

/**
 * Reads all enabled collectors with at most two requests in flight. The engine forwards requests to its console over a
 * single connection without request numbers or timeouts, so one lost reply shifts all later ones. Requests that use the
 * console are therefore sent one at a time, across all targets on that engine. Requests to the engine itself and to
 * FreeSWITCH run in parallel with them.
 */
export async function collect(conversation: Conversation, engine: Engine): Promise<Reading> {
  const wanted = conversation.collectors;
  const round = startRound(conversation, engine);
  const consoleLists = async (): Promise<Reading> => {
    if (!consoleCollectors.some((name) => wanted.has(name))) return {};
    const waitMs = conversation.remainingMs() * shareOfWaiting;
    try {
      return await engine.consoleQueue.inTurn(waitMs, () => readConsole(round, conversation));
    } catch (thrown) {
      const failed = consoleCollectors.filter((name) => wanted.has(name));
      return failedReading(failed, asFailure(thrown));
    }
  };
  const engineFacts = (): Promise<Reading> =>
    readSequentially(wanted, { system: () => readSystem(round), calls: () => countCalls(round) });
  const [first, second] = await Promise.all([consoleLists(), engineFacts()]);
  return { ...first, ...second };
}

/**
 * Reads all lists from the console. The status is requested first, and again after the lists if their answers do not
 * prove that they belong to our requests. Throws a `Failure` while replies are mixed up. Everything read in such a round
 * is discarded, and nothing more is sent, because every command adds to the console's queue.
 */
async function readConsole(round: EngineRound, { collectors: wanted }: Conversation): Promise<Reading> {
  const { engine, sample } = round;
  // A status that cannot be read proves nothing and affects nothing else.
  const status = await round.status().catch(() => undefined);
  if (status !== undefined && (hasWaitingCommands(status) || engine.consoleQueue.isDoubtful))
    await checkReplies(engine.consoleQueue, sample);
  const { isProven, ...lists } = await readLists(round, wanted, status?.version);
  const queues = await readSequentially(wanted, { queues: () => readQueues(round) });
  const reading: Reading = { ...lists, ...queues };
  const anyRead = Object.values(reading).some((part) => part?.value !== undefined);
  if (status !== undefined && anyRead && !isProven) await checkReplies(engine.consoleQueue, sample);
  return reading;
}

/** Reads both lists, then evaluates them by the rights of the account, which are requested in parallel. */
async function readLists(
  round: EngineRound,
  wanted: Conversation['collectors'],
  version: string | undefined,
): Promise<Reading & { readonly isProven: boolean }> {
  const accounts = wanted.has('peers') ? await attempt(() => readPeers(round, version)) : undefined;
  const gateways = wanted.has('trunks') ? await attempt(() => readTrunks(round)) : undefined;
  const peers = accounts && (await attempt(() => judgePeers(accounts, round)));
  const trunks = gateways && (await attempt(() => judgeTrunks(gateways, round)));
  const isProven = accounts?.value?.proof === 'own';
  return { ...(peers && { peers }), ...(trunks && { trunks }), isProven };
}

async function readSystem(round: EngineRound): Promise<Part<SystemFacts>> {
  const { part } = await round.status();
  if (!part.ok) return part;
  // Few roles have this right, and a refusal would cause a warning, so the request is sent only for them.
  const { licences } = await round.identity().catch((): Partial<Identity> => ({}));
  if (licences !== 'all') return part;
  return { ...part, value: { ...part.value, ...(await round.engine.licenceExpiry.read(() => askLicence(round))) } };
}

/**
 * Reads the days on which the licences of an engine end (webitel/engine-nodejs, `src/services/license.js`: `expire`,
 * `DD-MM-YYYY`). Without the parameter `sid`, the engine does not use its console for this.
 */
async function askLicence(round: EngineRound): Promise<readonly unknown[]> {
  const read = (answer: ApiAnswer): unknown =>
    readPayload(answer, 'the role of the account lacks the right license: r');
  const licences = await round.ask({ call: 'license', path: 'license', read });
  return listOf(licences).map((licence) => isoDay(textOf(asRecord(licence)?.['expire'])));
}

async function countCalls(round: EngineRound): Promise<Part<Calls>> {
  await round.identity();
  const query = domainQuery(domainOf(round.engine));
  return goodPart(await round.ask({ call: 'calls', path: 'calls', query, read: readCalls }));
}

/** A list of accounts, and whether its columns prove that it is the answer to our request. */
interface Accounts {
  readonly peers: readonly Peer[];
  readonly proof: Proof;
}

/** Requests the accounts of the domain. Throws a `Failure`. */
function readPeers({ engine, askConsole }: EngineRound, version: string | undefined): Promise<Part<Accounts>> {
  const domain = domainOf(engine);
  const order = engine.order.query(version);
  const read = (answer: ApiAnswer): Part<Accounts> => {
    const skipped = engine.settings.unknownStates.counter('extensions');
    const payload = readPayload(answer, 'the role of the account lacks the right account: r');
    const proof = Object.keys(order).length === 0 ? 'none' : engine.order.proof(payload);
    if (proof === 'foreign') throw desynchronisedConsole();
    return goodPart({ peers: readAccounts(payload, domain, skipped), proof }, skipped.counts());
  };
  return askConsole({ call: 'accounts', path: 'accounts', query: { ...domainQuery(domain), ...order }, read });
}

/** Returns the accounts, unless some accounts of the domain may be missing. Throws a `Failure` if the list looks complete but is not. */
async function judgePeers(part: Part<Accounts>, round: EngineRound): Promise<Part<readonly Peer[]>> {
  const identity = await round.identity();
  if (!part.ok) return { ok: false, reason: part.reason, ...(part.detail !== undefined && { detail: part.detail }) };
  const { peers } = part.value;
  requireWholeList(identity.accounts, 'account');
  requireMoreThanOwn(peers, identity, round.engine.settings);
  if (peers.length === 0) await round.requireKnownDomain();
  return goodPart(peers, part.skipped);
}

/** Throws a `Failure` if an engine that does not report our rights lists only our own account: the role is then insufficient. */
function requireMoreThanOwn(peers: readonly Peer[], identity: Identity, { account }: Settings): void {
  if (identity.accounts !== 'unknown' || peers.length !== 1) return;
  const own = (identity.id ?? (account.kind === 'password' ? account.username : '')).split('@')[0];
  if (peers[0]?.id === own) requireWholeList('own', 'account');
}

/** Requests the gateways of the domain, or of all domains. Throws a `Failure`. */
function readTrunks({ engine, askConsole }: EngineRound): Promise<Part<readonly Trunk[]>> {
  const domain = domainOf(engine);
  const read = (answer: ApiAnswer): Part<readonly Trunk[]> => {
    const skipped = engine.settings.unknownStates.counter('trunks');
    const payload = readPayload(answer, 'the role of the account lacks the right gateway: r');
    const options = { domain, parked: engine.settings.parkedGateways };
    return goodPart(readGateways(payload, options, skipped), skipped.counts());
  };
  return askConsole({ call: 'gateways', path: 'gateway', query: domainQuery(domain), read });
}

/** Returns the gateways, unless some gateways of the domain may be missing. Throws a `Failure` if the list looks complete but is not. */
async function judgeTrunks(part: Part<readonly Trunk[]>, round: EngineRound): Promise<Part<readonly Trunk[]>> {
  const identity = await round.identity();
  if (!part.ok) return part;
  requireWholeList(identity.gateways, 'gateway');
  if (part.value.length === 0) await round.requireKnownDomain();
  return part;
}

/**
 * Reads the answer to `GET /api/v2/calls` (FreeSWITCH `show calls`): the number of calls, and the age of the oldest.
 * Directions are not used: they are those of the first leg as seen by FreeSWITCH, which is inbound for every call that a
 * phone starts. Throws a `Failure`.
 */
export function readCalls(answer: ApiAnswer): Calls {
  const body = readBody(answer, 'the account may not read calls');
  const count = countOf(body['row_count']);
  const rows = body['rows'];
  if (count === undefined) throw new Failure('protocol', 'the answer is not a list of calls');
  if (Array.isArray(rows) && rows.length !== count)
    throw new Failure('protocol', `the list contains ${rows.length} calls where ${count} were announced`);
  const begun = listOf(rows).map((row) => countOf(asRecord(row)?.['created_epoch']));
  return { all: count, ...longestCall(begun, sentAt(answer)) };
}
