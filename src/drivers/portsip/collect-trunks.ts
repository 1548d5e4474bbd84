import type { Clock } from '../../clock.ts';
import type { Part, Trunk } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { RoundTiming } from '../driver.ts';
import { failedPart, goodPart, type SkipCounter } from '../kit/collectors.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import type { ParallelResults } from '../kit/parallel-requests.ts';
import type { Round } from './round.ts';
import { readList } from './pagination.ts';
import { CachedValues } from './cached-values.ts';
import { apiRequest } from './requests.ts';
import {
  type Provider,
  type ProviderType,
  readProvider,
  readProviderType,
  readTrunkStatus,
  trunkFromProvider,
} from './trunks.ts';

/** How long the type of a trunk is kept, in milliseconds: administrators rarely change it. */
const typeKeptMs = 60 * 60_000;
/** Settings and dependencies of {@link TrunkCollector}. */
export interface TrunkSettings {
  readonly clock: Clock;
  readonly unknownStates: UnknownStates;
  /** `staleAfterMs` is the age up to which a trunk's state is shown if it could not be read again. */
  readonly timing: Pick<RoundTiming, 'staleAfterMs'>;
}

/** Result of reading the states of trunks in one round. */
interface StateRound {
  /** Trunks that the PBX no longer has. */
  readonly notFound: ReadonlyMap<string, Failure>;
  /** Why the round does not count as good; absent if it does. */
  readonly failure?: Failure;
}

/** Reads the list and the states of all trunks in every round, and the type of each trunk once an hour. */
export class TrunkCollector {
  readonly #settings: TrunkSettings;
  readonly #types: CachedValues<ProviderType>;
  readonly #statuses: CachedValues<string>;

  constructor(settings: TrunkSettings) {
    this.#settings = settings;
    this.#types = new CachedValues(settings.clock);
    this.#statuses = new CachedValues(settings.clock);
  }

  /** Reads the trunks. Throws a `Failure` if the list cannot be read. */
  async collect(round: Round): Promise<Part<readonly Trunk[]>> {
    const list = await readList(round, 'trunks');
    const skipped = this.#settings.unknownStates.counter('trunks');
    if (list.malformed > 0) skipped.add('malformed', list.malformed);
    const providers = list.items.flatMap((fields) => readProvider(fields) ?? []);
    if (list.gap === undefined) this.#keepOnly(providers);
    const { notFound, failure: stateFailure } = await this.#readStates(round, providers);
    await this.#readTypes(round, providers);
    const rows = providers.filter(({ id }) => !notFound.has(id)).map((provider) => this.#row(provider, skipped));
    const failure = list.gap ?? stateFailure;
    if (failure === undefined) return goodPart(rows, skipped.counts());
    return { ...failedPart(failure), value: rows, skipped: skipped.counts() };
  }

  async #readStates(round: Round, providers: readonly Provider[]): Promise<StateRound> {
    const notFound = new Map<string, Failure>();
    const due = providers.filter(({ enabled }) => enabled);
    const asked = await round.parallelRequests.sendAll(due, async ({ id }, timeoutMs) => {
      try {
        this.#statuses.set(id, await round.askAdmitted(apiRequest('trunk_status', { timeoutMs }, id), readTrunkStatus));
      } catch (thrown) {
        const failure = asFailure(thrown);
        if (failure.status !== 404) throw failure;
        notFound.set(id, failure);
      }
    });
    const [firstNotFound] = notFound.values();
    // If all trunks are reported as gone right after they were listed, the PBX probably does not have the call.
    if (firstNotFound !== undefined && notFound.size === asked.answered)
      return { notFound: new Map(), failure: asked.stopped ?? asked.failure ?? firstNotFound };
    const failure = asked.stopped ?? leftFailure(asked) ?? (asked.answered === 0 ? asked.failure : undefined);
    return { notFound, ...(failure === undefined ? {} : { failure }) };
  }

  /** Reads the types that are due. A type that cannot be read again is kept. Without a type, less is known about the state. */
  async #readTypes(round: Round, providers: readonly Provider[]): Promise<void> {
    const due = providers.filter(({ id }) => this.#types.get(id, typeKeptMs) === undefined);
    await round.parallelRequests.sendAll(due, async ({ id }, timeoutMs) => {
      this.#types.set(id, await round.askAdmitted(apiRequest('trunk', { timeoutMs }, id), readProviderType));
    });
  }

  #row(provider: Provider, skipped: SkipCounter): Trunk {
    const status = this.#statuses.get(provider.id, this.#settings.timing.staleAfterMs);
    return trunkFromProvider(provider, this.#types.get(provider.id, Infinity), status, skipped);
  }

  #keepOnly(providers: readonly Provider[]): void {
    const ids = new Set(providers.map(({ id }) => id));
    this.#types.keep(ids);
    this.#statuses.keep(ids);
  }
}

/** Returns a failure if there was no time for some trunks: unlike extensions, trunks are few, and all of them are due in every round. */
function leftFailure({ left }: ParallelResults): Failure | undefined {
  return left === 0 ? undefined : new Failure('timeout', `no time was left in this round for ${left} trunks`);
}
