import { systemClock } from '../../src/clock.ts';
import type { PageTarget } from '../../src/exposition/page.ts';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import type { Peer, Reading, Trunk } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

/** Default number of peers of a fictional PBX, which then has about a thousand series including trunks and totals. */
export const defaultPeers = 150;
const trunksPerTarget = 5;

/** Approximate number of series of a fictional PBX, for computing the number of PBXs; scrapes count the series exactly. */
const seriesOf = (peers: number): number => 116 + 7 * peers;

/** Returns fictional PBXs with approximately `series` series in total and `peers` peers each. */
export function makeTargets(series: number, peers = defaultPeers): PageTarget[] {
  const count = Math.max(1, Math.round(series / seriesOf(peers)));
  return Array.from({ length: count }, (_, index) => ({
    identity: {
      name: `branch-${index}`,
      family: 'asterisk',
      labels: { site: `site-${index % 40}` },
      peerNames: 'plain' as const,
      peerLimit: 5_000,
      staleAfterMs: 1e9,
    },
    record: nextBenchRecord(emptyRecord, index, 0, peers),
  }));
}

/** Returns the record of a PBX after one more round: roundtrips have changed, and one phone in fifty has changed its state. */
export function nextBenchRecord(
  record: TargetRecord,
  index: number,
  round: number,
  peers = defaultPeers,
): TargetRecord {
  const outcome: RoundOutcome = {
    kind: 'polled',
    collectors: ['peers', 'trunks', 'system'],
    reading: makeReading(index, round, peers),
    endedAtWall: systemClock.wallTime(),
    endedAt: systemClock.monotonicTime(),
    durationMs: 40 + mix(index, 0, round, 3_000) / 1_000,
    requests: { PJSIPShowContacts: { ok: 1 }, PJSIPShowEndpoints: { ok: 1 }, CoreStatus: { ok: 1 } },
    logins: { success: round === 0 ? 1 : 0, failure: 0 },
    suspendedUntilWall: 0,
  };
  return nextRecord(record, outcome, { peers: 5_000 });
}

function makeReading(index: number, round: number, length: number): Reading {
  const peers = Array.from({ length }, (_, number): Peer => makePeer(index, number, round));
  const trunks = Array.from({ length: trunksPerTarget }, (_, number): Trunk => makeTrunk(index, number, round));
  return {
    peers: { ok: true, value: peers },
    trunks: { ok: true, value: trunks },
    system: { ok: true, value: { version: '22.10.1', uptimeSeconds: 90_000 + round * 30 } },
  };
}

function makeTrunk(index: number, number: number, round: number): Trunk {
  return {
    id: `carrier-${number}`,
    name: `Carrier ${number}`,
    kind: 'register',
    host: `sip${number}.example.net`,
    rawState: 'Registered',
    state: 'registered',
    registered: true,
    roundtripMicroseconds: 8_000 + mix(index, number, round, 9_000),
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

/** A number below `below`, derived from the other three numbers. */
function mix(one: number, two: number, three: number, below: number): number {
  const mixed = Math.imul(one + 17, 2_654_435_761) ^ Math.imul(two + 101, 40_503) ^ Math.imul(three + 7, 97_531);
  return ((mixed ^ (mixed >>> 13)) >>> 0) % below;
}
