import type { Clock } from '../../clock.ts';
import type { Part, Trunk } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { failedPart, goodPart, SkipCounter } from '../parts.ts';
import type { Asker } from './asker.ts';
import { readList } from './pages.ts';
import { Remembered } from './remembered.ts';
import { apiRequest } from './requests.ts';
import {
  type Provider,
  type ProviderType,
  readProvider,
  readProviderType,
  readTrunkWord,
  trunkFromProvider,
} from './trunk.ts';
import { type Visits, visitAll } from './visits.ts';

/** How long the type of a trunk is taken as read: an administrator changes it rarely. */
const typeKeptMs = 60 * 60_000;
/** So many types that cannot be read, and no more are asked for in that round: the states are worth more. */
const typeFailures = 2;

/** Settings of the reader of trunks. */
export interface TrunkSettings {
  readonly clock: Clock;
  readonly requestsPerTarget: number;
  /** Age in milliseconds up to which a trunk's state is shown when it could not be read again. */
  readonly staleAfterMs: number;
}

/** What one round found out besides the values that are kept. */
interface TrunkRound {
  readonly asker: Asker;
  readonly gone: Map<string, Failure>;
  readonly typeFailures: Failure[];
  read: number;
}

/** Reads the list and the states of all trunks in every round, and the type of each trunk once an hour. */
export class TrunkCollector {
  readonly #settings: TrunkSettings;
  readonly #types: Remembered<ProviderType>;
  readonly #words: Remembered<string>;

  constructor(settings: TrunkSettings) {
    this.#settings = settings;
    this.#types = new Remembered(settings.clock);
    this.#words = new Remembered(settings.clock);
  }

  /** Throws a `Failure` when the list cannot be read, or not a single state. */
  async collect(asker: Asker): Promise<Part<readonly Trunk[]>> {
    const list = await readList(asker, 'trunks');
    const skipped = new SkipCounter();
    if (list.malformed > 0) skipped.add('malformed', list.malformed);
    const providers = list.items.flatMap((fields) => readProvider(fields) ?? []);
    this.#keepOnly(providers);
    const round: TrunkRound = { asker, gone: new Map(), typeFailures: [], read: 0 };
    const width = this.#settings.requestsPerTarget;
    const visits = await visitAll(asker, providers, width, (provider) => this.#visit(provider, round));
    if (round.read === 0) throwIfNothing(visits, round);
    const present = providers.filter(({ id }) => !round.gone.has(id));
    const rows = present.map((provider) => this.#row(provider, skipped));
    const failure = list.gap ?? visits.stopped ?? leftFailure(visits) ?? this.#typeFailure(present, round);
    if (failure === undefined) return goodPart(rows, skipped.counts());
    return { ...failedPart(failure), value: rows, skipped: skipped.counts() };
  }

  async #visit({ id, enabled }: Provider, round: TrunkRound): Promise<void | 'later'> {
    try {
      if ((await this.#readType(id, round)) === 'later') return 'later';
      if (!enabled) return undefined;
      const answer = await round.asker.askInTime(apiRequest('trunk_status', {}, id), (value) => ({
        word: readTrunkWord(value),
      }));
      if (answer === 'later') return 'later';
      this.#words.set(id, answer.word);
      round.read += 1;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.status !== 404) throw failure;
      round.gone.set(id, failure);
    }
    return undefined;
  }

  /** A type that cannot be read again stays as it was; one that was never read is missed in the end, not here. */
  async #readType(id: string, { asker, typeFailures: failures }: TrunkRound): Promise<void | 'later'> {
    if (this.#types.get(id, typeKeptMs) !== undefined || failures.length >= typeFailures) return undefined;
    try {
      const type = await asker.askInTime(apiRequest('trunk', {}, id), readProviderType);
      if (type === 'later') return 'later';
      this.#types.set(id, type);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.status === 404 || asker.ended !== undefined) throw failure;
      failures.push(failure);
    }
    return undefined;
  }

  #row(provider: Provider, skipped: SkipCounter): Trunk {
    const word = this.#words.get(provider.id, this.#settings.staleAfterMs);
    return trunkFromProvider(provider, this.#types.get(provider.id, Infinity), word, skipped);
  }

  #typeFailure(providers: readonly Provider[], { typeFailures: [first] }: TrunkRound): Failure | undefined {
    const missing = providers.filter(({ id, enabled }) => enabled && this.#types.get(id, Infinity) === undefined);
    if (missing.length === 0) return undefined;
    const why = first === undefined ? '' : `: ${first.message}`;
    return new Failure(first?.reason ?? 'protocol', `the type of ${missing.length} trunks could not be read${why}`);
  }

  #keepOnly(providers: readonly Provider[]): void {
    const ids = new Set(providers.map(({ id }) => id));
    this.#types.keep(ids);
    this.#words.keep(ids);
  }
}

/** Trunks that are all gone right after they were listed are rather a PBX that does not have the call. */
function throwIfNothing({ stopped, failure }: Visits, { gone }: TrunkRound): void {
  const [firstGone] = gone.values();
  const why = stopped ?? failure ?? firstGone;
  if (why !== undefined) throw why;
}

/** Trunks are few, so all of them are due in every round: no time for some of them is a failure, unlike with extensions. */
function leftFailure({ left }: Visits): Failure | undefined {
  return left === 0 ? undefined : new Failure('timeout', `no time was left in this round for ${left} trunks`);
}
