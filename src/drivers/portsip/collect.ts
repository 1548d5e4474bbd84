import type { Part, Reading } from '../../snapshot/reading.ts';
import { asFailure, type Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { attempt, failedPart } from '../kit/collectors.ts';
import type { Round } from './round.ts';
import type { TrunkCollector } from './collect-trunks.ts';
import type { PeerCollector } from './collect-peers.ts';
import { apiRequest, type PortsipCall } from './requests.ts';
import { callsPart, readTotals, systemPart } from './totals.ts';

/** What reads the parts of one PBX; kept between rounds. */
export interface Collectors {
  readonly users: PeerCollector;
  readonly trunks: TrunkCollector;
  /** Where the totals are: of the tenant, or of the system for an account without a domain. */
  readonly totals: Extract<PortsipCall, 'tenant_status' | 'admin_status'>;
}

/** Reads all enabled collectors: totals and trunks first, because they are due in every round, then the extensions. */
export async function collect(conversation: Conversation, round: Round, collectors: Collectors): Promise<Reading> {
  const wanted = conversation.collectors;
  const totals =
    wanted.has('calls') || wanted.has('system')
      ? settle(round.ask(apiRequest(collectors.totals), readTotals))
      : undefined;
  const trunks = wanted.has('trunks') ? attempt(() => collectors.trunks.collect(round)) : undefined;
  const [calls, system, trunksPart, peers] = await Promise.all([
    wanted.has('calls') && totals ? attempt(async () => callsPart(await totals())) : undefined,
    wanted.has('system') && totals ? attempt(async () => systemPart(await totals())) : undefined,
    trunks,
    wanted.has('peers') ? attempt(() => collectors.users.collect(round, trunks ?? Promise.resolve())) : undefined,
  ]);
  return {
    ...(peers && { peers }),
    ...(trunksPart && { trunks: trunksPart }),
    ...(calls && { calls }),
    ...(system && { system }),
  };
}

/** A round in which nothing is asked, because the PBX wants to be left alone. */
export function pausedReading(conversation: Conversation, failure: Failure): Reading {
  const part: Part<never> = failedPart(failure);
  return Object.fromEntries([...conversation.collectors].map((name) => [name, part]));
}

/** A promise that may be awaited by several collectors, without an unhandled rejection. */
function settle<T>(work: Promise<T>): () => Promise<T> {
  const outcome = work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ failure: asFailure(thrown) }),
  );
  return async () => {
    const settled = await outcome;
    if ('failure' in settled) throw settled.failure;
    return settled.value;
  };
}
