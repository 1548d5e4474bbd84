import * as fc from 'fast-check';
import type { PageTarget } from '../../src/exposition/page.ts';
import {
  type CallQuality,
  delayBuckets,
  type FinishedLegs,
  type Histogram,
  lossBuckets,
  type RunningLegs,
} from '../../src/snapshot/call-quality.ts';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import {
  agentStates,
  callDirections,
  type Calls,
  collectors,
  type Device,
  licenseKinds,
  type Peer,
  peerStates,
  type Queue,
  resources,
  skipReasons,
  type SystemFacts,
  type Trunk,
  trunkStates,
} from '../../src/snapshot/reading.ts';
import { type Counters, peerNameModes, type Retained, type TargetRecord } from '../../src/snapshot/record.ts';
import { now } from './records.ts';

/** Text with all special characters of the formats, and halves of surrogate pairs. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '"',
      '\\',
      '\n',
      '{',
      '}',
      ',',
      '=',
      ' ',
      '#',
      '\r',
      '\0',
      '\u2028',
      '☎️',
      '😀',
      '\ud800',
      '\udc00',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('a', 'b', 'n', '0', '1'),
  ),
  maxLength: 12,
});

const wellFormedText = anyText.map((text) => text.toWellFormed());

const number = fc.oneof(fc.nat(100_000), fc.double({ min: 0, noNaN: true, max: 1e22 }));
const strangeNumber = fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.double() });
const count = fc.nat(1_000_000);
const wall = fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 });

/** Optional fields of a row. */
function optional<T extends object>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const device: fc.Arbitrary<Device> = fc
  .tuple(
    fc.record({ userAgent: fc.oneof(wellFormedText, fc.constantFrom('a', 'b', 'other', 'unknown')) }),
    optional({ transport: fc.constantFrom('udp', 'tcp') }),
  )
  .map(([fixed, told]) => ({ ...fixed, ...told }));

const peer: fc.Arbitrary<Peer> = fc
  .tuple(
    fc.record({ id: anyText, state: fc.constantFrom(...peerStates) }),
    optional({
      name: anyText,
      registered: fc.boolean(),
      roundtripMicroseconds: strangeNumber,
      contacts: count,
      inCall: fc.boolean(),
      maintenance: fc.boolean(),
      devices: fc.array(device, { maxLength: 3 }),
      registrationExpiry: strangeNumber,
    }),
  )
  .map(([fixed, told]) => ({ ...fixed, ...told }));

const trunk: fc.Arbitrary<Trunk> = fc
  .tuple(
    fc.record({ id: anyText, state: fc.constantFrom(...trunkStates) }),
    optional({
      name: anyText,
      kind: anyText,
      host: anyText,
      rawState: anyText,
      registered: fc.boolean(),
      roundtripMicroseconds: strangeNumber,
    }),
  )
  .map(([fixed, told]) => ({ ...fixed, ...told }));

const agents = optional(Object.fromEntries(agentStates.map((state) => [state, count])));
const queue: fc.Arbitrary<Queue> = fc
  .tuple(fc.record({ id: anyText }), optional({ waitingCallers: count, agents }))
  .map(([fixed, told]) => ({ ...fixed, ...told }));

const calls: fc.Arbitrary<Calls> = optional({
  ...Object.fromEntries(callDirections.map((name) => [name, count])),
  longestSeconds: strangeNumber,
});
const amounts = optional(Object.fromEntries(resources.map((name) => [name, strangeNumber])));
const system: fc.Arbitrary<SystemFacts> = optional({
  version: anyText,
  model: anyText,
  uptimeSeconds: strangeNumber,
  callsProcessed: count,
  used: amounts,
  limits: amounts,
  licenseExpiries: optional(Object.fromEntries(licenseKinds.map((name) => [name, strangeNumber]))),
});

function rows<Row extends { readonly id: string }>(row: fc.Arbitrary<Row>): fc.Arbitrary<readonly Row[]> {
  return fc.uniqueArray(row, { selector: ({ id }) => id.toWellFormed(), maxLength: 6 });
}

/** A retained value, read within the last two minutes. */
function retained<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Retained<T>> {
  return fc.record({ value, readAt: fc.integer({ min: now - 120_000, max: now }) });
}

function byWord<Word extends string>(words: readonly Word[]): fc.Arbitrary<Partial<Record<Word, number>>> {
  return fc.dictionary(fc.constantFrom(...words), count) as fc.Arbitrary<Partial<Record<Word, number>>>;
}

const packets = fc.record({ received: count, lost: count });
const trunkLegs = fc.record({ packets, measured: count, lossy: fc.record({ '0.01': count, '0.05': count }) });

function byDirection<T>(value: fc.Arbitrary<T>): fc.Arbitrary<{ readonly in: T; readonly out: T }> {
  return fc.record({ in: value, out: value });
}

function histogram(bounds: readonly number[]): fc.Arbitrary<Histogram> {
  const counts = fc.array(fc.nat(1_000), { minLength: bounds.length + 1, maxLength: bounds.length + 1 });
  return fc.record({ counts, sum: fc.double({ min: 0, max: 1e6, noNaN: true }) });
}

