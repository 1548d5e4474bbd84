import type { Calls, Part, Queue, Reading, Trunk } from '../../snapshot/reading.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Conversation } from '../driver.ts';
import { readJson } from '../kit/answers.ts';
import { failedReading, goodPart, readSequentially, sharedAnswer } from '../kit/collectors.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { asRecord, countOf } from '../kit/fields.ts';
import { collectPeers } from './collect-peers.ts';
import { readText } from './errors.ts';
import { readProfiles } from './profiles.ts';
import { agentsByName, queueFrom, queueNames, readTable, waitingCallers } from './queues.ts';
import { request, requestAbout } from './requests.ts';
import { combineLists, createAsk, profileNotRunning, type Remembered, type Round } from './round.ts';
import { readStatus } from './system.ts';
import { readGateways } from './trunks.ts';

/**
 * Reads all enabled collectors, one request at a time: `status`, calls, profiles, one list of phones for each profile,
 * gateways, queues. `status` comes first, because FreeSWITCH answers for some seconds while it shuts down, but then
 * reports no calls.
 */
export async function collect(conversation: Conversation, remembered: Remembered): Promise<Reading> {
  const { collectors: wanted } = conversation;
  const round = startRound(conversation, remembered);
  const status = await round.ask(request('status'), readStatus).catch((thrown: unknown) => asFailure(thrown));
  if (!(status instanceof Failure) && !status.isReady)
    return failedReading(wanted, new Failure('service_unavailable', 'FreeSWITCH is starting or stopping: not ready'));
  const ready = (): Exclude<typeof status, Failure> => {
    if (status instanceof Failure) throw status;
    return status;
  };
  return readSequentially(wanted, {
    system: () => Promise.resolve().then(() => goodPart(ready().facts)),
    calls: async () => {
      ready();
      return goodPart(await round.ask(request('calls'), readCalls));
    },
    peers: () => collectPeers(round),
    trunks: () => collectTrunks(round),
    queues: () => collectQueues(round),
  });
}

function startRound(conversation: Conversation, remembered: Remembered): Round {
  const ask = createAsk(conversation);
  let listed: (() => ReturnType<Round['profiles']>) | undefined;
  return {
    ...remembered,
    ask,
    profiles: () => {
      listed ??= sharedAnswer(
        ask(request('profiles'), readProfiles).then((profiles) => remembered.knownProfiles.judge(profiles)),
      );
      return listed();
    },
  };
}

/** Reads the gateways of all profiles, which are in one list. */
async function collectTrunks(round: Round): Promise<Part<readonly Trunk[]>> {
  const { running, missing } = await round.profiles();
  const skipped = round.unknownStates.counter('gateways');
  const rows = readGateways(await round.ask(request('gateways'), readText), skipped);
  const trunks = rows
    .filter(({ profile }) => running.includes(profile))
    .map(({ trunk }) => round.failedGateways.judge(trunk));
  if (missing.length === 0) round.failedGateways.keepOnly(trunks);
  return combineLists(trunks, missing.map(profileNotRunning), { isNothing: running.length === 0, skipped });
}

/** Maximum number of queues whose callers are counted, because each needs a request. */
const maximumQueues = 200;

/** Reads the queues of mod_callcenter with their agents, and sends one more request per queue for its callers. */
async function collectQueues(round: Round): Promise<Part<readonly Queue[]>> {
  const skipped = round.unknownStates.counter('agents');
  const table = async (call: 'queues' | 'agents' | 'tiers') =>
    readTable(await round.ask(request(call), readText), skipped);
  const names = queueNames(await table('queues')).slice(0, maximumQueues);
  if (names.length === 0) return goodPart([], skipped.counts());
  const agents = agentsByName(await table('agents'), skipped);
  const tiers = await table('tiers');
  const queues: Queue[] = [];
  for (const name of names) {
    const members = readTable(await round.ask(requestAbout('queue_members', name), readText), skipped);
    queues.push(queueFrom(name, waitingCallers(members), tiers, agents));
  }
  return goodPart(queues, skipped.counts());
}

/** `show calls count as json`: a bridged call counts as one, and so does each leg that is not bridged. Throws a `Failure`. */
function readCalls(answer: ApiAnswer): Calls {
  readText(answer);
  const count = countOf(asRecord(readJson(answer))?.['row_count']);
  if (count === undefined) throw new Failure('protocol', 'the answer is not a number of calls');
  return { all: count };
}
