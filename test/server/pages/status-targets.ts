import { createHash } from 'node:crypto';
import type { Peer, PeerState, Trunk, TrunkState } from '../../../src/snapshot/reading.ts';
import { emptyRecord, type TargetIdentity, type TargetRecord } from '../../../src/snapshot/record.ts';
import type { StatusTarget, View } from '../../../src/server/pages/view.ts';

/** Wall clock (ms) at which the pages are rendered. */
export const wall = Date.UTC(2026, 2, 14, 3, 7, 9);
/** Monotonic time (ms) at which the pages are rendered. */
export const monotonic = 10_000_000;

const minute = 60_000;

/** The view of all tests, with a hash that is distinguishable from a name. */
export const view: View = {
  wall,
  monotonic,
  version: '1.2.3',
  hashName: (name) => `hash-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`,
};

/** A text that tries to run or load something, to close an element or attribute, and to change the text direction. */
export const hostile = `"><script>document.title='injected'</script><img src=x onerror="document.title='injected'">'</title></style>\u202E&amp;`;

/** Returns a peer for tests. */
export function peer(id: string, state: PeerState = 'reachable', more: Partial<Peer> = {}): Peer {
  return { id, state, ...more };
}

/** Returns a trunk for tests. */
export function trunk(id: string, state: TrunkState = 'registered', more: Partial<Trunk> = {}): Trunk {
  return { id, state, ...more };
}

/** Returns a target for tests that is up; by default, all values were read five seconds ago. */
export function target(
  name: string,
  {
    identity = {},
    record = {},
    retained = {},
    ageMs = 5_000,
  }: {
    readonly identity?: Partial<TargetIdentity>;
    readonly record?: Partial<TargetRecord>;
    /** Age of the values. */
    readonly ageMs?: number;
    readonly retained?: {
      readonly [Name in keyof TargetRecord['retained']]: NonNullable<TargetRecord['retained'][Name]>['value'];
    };
  } = {},
): StatusTarget {
  const readAt = monotonic - ageMs;
  const parts = Object.fromEntries(Object.entries(retained).map(([part, value]) => [part, { value, readAt }]));
  return {
    intervalMs: 30_000,
    overdueMs: 0,
    identity: {
      name,
      family: 'asterisk',
      labels: {},
      peerNames: 'plain',
      peerLimit: 10_000,
      staleAfterMs: 90_000,
      ...identity,
    },
    record: {
      ...emptyRecord,
      up: true,
      upSinceWall: wall - 76 * minute,
      lastRound: { endedAtWall: wall - 5_000, durationMs: 153 },
      lastSuccessAtWall: wall - 5_000,
      collectors: Object.fromEntries(Object.keys(retained).map((part) => [part, { success: true }])),
      retained: parts,
      ...record,
    },
  };
}

