import type { Clock } from '../../clock.ts';
import { readJson } from '../kit/answers.ts';
import { asRecord, isRecord, textOf } from '../kit/fields.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { readText } from './errors.ts';

/** A SIP profile in the list of the PBX. */
export interface ListedProfile {
  readonly name: string;
  readonly isRunning: boolean;
}

/** The profiles that can be read, and the expected ones that cannot. */
export interface Profiles {
  readonly running: readonly string[];
  readonly missing: readonly string[];
}

/**
 * `sofia jsonstatus`: the profiles without aliases, whose answers are the same as those of their profile. A stopped
 * profile is not listed. Throws a `Failure`.
 */
export function readProfiles(answer: ApiAnswer): readonly ListedProfile[] {
  readText(answer);
  const profiles = asRecord(asRecord(readJson(answer))?.['profiles']);
  if (profiles === undefined) throw new Failure('protocol', 'the answer is not the list of SIP profiles');
  return Object.entries(profiles).flatMap(([name, profile]) => {
    const status = isRecord(profile) ? asRecord(profile['status']) : undefined;
    if (status === undefined || textOf(status['type']) !== 'profile') return [];
    return [{ name, isRunning: textOf(status['state']).toUpperCase() === 'RUNNING' }];
  });
}

/** How long a profile that is no longer listed counts as failed, in milliseconds; after that, it counts as removed. */
const missingMs = 15 * 60_000;

/** Remembers which profiles existed, because the phones and gateways of a missing profile are missing from all answers. */
export class KnownProfiles {
  readonly #clock: Clock;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #seenAt = new Map<string, number>();

  /** `wanted`: read only these profiles, which must be running. Default: all profiles; those that were listed recently must be running. */
  constructor(clock: Clock, wanted: readonly string[] | undefined) {
    this.#clock = clock;
    this.#wanted = wanted === undefined ? undefined : new Set(wanted);
  }

  /** Returns the listed profiles that can be read, and the missing ones. */
  judge(listed: readonly ListedProfile[]): Profiles {
    const now = this.#clock.monotonicTime();
    const isWanted = (name: string): boolean => this.#wanted === undefined || this.#wanted.has(name);
    for (const { name } of listed) this.#seenAt.set(name, now);
    for (const [name, at] of this.#seenAt) if (now - at >= missingMs) this.#seenAt.delete(name);
    const running = listed.filter(({ name, isRunning }) => isRunning && isWanted(name)).map(({ name }) => name);
    const expected = this.#wanted ?? this.#seenAt.keys();
    return { running, missing: [...expected].filter((name) => !running.includes(name)) };
  }
}
