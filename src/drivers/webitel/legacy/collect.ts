import type { Calls, Part, Peer, Reading, Trunk } from '../../../snapshot/reading.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Conversation } from '../../driver.ts';
import { attempt, goodPart, SkipCounter } from '../../parts.ts';
import type { Settings } from '../settings.ts';
import { readAccounts } from './accounts.ts';
import { readPayload } from './answers.ts';
import { readCalls } from './calls.ts';
import { demandDomainOf, domainOf, domainQuery, type EngineRound, startRound } from './engine-round.ts';
import { readGateways } from './gateways.ts';
import { readQueues } from './read-queues.ts';
import { demandWholeList, type Identity } from './rights.ts';
import { readStatus } from './status.ts';

/**
 * Reads all enabled collectors with at most two requests in flight: the engine passes requests on to its console over a
 * single line without numbers or time limits, and one lost reply there shifts all later ones.
 * What goes through the console is asked one after the other; the other lane is the engine itself and FreeSWITCH.
 */
export async function collect(conversation: Conversation, settings: Settings): Promise<Reading> {
  const wanted = conversation.collectors;
  const round = startRound(conversation, settings);
  const consoleLane = async (): Promise<Reading> => {
    const peers = wanted.has('peers') ? await attempt(() => readPeers(round)) : undefined;
    const trunks = wanted.has('trunks') ? await attempt(() => readTrunks(round)) : undefined;
    const queues = wanted.has('queues') ? await attempt(() => readQueues(round)) : undefined;
    return { ...(peers && { peers }), ...(trunks && { trunks }), ...(queues && { queues }) };
  };
  const engineLane = async (): Promise<Reading> => {
    const system = wanted.has('system') ? await attempt(() => round.ask('status', 'status', readStatus)) : undefined;
    const calls = wanted.has('calls') ? await attempt(() => countCalls(round)) : undefined;
    return { ...(system && { system }), ...(calls && { calls }) };
  };
  const [first, second] = await Promise.all([consoleLane(), engineLane()]);
  return { ...first, ...second };
}

async function readPeers(round: EngineRound): Promise<Part<readonly Peer[]>> {
  const identity = await round.identity();
  demandWholeList(identity.accounts, 'account');
  const untold = identity.accounts === 'untold' && round.settings.domain === undefined && identity.domain === undefined;
  const domain = untold ? undefined : demandDomainOf(identity, round.settings);
  const read = (answer: ApiAnswer): Part<readonly Peer[]> => {
    const skipped = new SkipCounter();
    const payload = readPayload(answer, 'the role of the account lacks the right account: r');
    const peers = readAccounts(payload, domain, skipped);
    demandMoreThanOwn(peers, identity, round.settings);
    return goodPart(peers, skipped.counts());
  };
  return round.ask('accounts', 'accounts', read, domainQuery(domain));
}

/** Where the engine does not tell our rights: a list that holds nobody but ourselves is what a too small role gets. */
function demandMoreThanOwn(peers: readonly Peer[], identity: Identity, { account }: Settings): void {
  if (identity.accounts !== 'untold' || peers.length !== 1) return;
  const own = (identity.id ?? (account.kind === 'password' ? account.username : '')).split('@')[0];
  if (peers[0]?.id === own) demandWholeList('own', 'account');
}

async function readTrunks(round: EngineRound): Promise<Part<readonly Trunk[]>> {
  const identity = await round.identity();
  demandWholeList(identity.gateways, 'gateway');
  const domain = domainOf(identity, round.settings);
  const read = (answer: ApiAnswer): Part<readonly Trunk[]> => {
    const skipped = new SkipCounter();
    const payload = readPayload(answer, 'the role of the account lacks the right gateway: r');
    const options = { domain, parked: round.settings.parkedGateways };
    return goodPart(readGateways(payload, options, skipped), skipped.counts());
  };
  return round.ask('gateways', 'gateway', read, domainQuery(domain));
}

async function countCalls(round: EngineRound): Promise<Part<Calls>> {
  const domain = domainOf(await round.identity(), round.settings);
  return goodPart(await round.ask('calls', 'calls', readCalls, domainQuery(domain)));
}
