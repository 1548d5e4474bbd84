import { stringify } from 'csv-stringify/sync';
import { ageTime, type Moment } from '../snapshot/clocks.ts';
import { type NameHash, shownPeerName } from '../snapshot/peer-name.ts';
import type { Peer, Queue, Trunk } from '../snapshot/reading.ts';
import type { Retained, RetainedParts, TargetIdentity, TargetRecord } from '../snapshot/record.ts';

/** The data of one PBX for the CSV file, and the settings for its display. */
export interface CsvSource {
  readonly identity: Pick<TargetIdentity, 'name' | 'peerNames'>;
  readonly record: Pick<TargetRecord, 'collectors' | 'clocks'>;
  /** The values that are recent enough to be shown. */
  readonly parts: RetainedParts;
  readonly hashName: NameHash;
  /** The current time on both clocks. */
  readonly now: Moment;
}

/** The columns in order; cells without a value from the PBX are empty. */
export const csvColumns = [
  'pbx',
  'kind',
  'id',
  'name',
  'state',
  'raw_state',
  'host',
  'trunk_kind',
  'roundtrip_microseconds',
  'contacts',
  'registered',
  'in_call',
  'waiting_callers',
  'agents',
  'read_at',
] as const;

type Row = Partial<Record<(typeof csvColumns)[number], string | number>>;

/**
 * Returns trunks, peers and queues of one PBX as CSV (RFC 4180), one row each. Each list that was not read in the last round has a row of
 * kind `collector`, which shows that the file is incomplete. Names are written according to `peers.names`. A cell that a spreadsheet
 * would interpret as a formula begins with an apostrophe. With `marked`, the text begins with a byte order mark; without it,
 * spreadsheets do not recognise UTF-8.
 */
export function recordCsv(source: CsvSource, { marked = false }: { readonly marked?: boolean } = {}): string {
  const { identity, record, parts, hashName } = source;
  const { trunks, peers, queues } = parts;
  const rows: readonly Row[] = [
    ...failedRows(record),
    ...listRows(trunks, trunkRow, source),
    ...listRows(peers, (peer) => peerRow(peer, shownPeerName(peer.name, identity, hashName)), source),
    ...listRows(queues, queueRow, source),
  ];
  return stringify(
    rows.map((row) => ({ pbx: identity.name, ...row })),
    { header: true, columns: [...csvColumns], escape_formulas: true, record_delimiter: 'windows', bom: marked },
  );
}

function failedRows({ collectors }: Pick<TargetRecord, 'collectors'>): readonly Row[] {
  return Object.entries(collectors)
    .filter(([, { success }]) => !success)
    .map(([id, { reason = '' }]) => ({ kind: 'collector', id, state: 'failed', raw_state: reason }));
}

function listRows<Item extends { readonly id: string }>(
  list: Retained<readonly Item[]> | undefined,
  rowOf: (item: Item) => Row,
  { record: { clocks }, now }: CsvSource,
): readonly Row[] {
  if (list === undefined) return [];
  const { value, readAt, carried } = list;
  const readAtText = (at: number): string => new Date(now.wall - (ageTime(clocks, now) - at)).toISOString();
  const newest = readAtText(readAt);
  return value.map((item) => {
    const own = carried?.get(item.id);
    return { ...rowOf(item), read_at: own === undefined ? newest : readAtText(own) };
  });
}

function trunkRow({ id, name = '', state, rawState = '', host = '', kind = '', ...measured }: Trunk): Row {
  return {
    kind: 'trunk',
    id,
    name,
    state,
    raw_state: rawState,
    host,
    trunk_kind: kind,
    roundtrip_microseconds: measured.roundtripMicroseconds ?? '',
    registered: yesOrNo(measured.registered),
  };
}

function peerRow({ id, state, contacts, registered, inCall, roundtripMicroseconds }: Peer, name = ''): Row {
  return {
    kind: 'peer',
    id,
    name,
    state,
    roundtrip_microseconds: roundtripMicroseconds ?? '',
    contacts: contacts ?? '',
    registered: yesOrNo(registered),
    in_call: yesOrNo(inCall),
  };
}

function queueRow({ id, waitingCallers, agents = {} }: Queue): Row {
  const counts = Object.entries(agents).map(([state, count]) => `${count} ${state}`);
  return { kind: 'queue', id, waiting_callers: waitingCallers ?? '', agents: counts.join(', ') };
}

function yesOrNo(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'yes' : 'no';
}
