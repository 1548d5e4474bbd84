import type { PageTarget } from '../../src/exposition/page.ts';
import type { CallQuality } from '../../src/snapshot/call-quality.ts';
import { emptyRecord, type TargetIdentity, type TargetRecord } from '../../src/snapshot/record.ts';

/** Current monotonic time (ms) for the records below. */
export const now = 1_000_000;

/** Returns the identity of a target for tests. */
export function identityOf(name: string, changes: Partial<TargetIdentity> = {}): TargetIdentity {
  return {
    name,
    family: 'asterisk',
    labels: {},
    peerNames: 'plain',
    peerLimit: 5000,
    staleAfterMs: 90_000,
    ...changes,
  };
}

/** Three measured legs, two of them with losses. */
const richQuality: CallQuality = {
  eventGaps: 1,
  finished: {
    outcomes: { yes: 3, short: 2, no_media: 1, one_way: 0, implausible: 1 },
    packets: { in: { received: 9_000, lost: 125 }, out: { received: 5_900, lost: 100 } },
    trunks: new Map([
      ['1', { packets: { received: 3_000, lost: 25 }, measured: 2, lossy: { '0.01': 1, '0.05': 0 } }],
      ['gone from the list', { packets: { received: 1, lost: 1 }, measured: 1, lossy: { '0.01': 1, '0.05': 1 } }],
    ]),
    loss: {
      in: { counts: [1, 0, 1, 0, 0, 0, 0, 1], sum: 0.3125 },
      out: { counts: [0, 0, 0, 2, 0, 0, 0, 0], sum: 0.03125 },
    },
    jitter: {
      in: { counts: [2, 0, 0, 1, 0, 0, 0, 0, 0, 0], sum: 0.03125 },
      out: { counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum: 0 },
    },
    roundtrip: { counts: [0, 0, 1, 0, 0, 0, 0, 0, 0, 1], sum: 1.015_625 },
  },
  running: { media: { flowing: 4, one_way: 1, none: 2, unknown: 0 }, lossy: { '0.01': 2, '0.05': 1 } },
};

