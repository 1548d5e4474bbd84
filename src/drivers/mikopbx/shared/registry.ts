import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Envelope, Outcome } from './answers.ts';
import { amountOf, isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';
import { provesAsterisk, type TrunkSource, trunkStates } from './trunk-states.ts';

/** One trunk of `getRegistry`, SIP or IAX. */
export interface RegistryRow {
  readonly kind: 'sip' | 'iax';
  /** The trunk's id, e.g. `SIP-TRUNK-AB12CD34`. */
  readonly id: string;
  /** The PBX's word in upper case, e.g. `REGISTERED`. */
  readonly state: string;
  readonly host: string;
  readonly username: string;
  /** SIP from 2025.1 on: the id shows that this trunk registers with a provider. */
  readonly registering: boolean;
  /** IAX only: the far side registers with this PBX, or neither side registers. */
  readonly noRegister: boolean;
  /** IAX only: microseconds of the last check. */
  readonly roundtripMicroseconds?: number;
}

/**
 * Reads the trunks in an answer to `getRegistry`, in the order of the PBX. Versions from 2025.1 on append `-REG` to the
 * id of a trunk that registers; this suffix is removed. Rows without id or state are counted as malformed. Throws a
 * `Failure` (`protocol`) if the answer contains no list.
 */
export function readRegistry({ data }: Envelope, kind: 'sip' | 'iax', skipped: SkipCounter): readonly RegistryRow[] {
  if (!Array.isArray(data)) throw new Failure('protocol', 'the list of trunks is not a list');
  return (data as readonly unknown[]).flatMap((row) => {
    const reportedId = isRecord(row) ? textOf(row['id']) : '';
    const id = reportedId.replace(/-REG$/, '');
    const state = isRecord(row) ? textOf(row['state']).toUpperCase() : '';
    if (isRecord(row) && id !== '' && state !== '')
      return [rowOf(row, { kind, id, state, registering: id !== reportedId })];
    skipped.add('malformed');
    return [];
  });
}

/** Returns the list, or an empty one if the PBX does not have the call, which proves that it has no trunks of this kind. */
export function emptyWhereMissing(outcome: Outcome<readonly RegistryRow[]>): Outcome<readonly RegistryRow[]> {
  return !outcome.ok && outcome.failure.reason === 'config' ? { ok: true, value: [] } : outcome;
}

function rowOf(row: JsonRecord, start: Pick<RegistryRow, 'kind' | 'id' | 'state' | 'registering'>): RegistryRow {
  const milliseconds = start.kind === 'iax' ? amountOf(row['time-response']) : undefined;
  return {
    ...start,
    host: textOf(row['host']),
    username: textOf(row['username']),
    noRegister: textOf(row['noregister']) === '1',
    ...(milliseconds === undefined ? {} : { roundtripMicroseconds: Math.round(milliseconds * 1000) }),
  };
}

/** Up to 2024: names in the list of phones, which contains trunks that register with the PBX as `ID-AUTH`. */
export type ListedNames = ReadonlySet<string>;

/**
 * Returns the source whose words the row uses. Up to 2024, a trunk that registers with the PBX has no host, or an
 * outdated one, because the form only hides the field. `listed` is undefined from 2025.1 on, where all of these trunks
 * show `UNKNOWN`.
 */
export function registrySource(row: RegistryRow, listed: ListedNames | undefined): TrunkSource {
  if (row.kind === 'iax') return row.noRegister ? 'registry-iax-inbound' : 'registry-iax';
  if (listed === undefined) return 'registry-sip';
  const inbound = row.host === '' || row.username === row.id || listed.has(`${row.id}-AUTH`);
  return inbound ? 'registry-sip-inbound' : 'registry-sip';
}

/** Returns a trunk from its row of `getRegistry`. Unknown words are counted and shown as `unknown`. */
export function registryTrunk(row: RegistryRow, source: TrunkSource, skipped: SkipCounter): Trunk {
  const said = trunkStates[source].read(row.state, skipped.of(row.id));
  const { state, registered } = checked(row, said ?? { state: 'unknown', registered: undefined });
  return {
    id: row.id,
    kind: row.kind,
    state,
    rawState: row.state,
    ...optional('host', row.host),
    ...optional('registered', registered),
    ...(state === 'reachable' ? optional('roundtripMicroseconds', row.roundtripMicroseconds) : {}),
  };
}

/**
 * Reports whether any row proves that Asterisk is running. While Asterisk is down, the list contains only switched-off
 * and `UNKNOWN` trunks, and every IAX trunk shows `OFF`.
 */
export function registryProvesAsterisk(rows: readonly RegistryRow[]): boolean {
  return rows.some((row) => provesAsterisk(registrySource(row, undefined), row.state));
}

interface Said {
  readonly state: TrunkState;
  readonly registered: boolean | undefined;
}

/** An IAX trunk with a measured roundtrip is checked, and therefore reachable. */
function checked({ roundtripMicroseconds }: RegistryRow, said: Said): Said {
  return said.state === 'unmonitored' && roundtripMicroseconds !== undefined ? { ...said, state: 'reachable' } : said;
}
