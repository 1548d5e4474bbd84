import type { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { type Outcome, outcomeOf } from '../shared/answers.ts';
import { type Providers, type ProviderRow, providersProveAsterisk, readProviders } from './trunks.ts';
import { emptyWhereMissing, readRegistry, registryProvesAsterisk, type RegistryRow } from '../shared/registry.ts';
import { requestFor } from '../requests.ts';
import { isSwitchedOff } from '../shared/trunk-states.ts';

/** The SIP or the IAX half of the trunks, from the better list or the plain one. */
export interface TrunkHalf {
  readonly providers: readonly ProviderRow[];
  readonly registry: readonly RegistryRow[];
  /** Why this half could not be read, although it may contain trunks. */
  readonly failure?: Failure;
}

/** Everything that was read about trunks in one round. */
export interface TrunkSources {
  readonly sip: TrunkHalf;
  readonly iax: TrunkHalf;
  /** `getRegistry` of SIP trunks, if it was requested in this round to check whether Asterisk is running. */
  readonly registry?: Outcome<readonly RegistryRow[]>;
  /** Whether any row proves that Asterisk is running. */
  readonly provesAsterisk: boolean;
  /** User names of trunks: trunks that register with the PBX appear under these names in the list of phones. */
  readonly usernames: ReadonlySet<string>;
  readonly skipped: SkipCounter;
}

const providerCalls = ['v3_providers', 'v3_sip_providers'] as const;
const registryCalls = { sip: 'v3_sip_registry', iax: 'v3_iax_registry' } as const;

/**
 * Reads the trunks from `providers:getStatuses` or, without the right to it, from the list of SIP trunks alone or from
 * `getRegistry`. If the SIP or IAX half is empty, `getRegistry` is requested as well, because an error inside the PBX
 * can also empty it. Throws a `Failure`.
 */
export async function askTrunks(round: Round, memory: PbxMemory): Promise<TrunkSources> {
  const skipped = memory.unknownStates.counter('trunks');
  const providers = await askProviders(round, memory, skipped);
  if (providers === undefined) {
    const sip = await askRegistry(round, 'sip', skipped);
    const iax = emptyWhereMissing(await outcomeOf(askRegistry(round, 'iax', skipped)));
    return combine({ providers: [], registry: sip }, registryHalf(iax), skipped);
  }
  const half = async (kind: 'sip' | 'iax'): Promise<TrunkHalf> =>
    providers[kind].length > 0
      ? { providers: providers[kind], registry: [] }
      : emptyHalf(round, memory, { kind, skipped });
  return combine(await half('sip'), await half('iax'), skipped);
}

/**
 * Adds the plain list if nothing proves yet that Asterisk is running: it contains every trunk that Asterisk has loaded,
 * regardless of the trunk's state.
 */
export async function withPlainList(round: Round, sources: TrunkSources): Promise<TrunkSources> {
  const anybody = sources.sip.providers.some(({ state }) => !isSwitchedOff(state));
  if (sources.provesAsterisk || !anybody) return sources;
  const registry = await outcomeOf(askRegistry(round, 'sip', sources.skipped));
  return { ...sources, registry, provesAsterisk: registry.ok && registryProvesAsterisk(registry.value) };
}

/** Reads `getRegistry` for one kind of trunk. Throws a `Failure`. */
export function askRegistry(round: Round, kind: 'sip' | 'iax', skipped: SkipCounter): Promise<readonly RegistryRow[]> {
  const request = requestFor(registryCalls[kind], { timeoutMs: round.share(0.4) });
  return round.ask(request, (envelope) => readRegistry(envelope, kind, skipped));
}

/** Reads the better list with the first call that the account has the right to; undefined if there is none. */
async function askProviders(round: Round, memory: PbxMemory, skipped: SkipCounter): Promise<Providers | undefined> {
  const { trunkSource } = memory;
  const first = trunkSource.due ? 0 : (trunkSource.value ?? 0);
  for (const [index, call] of providerCalls.entries()) {
    if (index < first) continue;
    const request = requestFor(call, { timeoutMs: round.share(0.5) });
    const outcome = await outcomeOf(round.ask(request, (envelope) => readProviders(envelope, skipped)));
    if (!outcome.ok && outcome.failure.reason !== 'forbidden') throw outcome.failure;
    if (!outcome.ok) continue;
    if (index !== trunkSource.value || trunkSource.due) trunkSource.set(index);
    return outcome.value;
  }
  if (first < providerCalls.length) trunkSource.set(providerCalls.length);
  return undefined;
}

interface EmptyHalf {
  readonly kind: 'sip' | 'iax';
  readonly skipped: SkipCounter;
}

async function emptyHalf(round: Round, memory: PbxMemory, { kind, skipped }: EmptyHalf): Promise<TrunkHalf> {
  const known = memory.noTrunksOf[kind];
  if (!known.due) return { providers: [], registry: [] };
  const outcomeOfRegistry = await outcomeOf(askRegistry(round, kind, skipped));
  const outcome = kind === 'iax' ? emptyWhereMissing(outcomeOfRegistry) : outcomeOfRegistry;
  // Without the right to this call, the empty half is kept.
  const none = outcome.ok ? outcome.value.length === 0 : outcome.failure.reason === 'forbidden';
  if (none) known.set(true);
  return none ? { providers: [], registry: [] } : registryHalf(outcome);
}

function registryHalf(outcome: Outcome<readonly RegistryRow[]>): TrunkHalf {
  if (outcome.ok) return { providers: [], registry: outcome.value };
  return { providers: [], registry: [], failure: outcome.failure };
}

function combine(sip: TrunkHalf, iax: TrunkHalf, skipped: SkipCounter): TrunkSources {
  const rows = [...sip.providers, ...iax.providers, ...sip.registry, ...iax.registry];
  return {
    sip,
    iax,
    provesAsterisk:
      providersProveAsterisk({ sip: sip.providers, iax: iax.providers }) ||
      registryProvesAsterisk([...sip.registry, ...iax.registry]),
    usernames: new Set(rows.map(({ username }) => username).filter((username) => username !== '')),
    skipped,
  };
}
