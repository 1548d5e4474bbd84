import type { PageTarget } from '../../src/exposition/block-cache.ts';
import type { Peer, Trunk } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

/** Peers of one made-up PBX; with its trunks and totals it has about a thousand series. */
const peersPerTarget = 150;
const trunksPerTarget = 5;

/** Series of one made-up PBX, near enough to say how many PBXs a number of series needs. */
export const seriesPerTarget = 1_000;

/** Made-up PBXs with about so many series altogether. */
export function makeTargets(series: number): PageTarget[] {
  const count = Math.max(1, Math.round(series / seriesPerTarget));
  return Array.from({ length: count }, (_, index) => ({
    identity: {
      name: `branch-${index}`,
      family: 'asterisk',
      labels: { site: `site-${index % 40}` },
      peerNames: 'plain' as const,
      peerLimit: 5_000,
      staleAfterMs: 1e9,
    },
    record: makeRecord(index, 0),
  }));
}

/** The record of a PBX after one more round: roundtrips have moved, one phone in fifty has changed its state. */
export function makeRecord(index: number, round: number): TargetRecord {
  const peers = Array.from({ length: peersPerTarget }, (_, number): Peer => makePeer(index, number, round));
  const trunks = Array.from({ length: trunksPerTarget }, (_, number): Trunk => ({
    id: `carrier-${number}`,
    name: `Carrier ${number}`,
    kind: 'register',
    host: `sip${number}.example.net`,
    rawState: 'Registered',
    state: 'registered',
    registered: true,
    roundtripMicroseconds: 8_000 + mix(index, number, round, 9_000),
  }));
  return {
    ...emptyRecord,
    up: true,
    upSinceWall: 1.7e12,
    lastRound: { endedAtWall: 1.7e12 + round * 30_000, durationMs: 41.5 },
    lastSuccessAtWall: 1.7e12 + round * 30_000,
    collectors: { peers: { success: true }, trunks: { success: true }, system: { success: true } },
    held: {
      peers: { value: peers, readAt: 0 },
      trunks: { value: trunks, readAt: 0 },
      system: { value: { version: '22.10.1', uptimeSeconds: 90_000 + round * 30 }, readAt: 0 },
    },
    counters: {
      ...emptyRecord.counters,
      peerReachableChanges: new Map(peers.map(({ id }) => [id, 0])),
      trunkStateChanges: new Map(trunks.map(({ id }) => [id, 0])),
    },
  };
}

function makePeer(index: number, number: number, round: number): Peer {
  const reachable = mix(index, number, Math.floor(round / 4), 50) !== 0;
  return {
    id: String(1_000 + number),
    name: `Person ${number} of branch ${index}`,
    state: reachable ? 'reachable' : 'unregistered',
    registered: reachable,
    contacts: reachable ? 1 : 0,
    inCall: false,
    ...(reachable ? { roundtripMicroseconds: 4_000 + mix(index, number, round, 40_000) } : {}),
  };
}

/** A number below `below` that follows from the three others. */
function mix(one: number, two: number, three: number, below: number): number {
  const mixed = Math.imul(one + 17, 2_654_435_761) ^ Math.imul(two + 101, 40_503) ^ Math.imul(three + 7, 97_531);
  return ((mixed ^ (mixed >>> 13)) >>> 0) % below;
}
