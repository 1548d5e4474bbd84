import type { Calls, Part, Reading } from '../../../snapshot/reading.ts';
import { asFailure } from '../../../transport/failure.ts';
import type { Conversation } from '../../driver.ts';
import { attempt, failedReading, goodPart, readInTurn } from '../../kit/collectors.ts';
import { readCalls } from './calls.ts';
import { domainOf, domainQuery, type Engine, type EngineRound, startRound } from './engine-round.ts';
import { judgePeers, readPeers } from './collect-peers.ts';
import { judgeTrunks, readTrunks } from './collect-trunks.ts';
import { checkReplies, hasWaitingCommands } from './lost-replies.ts';
import { readQueues } from './collect-queues.ts';

/** Collectors that the engine asks its console for. */
const consoleCollectors = ['peers', 'trunks', 'queues'] as const;
/** The turn at the console has to come within this part of what is left of the round. */
const shareOfWaiting = 1 / 2;

/**
 * Reads all enabled collectors with at most two requests in flight: the engine passes requests on to its console over a
 * single line without numbers or time limits, and one lost reply there shifts all later ones.
 * What goes through the console is asked one after the other, by all targets on that engine in turn; beside that go the
 * engine itself and FreeSWITCH.
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
    readInTurn(wanted, { system: async () => (await round.status()).part, calls: () => countCalls(round) });
  const [first, second] = await Promise.all([consoleLists(), engineFacts()]);
  return { ...first, ...second };
}

/**
 * All lists of the console. A status comes first, and another one after them where the answers cannot show that they are
 * ours. Throws a `Failure` while replies go astray: nothing of such a round is believed, and nothing more is asked, because
 * every command makes the queue of the console longer.
 */
async function readConsole(round: EngineRound, { collectors: wanted }: Conversation): Promise<Reading> {
  const { engine, sample } = round;
  // A status that cannot be read proves nothing, and costs nothing but itself.
  const status = await round.status().catch(() => undefined);
  if (status !== undefined && (hasWaitingCommands(status) || engine.consoleQueue.isDoubtful))
    await checkReplies(engine.consoleQueue, sample);
  const { isProven, ...lists } = await readLists(round, wanted, status?.version);
  const queues = await readInTurn(wanted, { queues: () => readQueues(round) });
  const reading: Reading = { ...lists, ...queues };
  const anyRead = Object.values(reading).some((part) => part?.value !== undefined);
  if (status !== undefined && anyRead && !isProven) await checkReplies(engine.consoleQueue, sample);
  return reading;
}

/** Both lists first, then what the account may see of them: who we are is asked beside them. */
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

async function countCalls(round: EngineRound): Promise<Part<Calls>> {
  await round.identity();
  const query = domainQuery(domainOf(round.engine));
  return goodPart(await round.ask({ call: 'calls', path: 'calls', query, read: readCalls }));
}
