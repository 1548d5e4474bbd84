import type { Clock } from '../../clock.ts';
import type { Part, Reading, SecurityFacts, SystemFacts, Usage } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { attempt, goodPart, readInParallel, sharedAnswer } from '../kit/collectors.ts';
import { asRecord, countOf, optional, readUsage, secondsOf, textOf } from '../kit/fields.ts';
import type { Round } from './round.ts';
import type { TrunkCollector } from './collect-trunks.ts';
import type { PeerCollector } from './collect-peers.ts';
import { apiRequest, type PortsipCall } from './requests.ts';
import { readBannedAddresses } from './banned-addresses.ts';
import { readList } from './pagination.ts';

/** The readers of the parts of one PBX; kept between rounds. */
export interface Collectors {
  readonly peers: PeerCollector;
  readonly trunks: TrunkCollector;
  /** The call that returns the totals: those of the tenant, or those of the system for an account without a domain. */
  readonly totals: Extract<PortsipCall, 'tenant_status' | 'admin_status'>;
  readonly clock: Clock;
}

/** Reads all enabled collectors: totals and trunks first, because they are due in every round, then the extensions. */
export async function collect(conversation: Conversation, round: Round, collectors: Collectors): Promise<Reading> {
  const wanted = conversation.collectors;
  const needsTotals = wanted.has('calls') || wanted.has('system');
  const totals = needsTotals ? sharedAnswer(round.ask(apiRequest(collectors.totals), readTotals)) : undefined;
  const trunks = wanted.has('trunks') ? attempt(() => collectors.trunks.collect(round)) : undefined;
  return readInParallel(wanted, {
    ...(totals && {
      calls: async () => callsPart(await totals()),
      system: async () => systemPart(await totals()),
    }),
    ...(trunks && { trunks: () => trunks }),
    security: () => collectSecurity(round, collectors.clock),
    peers: () => collectors.peers.collect(round, trunks ?? Promise.resolve()),
  });
}

/** Reads the blocked addresses. Throws a `Failure`, also for an incomplete list, whose count would be too low. */
async function collectSecurity(round: Round, clock: Clock): Promise<Part<SecurityFacts>> {
  const { items, gap, localAddress } = await readList(round, 'ip_filters');
  if (gap !== undefined) throw gap;
  return readBannedAddresses(items, { localAddress, now: clock.wallTime() });
}

/** The values that are used from the totals of a tenant (`GET /tenant/status`) or of the whole system (`GET /admin/status`). */
interface Totals {
  readonly version?: string;
  readonly currentCalls?: number;
  readonly usage: Usage;
  /** When the maintenance (support and new versions) ends, in seconds since 1970. */
  readonly maintenanceExpiry?: number;
}

/** Reads the totals. Licence keys and news in the same answer are not kept. Throws a `Failure` for other shapes. */
export function readTotals(value: unknown): Totals {
  const fields = asRecord(value);
  if (fields === undefined) throw new Failure('protocol', 'the totals are not a JSON object');
  const version = /^\s*v?(\d+(?:\.\d+)*)/i.exec(textOf(fields['version']))?.[1];
  const currentCalls = countOf(fields['current_calls']);
  return {
    ...optional('version', version),
    ...optional('currentCalls', currentCalls),
    ...optional('maintenanceExpiry', secondsOf(textOf(fields['maintenance_expires_at']))),
    usage: readUsage(
      {
        calls: currentCalls,
        users: fields['current_users'],
        online_users: fields['online_users'],
        trunks: fields['current_trunks'],
      },
      { calls: fields['max_concurrent_calls'], users: fields['licensed_users'] },
    ),
  };
}

/** Returns the number of calls. Throws a `Failure` if it is not reported. */
export function callsPart({ currentCalls }: Totals): Part<{ readonly all: number }> {
  if (currentCalls === undefined) throw new Failure('protocol', 'the PBX did not report its number of calls');
  return goodPart({ all: currentCalls });
}

/** Returns the PBX's data about itself, as far as it is reported. */
export function systemPart({ version, usage, maintenanceExpiry }: Totals): Part<SystemFacts> {
  const licenseExpiries = optional('maintenance', maintenanceExpiry);
  return goodPart({
    ...optional('version', version),
    ...usage,
    ...(maintenanceExpiry === undefined ? {} : { licenseExpiries }),
  });
}
