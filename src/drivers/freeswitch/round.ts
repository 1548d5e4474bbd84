import type { Clock } from '../../clock.ts';
import type { Part } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, type SkipCounter } from '../kit/collectors.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../transport/request.ts';
import type { PeerMemory } from './collect-peers.ts';
import type { KnownProfiles, Profiles } from './profiles.ts';
import type { FailedGateways } from './trunks.ts';

/** The configuration of a FreeSWITCH target. */
export interface Settings {
  /** The SIP domain whose phones are read; undefined for all. */
  readonly domain: string | undefined;
  readonly inventory: 'registrations' | 'list_users';
}

/** What a driver remembers between rounds. */
export interface Remembered {
  readonly settings: Settings;
  readonly unknownStates: UnknownStates;
  readonly knownProfiles: KnownProfiles;
  readonly peerMemory: PeerMemory;
  readonly failedGateways: FailedGateways;
  readonly clock: Clock;
}

/** One round: the remembered data, and access to the PBX. */
export interface Round extends Remembered {
  readonly ask: <T>(request: ApiRequest, read: (answer: ApiAnswer) => T) => Promise<T>;
  /** The profiles, requested once in a round. Throws a `Failure`. */
  readonly profiles: () => Promise<Profiles>;
}

/**
 * Longest time (ms) for one answer. While FreeSWITCH writes a list, no phone of that profile can register, so the
 * exporter does not wait longer for a list.
 */
const longestAnswerMs = 10_000;

/**
 * Creates the `ask` function of a round: no request may take longer than half of the remaining time or {@link
 * longestAnswerMs}.
 */
export function createAsk(conversation: Conversation): Round['ask'] {
  return (request, read) => {
    const timeoutMs = Math.min(longestAnswerMs, conversation.remainingMs() / 2);
    return conversation.ask({ request: { ...request, timeoutMs }, read: (answer) => read(answer) });
  };
}

/** The failure for a profile that is not running: its phones and gateways are in no list, so nothing is known about them. */
export function profileNotRunning(profile: string): Failure {
  return new Failure('service_unavailable', `profile ${profile}: it is not running`);
}

/** Combines the rows of several lists, some of which may have failed. `isNothing`: all of them failed, so there are no rows. */
export function combineLists<Row>(
  rows: readonly Row[],
  failures: readonly Failure[],
  { isNothing, skipped }: { readonly isNothing: boolean; readonly skipped: SkipCounter },
): Part<readonly Row[]> {
  const [first] = failures;
  if (first === undefined) return goodPart(rows, skipped.counts());
  const detail = `not read: ${failures.map(({ message }) => message).join('; ')}`;
  const counts = skipped.counts();
  return {
    ok: false,
    reason: first.reason,
    detail,
    ...(isNothing ? {} : { value: rows }),
    ...(Object.keys(counts).length === 0 ? {} : { skipped: counts }),
  };
}