const finishedLegs: fc.Arbitrary<FinishedLegs> = fc.record({
  outcomes: fc.record({ yes: count, short: count, no_media: count, one_way: count, implausible: count }),
  packets: byDirection(packets),
  trunks: fc
    .dictionary(fc.constantFrom('1', '2', 'carrier'), trunkLegs)
    .map((trunks) => new Map(Object.entries(trunks))),
  loss: byDirection(histogram(lossBuckets)),
  jitter: byDirection(histogram(delayBuckets)),
  roundtrip: histogram(delayBuckets),
});

const runningLegs: fc.Arbitrary<RunningLegs> = fc
  .tuple(
    fc.record({ media: fc.record({ flowing: count, one_way: count, none: count, unknown: count }) }),
    optional({ lossy: fc.record({ '0.01': count, '0.05': count }) }),
  )
  .map(([media, lossy]) => ({ ...media, ...lossy }));

const quality: fc.Arbitrary<CallQuality> = fc
  .tuple(fc.record({ eventGaps: count }), optional({ finished: finishedLegs, running: runningLegs }))
  .map(([gaps, told]) => ({ ...gaps, ...told }));

const counters: fc.Arbitrary<Counters> = fc.record({
  roundFailures: byWord(failureReasons),
  logins: fc.record({ success: count, failure: count }),
  collectorFailures: optional({ peers: byWord(failureReasons), system: byWord(failureReasons) }),
  requests: fc.dictionary(
    fc.stringMatching(/^[A-Za-z/_]{1,10}$/),
    fc.dictionary(fc.constantFrom('ok', ...failureReasons), count),
  ),
  rowsSkipped: optional({ trunks: byWord(skipReasons) }),
  peerReachableChanges: fc.constant(new Map<string, number>()),
  trunkStateChanges: fc.constant(new Map<string, number>()),
});

const lastRound = fc
  .tuple(
    fc.record({ endedAtWall: wall, durationMs: fc.nat(60_000) }),
    optional({ reason: fc.constantFrom(...failureReasons) }),
  )
  .map(([fixed, told]) => ({ ...fixed, ...told }));

const outcomes = optional(Object.fromEntries(collectors.map((name) => [name, fc.record({ success: fc.boolean() })])));

/** Change counters of some rows, and of one row that is not in the list. */
function changesOf(rows: readonly { readonly id: string }[], counts: readonly number[]): ReadonlyMap<string, number> {
  const known = rows.flatMap(({ id }, index) => {
    const changes = counts[index];
    return changes === undefined ? [] : [[id, changes] as const];
  });
  return new Map([['gone from the list', 7], ...known]);
}

const record: fc.Arbitrary<TargetRecord> = fc
  .tuple(
    fc.record({
      up: fc.boolean(),
      collectors: outcomes,
      missing: fc.constant([]),
      retained: optional({
        peers: retained(rows(peer)),
        trunks: retained(rows(trunk)),
        calls: retained(calls),
        queues: retained(rows(queue)),
        system: retained(system),
        storage: retained(optional({ used: amounts, limits: amounts })),
        security: retained(optional({ bannedAddresses: count })),
        quality: retained(quality),
      }),
      counters,
      suspendedUntilWall: fc.oneof(fc.constant(0), wall),
    }),
    optional({ lastRound, lastSuccessAtWall: wall, certificateExpiry: retained(strangeNumber) }),
    fc.array(count, { maxLength: 6 }),
    optional({ quality }),
  )
  .map(([fixed, told, counts, { quality: counted }]) => ({
    ...fixed,
    ...told,
    counters: {
      ...fixed.counters,
      ...(counted === undefined ? {} : { quality: counted }),
      peerReachableChanges: changesOf(fixed.retained.peers?.value ?? [], counts),
      trunkStateChanges: changesOf(fixed.retained.trunks?.value ?? [], counts),
    },
  }));

const target: fc.Arbitrary<PageTarget> = fc.record(
  {
    identity: fc.record({
      name: anyText,
      family: fc.constantFrom('asterisk', 'mikopbx'),
      labels: fc
        .dictionary(fc.stringMatching(/^[a-z_][a-z0-9_]{0,2}$/), anyText, { maxKeys: 3 })
        .filter((labels) => !('pbx' in labels)),
      peerNames: fc.constantFrom(...peerNameModes),
      peerLimit: fc.constantFrom(0, 2, 5000),
      userAgents: fc.constantFrom(0, 2, 50),
      peerDevices: fc.boolean(),
      staleAfterMs: fc.constantFrom(1000, 60_000, 90_000),
    }),
    record,
    overdueMs: fc.integer({ min: 0, max: 1_000_000 }),
  },
  { requiredKeys: ['identity', 'record'] },
);

/** Up to four targets with different names. */
export const anyTargets: fc.Arbitrary<readonly PageTarget[]> = fc.uniqueArray(target, {
  selector: ({ identity }) => identity.name.toWellFormed(),
  maxLength: 4,
});

/** Targets with a hundred times as many phones, so that blocks are compressed separately and joined to pages. */
export const anyLargeTargets: fc.Arbitrary<readonly PageTarget[]> = anyTargets.map((targets) =>
  targets.map(({ identity, record, ...rest }) => {
    const { peers } = record.retained;
    const value = (peers?.value ?? []).flatMap((one) =>
      Array.from({ length: 100 }, (_, index) => ({ ...one, id: `${index} ${one.id}` })),
    );
    const retained = { ...record.retained, peers: { readAt: now, value } };
    return { ...rest, identity: { ...identity, peerLimit: 5_000 }, record: { ...record, retained } };
  }),
);