const first = ['Anna', 'Büro', 'Carla', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hao', 'Ines', 'Jonas', 'Kofi', 'Lena'];
const last = ['Abel', 'Brandt', 'Castro', 'Demir', 'Evans', 'Fischer', 'García', 'Hoffmann', 'Ivanov', 'Jansen'];

/** Returns many peers in all states; the result is deterministic. */
export function manyPeers(count: number): readonly Peer[] {
  return Array.from({ length: count }, (_, index) => {
    const state = peerStateOf(index);
    return peer(String(1000 + index), state, {
      name: `${first[index % first.length] ?? ''} ${last[(index * 7) % last.length] ?? ''}`,
      ...(state === 'reachable'
        ? { roundtripMicroseconds: 900 + ((index * 7919) % 180_000), contacts: 1 + (index % 3 === 0 ? 1 : 0) }
        : { contacts: state === 'unreachable' ? 1 : 0 }),
      inCall: state === 'reachable' && index % 9 === 0,
    });
  });
}

function peerStateOf(index: number): PeerState {
  if (index % 41 === 5) return 'unreachable';
  if (index % 23 === 3) return 'unregistered';
  if (index % 97 === 8) return 'disabled';
  return index % 211 === 11 ? 'unknown' : 'reachable';
}

const rightMissing = { success: false, reason: 'forbidden', detail: 'the account may not see the queues' } as const;

/** A PBX that reports all data, with every trunk state. */
export const headquarters: StatusTarget = target('berlin-hq', {
  identity: { family: 'yeastar-p', labels: { site: 'berlin', customer: 'Nordwind' } },
  retained: {
    peers: manyPeers(240),
    trunks: [
      trunk('1', 'registered', {
        name: 'Telvia main',
        kind: 'register',
        host: 'sip.telvia.example',
        roundtripMicroseconds: 15_023,
      }),
      trunk('2', 'rejected', {
        name: 'Telvia backup',
        kind: 'register',
        host: 'sip2.telvia.example',
        rawState: 'Rejected (403)',
      }),
      trunk('3', 'unmonitored', { name: 'Door', kind: 'peer', host: 'door.example.org' }),
      trunk('4', 'disabled', { name: 'Old ISDN', kind: 'pri' }),
      trunk('5', 'unknown', { name: 'Fax', rawState: 'Idle?' }),
      trunk('6', 'reachable', { name: 'Hamburg', kind: 'peer', host: 'hamburg.example.org' }),
    ],
    calls: { inbound: 7, outbound: 4, internal: 2 },
    queues: [
      { id: 'sales', waitingCallers: 3, agents: { available: 1, in_call: 4, paused: 1 } },
      { id: 'support', waitingCallers: 0, agents: { available: 5 } },
    ],
    system: { version: '37.12.0.24', model: 'P560', uptimeSeconds: 1_046_500 },
  },
});

/** A PBX that refused the password; earlier values are still shown. */
export const refused: StatusTarget = target('hamburg', {
  identity: { family: 'mikopbx', labels: { site: 'hamburg' } },
  ageMs: 70_000,
  retained: { peers: manyPeers(60), trunks: [trunk('SIP-1', 'registered', { name: 'City' })] },
  record: {
    up: false,
    upSinceWall: wall - 40_000,
    lastRound: {
      endedAtWall: wall - 40_000,
      durationMs: 412,
      reason: 'bad_credentials',
      detail: 'the login was refused',
    },
    lastSuccessAtWall: wall - 70_000,
    collectors: {
      peers: { success: false, reason: 'bad_credentials' },
      trunks: { success: false, reason: 'bad_credentials' },
    },
    suspendedUntilWall: wall + 14 * minute + 20_000,
    counters: {
      ...emptyRecord.counters,
      logins: { success: 3, failure: 1 },
      roundFailures: { bad_credentials: 1, suspended: 2 },
    },
  },
});

/** A PBX that has not answered for hours; all values are too old to be shown. */
export const silent: StatusTarget = target('münchen-lager', {
  identity: { family: 'yeastar-s', labels: { site: 'münchen' } },
  record: {
    up: false,
    upSinceWall: wall - 185 * minute,
    lastRound: { endedAtWall: wall - 130_000, durationMs: 20_000, reason: 'timeout', detail: 'no answer within 20 s' },
    lastSuccessAtWall: wall - 186 * minute,
    collectors: { peers: { success: false, reason: 'timeout' }, trunks: { success: false, reason: 'timeout' } },
    retained: { peers: { value: manyPeers(12), readAt: monotonic - 186 * minute } },
    counters: { ...emptyRecord.counters, roundFailures: { timeout: 37 } },
  },
});

/** A PBX that was not polled yet. */
export const waiting: StatusTarget = { ...target('dresden', { identity: { family: 'webitel' } }), record: emptyRecord };

/** A fleet with one PBX in every condition. */
export const mixedFleet: readonly StatusTarget[] = [
  target('aachen', {
    retained: { peers: manyPeers(22), trunks: [trunk('telvia')], system: { version: '22.5.1' } },
    identity: { labels: { site: 'aachen' } },
  }),
  headquarters,
  target('bremen', {
    identity: { family: 'portsip', labels: { site: 'bremen' } },
    retained: { peers: manyPeers(130), trunks: [], system: { version: '22.3' } },
    record: { collectors: { peers: { success: true }, trunks: { success: true }, queues: rightMissing } },
  }),
  waiting,
  target('essen', {
    identity: { family: 'yeastar-k2' },
    retained: {
      peers: [peer('100', 'unreachable'), peer('101', 'unregistered')],
      trunks: [trunk('gsm-1', 'registered')],
    },
  }),
  refused,
  silent,
];