/** A record with every kind of value, and with names that contain all characters to be escaped. */
export const richRecord: TargetRecord = {
  up: true,
  upSinceWall: 1_760_000_000_000,
  lastRound: { endedAtWall: 1_760_000_300_250, durationMs: 153.842_137 },
  lastSuccessAtWall: 1_760_000_300_250,
  collectors: {
    peers: { success: true },
    trunks: { success: true },
    calls: { success: true },
    queues: { success: true },
    system: { success: true },
    quality: { success: true },
  },
  missing: [],
  retained: {
    quality: { readAt: now - 11_000, value: richQuality },
    peers: {
      readAt: now - 12_345,
      value: [
        {
          id: '0100',
          name: 'Reception "front"',
          state: 'reachable',
          registered: true,
          roundtripMicroseconds: 7312,
          contacts: 2,
          inCall: true,
          maintenance: true,
          devices: [
            { userAgent: 'DeskSet/1.18', transport: 'tls' },
            { userAgent: 'SoftTalk "Pro"/3.0', transport: 'ws' },
          ],
          registrationExpiry: 1_760_003_900,
        },
        { id: '101', name: 'C:\\Lab\nsecond line', state: 'unreachable', registered: true, contacts: 1, inCall: false },
        { id: '102', name: 'Büro {3} ☎️', state: 'unregistered', registered: false, contacts: 0 },
        { id: '103', name: 'Lone \ud800 half', state: 'disabled', registered: false },
        { id: '104', state: 'unknown', registered: true },
        { id: '105', state: 'reachable', roundtripMicroseconds: 0, devices: [{ userAgent: 'DeskSet/1.18' }] },
      ],
    },
    trunks: {
      readAt: now - 12_000,
      value: [
        {
          id: '1',
          name: 'City, main',
          kind: 'register',
          host: 'sip.example.org',
          rawState: 'Registered',
          state: 'registered',
          registered: true,
          roundtripMicroseconds: 15_023.5,
        },
        { id: '2', state: 'rejected', rawState: 'Rejected', registered: false },
        { id: '3', state: 'registering', registered: false },
        { id: '4', state: 'unregistered', registered: false },
        { id: '5', state: 'failed' },
        { id: '6', kind: 'peer', state: 'reachable' },
        { id: '7', kind: 'peer', state: 'unreachable' },
        { id: '8', kind: 'peer', state: 'unmonitored' },
        { id: '9', state: 'disabled', registered: false },
        { id: '10', state: 'unknown', rawState: 'what?', registered: true },
      ],
    },
    calls: { readAt: now - 11_000, value: { inbound: 3, outbound: 1, internal: 0, longestSeconds: 754 } },
    queues: {
      readAt: now - 11_000,
      value: [{ id: 'sales', waitingCallers: 4, agents: { available: 2, in_call: 1 } }, { id: 'night' }],
    },
    system: {
      readAt: now - 10_000,
      value: {
        version: '22.5.1',
        model: 'Asterisk',
        uptimeSeconds: 86_400,
        callsProcessed: 8_123,
        used: { calls: 4, online_users: 0 },
        limits: { calls: 30 },
        licenseExpiries: { license: 1_790_000_000, maintenance: 1_775_000_000 },
      },
    },
    storage: {
      readAt: now - 10_000,
      value: { used: { disk_bytes: 137_438_953_472 }, limits: { disk_bytes: 1_099_511_627_776 } },
    },
    security: { readAt: now - 10_000, value: { bannedAddresses: 3 } },
  },
  certificateExpiry: { readAt: now - 9_000, value: 1_764_547_200 },
  counters: {
    quality: richQuality,
    roundFailures: { timeout: 2 },
    logins: { success: 3, failure: 1 },
    collectorFailures: { calls: { forbidden: 5 } },
    requests: { PJSIPShowEndpoints: { ok: 40, timeout: 2 }, Login: { ok: 3, bad_credentials: 1 } },
    rowsSkipped: { peers: { malformed: 1, limit: 7 }, trunks: { unknown_state: 10 } },
    peerReachableChanges: new Map([
      ['0100', 0],
      ['101', 3],
    ]),
    trunkStateChanges: new Map([['2', 1]]),
  },
  suspendedUntilWall: 0,
};

/** The same PBX after a failed round; the last values are still shown. */
export const failedRecord: TargetRecord = {
  ...richRecord,
  up: false,
  lastRound: { endedAtWall: 1_760_000_330_250, durationMs: 20_000, reason: 'timeout', detail: 'no answer in 20 s' },
  collectors: { peers: { success: false, reason: 'timeout' }, trunks: { success: false, reason: 'timeout' } },
  suspendedUntilWall: 1_760_000_900_000,
};

/** A record with stale peers and a fresh but empty list of trunks. */
export const halfStaleRecord: TargetRecord = {
  ...failedRecord,
  retained: {
    ...(richRecord.retained.peers === undefined
      ? {}
      : { peers: { ...richRecord.retained.peers, readAt: now - 90_000 } }),
    trunks: { readAt: now - 89_999, value: [] },
  },
};

/** The targets of the golden pages, by file name. */
export const goldenTargets: Readonly<Record<string, readonly PageTarget[]>> = {
  rich: [
    {
      identity: identityOf('hq', { labels: { site: 'Zürich "West"' }, peerDevices: true }),
      record: richRecord,
      overdueMs: 0,
    },
  ],
  empty: [{ identity: identityOf('new'), record: emptyRecord }],
  failed: [
    { identity: identityOf('hq', { peerNames: 'hash', peerLimit: 2 }), record: failedRecord, overdueMs: 42_500 },
  ],
  stale: [
    { identity: identityOf('gone', { staleAfterMs: 10_000 }), record: failedRecord },
    { identity: identityOf('half', { peerNames: 'none' }), record: halfStaleRecord },
  ],
};
