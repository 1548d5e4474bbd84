import type { Part, Peer, PeerState, Queue, SkippedRows, Trunk, TrunkState } from './reading.ts';

/** Worst first: of two rows with one id, the worse one is shown. */
const peerSeverity: readonly PeerState[] = ['unregistered', 'unreachable', 'unknown', 'disabled', 'reachable'];
const trunkSeverity: readonly TrunkState[] = [
  'failed',
  'rejected',
  'unregistered',
  'unreachable',
  'registering',
  'unknown',
  'disabled',
  'unmonitored',
  'reachable',
  'registered',
];

/** Peers with one row per id; rows without an id and the better one of two rows with the same id count as malformed. */
export function mergePeers(part: Part<readonly Peer[]>): Part<readonly Peer[]> {
  return mergeRows(part, (peer) => peerSeverity.indexOf(peer.state));
}

/** Trunks with one row per id, like {@link mergePeers}. */
export function mergeTrunks(part: Part<readonly Trunk[]>): Part<readonly Trunk[]> {
  return mergeRows(part, (trunk) => trunkSeverity.indexOf(trunk.state));
}

/** Queues with one row per id, the first one told; the others count as malformed. */
export function mergeQueues(part: Part<readonly Queue[]>): Part<readonly Queue[]> {
  return mergeRows(part, () => 0);
}

function mergeRows<Row extends { readonly id: string }>(
  part: Part<readonly Row[]>,
  severity: (row: Row) => number,
): Part<readonly Row[]> {
  if (part.value === undefined) return part;
  const rows = new Map<string, Row>();
  for (const row of part.value) {
    const other = rows.get(row.id);
    if (row.id === '') continue;
    if (other === undefined || severity(row) < severity(other)) rows.set(row.id, row);
  }
  const dropped = part.value.length - rows.size;
  if (dropped === 0) return part;
  return { ...part, value: [...rows.values()], skipped: withMalformed(part.skipped, dropped) };
}

function withMalformed(skipped: SkippedRows | undefined, rows: number): SkippedRows {
  return { ...skipped, malformed: (skipped?.malformed ?? 0) + rows };
}
