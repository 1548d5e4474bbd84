import type { Reading } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { attempt, readTogether, sharedAnswer } from '../kit/collectors.ts';
import type { Round } from './round.ts';
import type { TrunkCollector } from './collect-trunks.ts';
import type { PeerCollector } from './collect-peers.ts';
import { apiRequest, type PortsipCall } from './requests.ts';
import { callsPart, readTotals, systemPart } from './totals.ts';

/** What reads the parts of one PBX; kept between rounds. */
export interface Collectors {
  readonly peers: PeerCollector;
  readonly trunks: TrunkCollector;
  /** Where the totals are: of the tenant, or of the system for an account without a domain. */
  readonly totals: Extract<PortsipCall, 'tenant_status' | 'admin_status'>;
}

/** Reads all enabled collectors: totals and trunks first, because they are due in every round, then the extensions. */
export async function collect(conversation: Conversation, round: Round, collectors: Collectors): Promise<Reading> {
  const wanted = conversation.collectors;
  const needsTotals = wanted.has('calls') || wanted.has('system');
  const totals = needsTotals ? sharedAnswer(round.ask(apiRequest(collectors.totals), readTotals)) : undefined;
  const trunks = wanted.has('trunks') ? attempt(() => collectors.trunks.collect(round)) : undefined;
  return readTogether(wanted, {
    ...(totals && {
      calls: async () => callsPart(await totals()),
      system: async () => systemPart(await totals()),
    }),
    ...(trunks && { trunks: () => trunks }),
    peers: () => collectors.peers.collect(round, trunks ?? Promise.resolve()),
  });
}
