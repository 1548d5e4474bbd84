import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { SkipCounter } from '../parts.ts';
import type { Envelope } from './answers.ts';
import { amountOf, isRecord, type JsonRecord, listOf, optional, textOf } from './shapes.ts';

/** One trunk of `providers:getStatuses` (2025.1 and newer). */
export interface ProviderRow {
  readonly kind: 'sip' | 'iax';
  readonly id: string;
  /** The PBX's own word; its case has changed between versions. */
  readonly state: string;
  readonly host: string;
  readonly username: string;
  readonly description: string;
  /** Whether the far side answers OPTIONS, lower case: `reachable`, `unreachable`, `nonqualified`, `unknown`, `avail`; empty when not told. */
  readonly contactStatus: string;
  readonly roundtripMicroseconds?: number;
}

/** The two halves of the answer; an empty one is also what an error inside the PBX leaves behind. */
export interface Providers {
  readonly sip: readonly ProviderRow[];
  readonly iax: readonly ProviderRow[];
}

const words: ReadonlyMap<string, TrunkState> = new Map([
  ['registered', 'registered'],
  ['unregistered', 'unregistered'],
  ['rejected', 'rejected'],
  ['ok', 'unmonitored'],
  ['reachable', 'reachable'],
  ['lagged', 'reachable'],
  ['unreachable', 'unreachable'],
  ['off', 'disabled'],
  ['unknown', 'unknown'],
]);

/**
 * Trunks of `providers:getStatuses`, and of its twins for SIP and IAX, which answer the same. PHP writes an empty map as
 * an empty list. Rows without id or state are counted as malformed.
 * Throws a `Failure` (`protocol`) when a half is missing.
 */
export function readProviders({ data, notices }: Envelope, skipped: SkipCounter): Providers {
  if (isEmptyList(data)) return { sip: [], iax: [] };
  if (!isRecord(data)) throw new Failure('protocol', 'the list of trunks has no known shape');
  if (notices.some((notice) => /^warning:|^error:|stale/.test(notice)))
    throw new Failure('service_unavailable', 'the PBX gives an old list of trunks because it cannot make a new one');
  return { sip: readHalf(data['sip'], 'sip', skipped), iax: readHalf(data['iax'], 'iax', skipped) };
}

/** A trunk from its row. Words that are not known are counted and shown as `unknown`. */
export function providerTrunk(row: ProviderRow, skipped: SkipCounter): Trunk {
  const word = row.state.toLowerCase();
  const known = words.get(word);
  if (known === undefined) skipped.of(row.id).add('unknown_state');
  const state = stateWithContact(row, known ?? 'unknown');
  const roundtrip = state === 'registered' || state === 'reachable' ? row.roundtripMicroseconds : undefined;
  return {
    id: row.id,
    kind: row.kind,
    state,
    rawState: row.state.toUpperCase(),
    ...optional('name', row.description),
    ...optional('host', row.host),
    ...optional('registered', state === 'unknown' ? undefined : registeredByWord.get(word)),
    ...optional('roundtripMicroseconds', roundtrip),
  };
}

/**
 * Whether any row proves that Asterisk is there. While it is away, trunks read `UNKNOWN`, those that register with the
 * PBX `UNREGISTERED` in upper case, IAX trunks `unregistered`, and no row tells its contact.
 */
export function providersShowLife({ sip, iax }: Providers): boolean {
  const quietSip: readonly string[] = ['OFF', 'UNKNOWN', 'UNREGISTERED', 'unknown'];
  const quietIax: readonly string[] = ['OFF', 'UNKNOWN', 'unknown', 'unregistered', 'UNREGISTERED'];
  const alive = (row: ProviderRow, quiet: readonly string[]): boolean =>
    row.contactStatus !== '' || row.roundtripMicroseconds !== undefined || !quiet.includes(row.state);
  return sip.some((row) => alive(row, quietSip)) || iax.some((row) => alive(row, quietIax));
}

const registeredByWord: ReadonlyMap<string, boolean> = new Map([
  ['registered', true],
  ['unregistered', false],
  ['rejected', false],
]);

/** What the far side's answers to OPTIONS add to the word: a trunk can be registered and out of service. */
function stateWithContact(row: ProviderRow, state: TrunkState): TrunkState {
  const { contactStatus } = row;
  if (row.kind === 'iax') return iaxState(row, state);
  const silent = contactStatus === 'unreachable';
  if (silent && (state === 'registered' || state === 'unmonitored' || state === 'unknown')) return 'unreachable';
  const answers = contactStatus === 'reachable' || contactStatus === 'avail';
  return answers && (state === 'unmonitored' || state === 'unknown') ? 'reachable' : state;
}

/** An IAX trunk made in the new form says "unregistered" for ever, whether it works or not; one that is checked has a roundtrip. */
function iaxState({ roundtripMicroseconds }: ProviderRow, state: TrunkState): TrunkState {
  if (state === 'unregistered') return 'unknown';
  return state === 'unmonitored' && roundtripMicroseconds !== undefined ? 'reachable' : state;
}

function readHalf(half: unknown, kind: 'sip' | 'iax', skipped: SkipCounter): readonly ProviderRow[] {
  if (isEmptyList(half)) return [];
  if (!isRecord(half)) throw new Failure('protocol', `the list of ${kind} trunks has no known shape`);
  return Object.entries(half).flatMap(([key, row]) => {
    const id = isRecord(row) ? textOf(row['id']) || key : '';
    if (isRecord(row) && id !== '' && textOf(row['state']) !== '') return [rowOf(row, kind, id)];
    skipped.add('malformed');
    return [];
  });
}

function rowOf(row: JsonRecord, kind: 'sip' | 'iax', id: string): ProviderRow {
  const milliseconds = amountOf(row['rtt']);
  return {
    kind,
    id,
    state: textOf(row['state']),
    host: textOf(row['host']),
    username: textOf(row['username']),
    description: textOf(row['description']),
    contactStatus: textOf(row['contactStatus']).toLowerCase(),
    ...(milliseconds === undefined ? {} : { roundtripMicroseconds: Math.round(milliseconds * 1000) }),
  };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && listOf(value).length === 0;
}
