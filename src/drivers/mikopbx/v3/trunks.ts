import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Envelope } from '../shared/answers.ts';
import { amountOf, isRecord, type JsonRecord, listOf, optional, textOf } from '../../kit/fields.ts';
import { answersOptions, provesAsterisk, type TrunkSource, trunkMeaning, trunkStates } from '../shared/trunk-states.ts';

/** One trunk of `providers:getStatuses` (2025.1 and newer). */
export interface ProviderRow {
  readonly kind: 'sip' | 'iax';
  readonly id: string;
  /** The PBX's own word; its case has changed between versions. */
  readonly state: string;
  readonly host: string;
  readonly username: string;
  readonly description: string;
  /**
   * Whether the far side answers OPTIONS, lower case: `reachable`, `unreachable`, `nonqualified`, `unknown`, `avail`;
   * empty if not reported.
   */
  readonly contactStatus: string;
  readonly roundtripMicroseconds?: number;
}

/** The two halves of the answer. An error inside the PBX can also leave a half empty. */
export interface Providers {
  readonly sip: readonly ProviderRow[];
  readonly iax: readonly ProviderRow[];
}

/**
 * Reads the trunks of `providers:getStatuses`, or of the calls for SIP or IAX alone, whose answers have the same format.
 * PHP encodes an empty map as an empty list. Rows without id or state are counted as malformed. Throws a `Failure`
 * (`protocol`) if a half is missing.
 */
export function readProviders({ data, notices }: Envelope, skipped: SkipCounter): Providers {
  if (isEmptyList(data)) return { sip: [], iax: [] };
  if (!isRecord(data)) throw new Failure('protocol', 'the list of trunks has an unknown format');
  if (notices.some((notice) => /^warning:|^error:|stale/.test(notice)))
    throw new Failure(
      'service_unavailable',
      'the PBX returns an old list of trunks because it cannot create a new one',
    );
  return { sip: readHalf(data['sip'], 'sip', skipped), iax: readHalf(data['iax'], 'iax', skipped) };
}

/** Whether a trunk has to register, as far as `getRegistry` shows it. */
export type Registration = 'expected' | 'none' | 'unknown';

/**
 * Returns a trunk from its row. Unknown words are counted and shown as `unknown`. `registration` is whether the trunk
 * has to register: only if it does not, a contact that answers proves that the trunk is reachable.
 */
export function providerTrunk(row: ProviderRow, skipped: SkipCounter, registration: Registration = 'unknown'): Trunk {
  const said = trunkStates[sourceOf(row)].read(row.state, skipped.of(row.id));
  const state = stateWithContact(row, said?.state ?? 'unknown', registration);
  const roundtrip = state === 'registered' || state === 'reachable' ? row.roundtripMicroseconds : undefined;
  return {
    id: row.id,
    kind: row.kind,
    state,
    rawState: row.state.toUpperCase(),
    ...optional('name', row.description),
    ...optional('host', row.host),
    ...optional('registered', state === 'unknown' ? undefined : said?.registered),
    ...optional('roundtripMicroseconds', roundtrip),
  };
}

/**
 * Reports whether the row shows only that the far side answers. This is enough for a trunk by address, but not for one
 * that has to register.
 */
export function leavesRegistrationOpen(row: ProviderRow): boolean {
  const said = trunkMeaning(sourceOf(row), row.state);
  return row.kind === 'sip' && said?.state === 'unknown' && answersOptions(row.contactStatus) === true;
}

/** Reports whether any row proves that Asterisk is running: by its word, or because it contains the state of a contact. */
export function providersProveAsterisk({ sip, iax }: Providers): boolean {
  return [...sip, ...iax].some(
    (row) =>
      row.contactStatus !== '' || row.roundtripMicroseconds !== undefined || provesAsterisk(sourceOf(row), row.state),
  );
}

function sourceOf({ kind }: ProviderRow): TrunkSource {
  return kind === 'iax' ? 'providers-iax' : 'providers-sip';
}

/** Combines the word with the far side's answers to OPTIONS, because a registered trunk may be out of service. */
function stateWithContact(row: ProviderRow, state: TrunkState, registration: Registration): TrunkState {
  // An IAX trunk that is checked has a roundtrip.
  if (row.kind === 'iax')
    return state === 'unmonitored' && row.roundtripMicroseconds !== undefined ? 'reachable' : state;
  const answers = answersOptions(row.contactStatus);
  const open = state === 'unmonitored' || state === 'unknown';
  if (answers === false && (open || state === 'registered')) return 'unreachable';
  if (answers !== true || !open) return state;
  return state === 'unmonitored' || registration === 'none' ? 'reachable' : 'unknown';
}

function readHalf(half: unknown, kind: 'sip' | 'iax', skipped: SkipCounter): readonly ProviderRow[] {
  if (isEmptyList(half)) return [];
  if (!isRecord(half)) throw new Failure('protocol', `the list of ${kind} trunks has an unknown format`);
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
