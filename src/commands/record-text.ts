import { hintsFor } from '../server/pages/hints.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { Calls, Peer, Trunk } from '../snapshot/reading.ts';
import type { TargetIdentity, TargetRecord } from '../snapshot/record.ts';
import { paint, type Terminal, type Tone } from './terminal.ts';

/** With more rows than this, the result above the tables scrolls out of sight, so it is repeated below them. */
const rowsInSight = 20;

/** Returns a record as text: the result of the round, steps against a failure, and tables of trunks and peers. */
export function recordText(
  identity: Pick<TargetIdentity, 'name' | 'family' | 'peerNames'>,
  record: TargetRecord,
  terminal: Terminal,
): string {
  const { peers, trunks, calls, system } = record.retained;
  const about = [system?.value.model, system?.value.version].filter((text) => text !== undefined).join(' ');
  const result = `${identity.name} (${identity.family}${about === '' ? '' : `, ${about}`}): ${upText(record, terminal)}`;
  const rows = (trunks?.value.length ?? 0) + (peers?.value.length ?? 0);
  const lines = [
    result,
    ...(record.up ? [] : whatToDo(record.lastRound)),
    ...failedCollectors(record, terminal),
    ...missingDetails(record),
    ...(calls === undefined ? [] : [`active calls: ${callsText(calls.value)}`]),
  ];
  return [
    `${lines.join('\n')}\n`,
    ...(trunks === undefined ? [] : [trunkTable(trunks.value, terminal)]),
    ...(peers === undefined ? [] : [peerTable(peers.value, { names: identity.peerNames === 'plain', terminal })]),
    ...(rows > rowsInSight ? [`${result}\n`] : []),
  ].join('\n');
}

function upText({ up, lastRound }: TargetRecord, terminal: Terminal): string {
  const seconds = `${((lastRound?.durationMs ?? 0) / 1000).toFixed(2)} s`;
  if (up) return `${paint(terminal, 'good', 'up')}, read in ${seconds}`;
  const reason = lastRound?.reason ?? 'unknown';
  return `${paint(terminal, 'bad', 'down')} after ${seconds}: ${reason}${lastRound?.detail === undefined ? '' : `, ${lastRound.detail}`}`;
}

function whatToDo({ reason, detail }: { readonly reason?: FailureReason; readonly detail?: string } = {}): string[] {
  return hintsFor(reason, detail).map((step) => `  - ${step}`);
}

function failedCollectors({ up, collectors }: TargetRecord, terminal: Terminal): string[] {
  if (!up) return [];
  return Object.entries(collectors)
    .filter(([, outcome]) => !outcome.success)
    .map(
      ([name, { reason, detail }]) =>
        `${paint(terminal, 'doubtful', `${name} not read`)}: ${reason ?? ''}${detail === undefined ? '' : `, ${detail}`}`,
    );
}

function missingDetails({ up, missing }: TargetRecord): string[] {
  if (!up) return [];
  return missing.map(({ call, reason, detail }) => `details missing (${call}): ${reason}, ${detail}`);
}

function callsText({ longestSeconds: _left, ...calls }: Calls): string {
  return Object.entries(calls)
    .map(([direction, count]) => (direction === 'all' ? String(count) : `${count} ${direction}`))
    .join(', ');
}

const tones: Readonly<Record<string, Tone>> = {
  reachable: 'good',
  registered: 'good',
  unmonitored: 'good',
  unknown: 'doubtful',
  registering: 'doubtful',
  disabled: 'quiet',
};

function trunkTable(trunks: readonly Trunk[], terminal: Terminal): string {
  const rows = trunks.map((trunk) => [
    trunk.id,
    trunk.name ?? '',
    trunk.host ?? '',
    microseconds(trunk.roundtripMicroseconds),
    stateText(trunk.state, terminal),
  ]);
  return titled(`${trunks.length} trunks`, ['trunk', 'name', 'host', 'roundtrip', 'state'], rows);
}

function peerTable(
  peers: readonly Peer[],
  { names, terminal }: { readonly names: boolean; readonly terminal: Terminal },
): string {
  const rows = peers.map((peer) => [
    peer.id,
    names ? (peer.name ?? '') : '',
    peer.contacts === undefined ? '' : String(peer.contacts),
    microseconds(peer.roundtripMicroseconds),
    `${stateText(peer.state, terminal)}${peer.inCall === true ? ', in a call' : ''}`,
  ]);
  return titled(`${peers.length} peers`, ['peer', 'name', 'contacts', 'roundtrip', 'state'], rows);
}

/** A table with a title. Columns without values are omitted, e.g. the roundtrip if the family does not report it. */
function titled(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_name, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const pick = (cells: readonly string[]): string[] => kept.map((column) => cells[column] ?? '');
  return `${title}\n${rows.length === 0 ? '' : formatTable(pick(head), rows.map(pick))}`;
}

function stateText(state: string, terminal: Terminal): string {
  return paint(terminal, tones[state] ?? 'bad', state);
}

function microseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value} µs`;
}

/** Returns rows of text as aligned columns, separated by two spaces; the last column is not padded. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('');
}
