import { Counter, Gauge, Histogram as PromHistogram, type OpenMetricsContentType, Registry } from 'prom-client';
import type { PageTarget } from '../../src/exposition/page.ts';
import { type TargetMetricName, targetMetrics } from '../../src/exposition/metric-table.ts';
import type { TextFormat } from '../../src/exposition/negotiate.ts';
import {
  delayBuckets,
  type FinishedLegs,
  type Histogram,
  legMedia,
  legOutcomes,
  lossBuckets,
  lossThresholds,
  rtpDirections,
} from '../../src/snapshot/call-quality.ts';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import {
  agentStates,
  callDirections,
  collectors,
  licenseKinds,
  peerStates,
  resources,
  trunkStates,
} from '../../src/snapshot/reading.ts';

type Value = number | boolean | undefined;
type Add = (metric: TargetMetricName, labels: Record<string, string>, value: Value) => void;

type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

interface Sample {
  readonly metric: TargetMetricName;
  readonly labels: Record<string, string>;
  readonly value: number;
  /** Only for histograms: the observations, with the bounds of the buckets. */
  readonly observed?: Histogram & { readonly bounds: readonly number[] };
}

/** A short substitute for the keyed hash that is easy to recognize in tests. */
export const testHash = (name: string): string => `hash-of-${name.length}`;

/**
 * Returns the page of these targets as prom-client writes it, from samples that are computed here without any code of the renderer. Two
 * intended differences are removed from the output of prom-client: blank lines, and the header lines of metrics without a sample.
 */
export async function referencePage(targets: readonly PageTarget[], now: number, format: TextFormat): Promise<Buffer> {
  const samples = targets.flatMap((target) => samplesOf(target, now));
  const registry = newRegistry(format);
  for (const metric of targetMetrics) {
    const own = samples.filter(({ metric: name }) => name === metric.name);
    if (own.length > 0) register(registry, metric, own);
  }
  const text = await registry.metrics();
  const lines = text.split('\n').filter((line) => line !== '');
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
}

function register(registry: AnyRegistry, row: (typeof targetMetrics)[number], samples: readonly Sample[]): void {
  const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
  const options = { name: row.name, help: row.help, labelNames, registers: [registry] };
  if (row.type === 'histogram') {
    registerHistogram(registry, options, samples);
    return;
  }
  if (row.type === 'counter') {
    const counter = new Counter(options);
    for (const { labels, value } of samples) counter.inc(labels, value);
    return;
  }
  const gauge = new Gauge(options);
  for (const { labels, value } of samples) gauge.set(labels, value);
}

/** Registers a histogram of which only the bucket counts and the sum are known. */
function registerHistogram(
  registry: AnyRegistry,
  { name, help, labelNames }: { readonly name: string; readonly help: string; readonly labelNames: string[] },
  samples: readonly Sample[],
): void {
  const histogram = new PromHistogram({ name, help, labelNames, registers: [registry] });
  const values = samples.flatMap(({ labels, observed }) => {
    const { counts = [], sum = 0, bounds = [] } = observed ?? {};
    const total = (end: number): number => counts.slice(0, end).reduce((all, one) => all + one, 0);
    const buckets = [...bounds, '+Inf'].map((le, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le },
      value: total(index + 1),
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total(counts.length) },
    ];
  });
  // The registry prefers this method if it exists; the type definitions do not include it.
  Object.assign(histogram, { getForPromString: () => Promise.resolve({ name, help, type: 'histogram', values }) });
}

function newRegistry(format: TextFormat): AnyRegistry {
  if (format === 'text') return new Registry();
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

function samplesOf(target: PageTarget, now: number): readonly Sample[] {
  const samples: Sample[] = [];
  const add: Add = (metric, labels, value) => {
    if (value === undefined || !Number.isFinite(Number(value))) return;
    samples.push({ metric, labels: { pbx: target.identity.name, ...labels }, value: Number(value) });
  };
  addRound(add, target);
  addCounters(add, target);
  addTarget(add, target);
  addCertificate(add, target, now);
  addParts(add, target, now);
  return [...samples, ...qualityHistograms(target)];
}

function addRound(add: Add, { record, overdueMs }: PageTarget): void {
  add('pbx_up', {}, record.up);
  for (const collector of collectors)
    add('pbx_collector_success', { collector }, record.collectors[collector]?.success);
  const round = record.lastRound;
  add('pbx_round_overdue_seconds', {}, overdueMs === undefined ? undefined : Math.round(overdueMs) / 1000);
  add('pbx_round_duration_seconds', {}, round && Math.round(round.durationMs * 1000) / 1e6);
  add('pbx_last_round_timestamp_seconds', {}, round && round.endedAtWall / 1000);
  add('pbx_last_success_timestamp_seconds', {}, record.lastSuccessAtWall && record.lastSuccessAtWall / 1000);
  if (round?.reason !== undefined) add('pbx_last_failure', { reason: round.reason }, 1);
  add('pbx_login_suspended_until_timestamp_seconds', {}, record.suspendedUntilWall / 1000);
}

function addCounters(add: Add, { record: { counters } }: PageTarget): void {
  for (const reason of failureReasons) add('pbx_round_failures_total', { reason }, counters.roundFailures[reason] ?? 0);
  add('pbx_logins_total', { result: 'success' }, counters.logins.success);
  add('pbx_logins_total', { result: 'failure' }, counters.logins.failure);
  for (const collector of collectors) {
    for (const [reason, count] of Object.entries(counters.collectorFailures[collector] ?? {}))
      add('pbx_collector_failures_total', { collector, reason }, count);
    for (const [reason, count] of Object.entries(counters.rowsSkipped[collector] ?? {}))
      add('pbx_rows_skipped_total', { collector, reason }, count);
  }
  for (const [call, results] of Object.entries(counters.requests))
    for (const [result, count] of Object.entries(results)) add('pbx_api_requests_total', { call, result }, count);
}

function addQuality(add: Add, record: PageTarget['record'], trunks: ValueOf<'trunks'>): void {
  add('pbx_event_gaps_total', {}, record.counters.quality?.eventGaps);
  const finished = record.counters.quality?.finished;
  if (finished === undefined) return;
  for (const measured of legOutcomes) add('pbx_call_legs_finished_total', { measured }, finished.outcomes[measured]);
  for (const direction of rtpDirections) {
    add('pbx_rtp_packets_received_total', { direction }, finished.packets[direction].received);
    add('pbx_rtp_packets_lost_total', { direction }, finished.packets[direction].lost);
  }
  for (const { id: trunk } of trunks) {
    const legs = finished.trunks.get(trunk);
    add('pbx_trunk_rtp_packets_received_total', { trunk }, legs?.packets.received);
    add('pbx_trunk_rtp_packets_lost_total', { trunk }, legs?.packets.lost);
    add('pbx_trunk_call_legs_measured_total', { trunk }, legs?.measured);
    for (const threshold of lossThresholds)
      add('pbx_trunk_call_legs_lossy_total', { trunk, threshold }, legs?.lossy[threshold]);
  }
}

function addRunning(add: Add, running: ValueOf<'quality'>['running']): void {
  for (const media of legMedia) add('pbx_call_legs', { media }, running?.media[media]);
  for (const threshold of lossThresholds) add('pbx_call_legs_lossy', { threshold }, running?.lossy?.[threshold]);
}

function qualityHistograms({ identity, record }: PageTarget): readonly Sample[] {
  const finished = record.counters.quality?.finished;
  if (finished === undefined) return [];
  const pbx = identity.name;
  const of = (
    metric: TargetMetricName,
    observed: Histogram,
    bounds: readonly number[],
    labels: Record<string, string> = {},
  ): Sample => ({ metric, labels: { pbx, ...labels }, value: 0, observed: { ...observed, bounds } });
  const perDirection = (metric: TargetMetricName, of_: FinishedLegs['loss'], bounds: readonly number[]): Sample[] =>
    rtpDirections.map((direction) => of(metric, of_[direction], bounds, { direction }));
  return [
    ...perDirection('pbx_call_leg_loss_ratio', finished.loss, lossBuckets),
    ...perDirection('pbx_call_leg_jitter_seconds', finished.jitter, delayBuckets),
    of('pbx_call_leg_roundtrip_seconds', finished.roundtrip, delayBuckets),
  ];
}

function addTarget(add: Add, { identity }: PageTarget): void {
  add('pbx_target_info', { family: identity.family, ...identity.labels }, 1);
}

function addCertificate(add: Add, { identity, record: { certificateExpiry } }: PageTarget, now: number): void {
  if (certificateExpiry === undefined || now - certificateExpiry.readAt >= identity.staleAfterMs) return;
  add('pbx_tls_certificate_expiry_timestamp_seconds', {}, certificateExpiry.value);
}

function addParts(add: Add, target: PageTarget, now: number): void {
  const { identity, record } = target;
  const shown = Object.entries(record.retained).filter(([, part]) => now - part.readAt < identity.staleAfterMs);
  const age = Math.max(...shown.map(([, part]) => now - part.readAt));
  add('pbx_snapshot_age_seconds', {}, Math.round(age) / 1000);
  const { peers, trunks, calls, queues, system, quality }: Held = Object.fromEntries(shown);
  addRunning(add, quality?.value.running);
  if (system) addSystem(add, system.value);
  addRows(add, target, { ...(peers && { peers }), ...(trunks && { trunks }) });
  addCalls(add, calls?.value ?? {});
  addUsage(add, Object.fromEntries(shown));
  for (const queue of queues?.value ?? []) addQueue(add, queue);
}

function addRows(add: Add, { identity, record }: PageTarget, { peers, trunks }: Held): void {
  if (peers) addPeers(add, identity, peers.value);
  if (trunks) addTrunks(add, trunks.value);
  const rows = { peers: peers?.value.slice(0, identity.peerLimit) ?? [], trunks: trunks?.value ?? [] };
  addChanges(add, record.counters, rows);
  addQuality(add, record, rows.trunks);
}

function addChanges(
  add: Add,
  { peerReachableChanges, trunkStateChanges }: PageTarget['record']['counters'],
  { peers, trunks }: { readonly peers: ValueOf<'peers'>; readonly trunks: ValueOf<'trunks'> },
): void {
  for (const { id: peer } of peers) add('pbx_peer_reachable_changes_total', { peer }, peerReachableChanges.get(peer));
  for (const { id: trunk } of trunks) add('pbx_trunk_state_changes_total', { trunk }, trunkStateChanges.get(trunk));
}

type Held = PageTarget['record']['retained'];
type ValueOf<Name extends keyof Held> = NonNullable<Held[Name]>['value'];

function addSystem(add: Add, { version, model, uptimeSeconds, ...others }: ValueOf<'system'>): void {
  add('pbx_uptime_seconds', {}, uptimeSeconds);
  add('pbx_calls_processed_total', {}, others.callsProcessed);
  for (const kind of licenseKinds)
    add('pbx_license_expiry_timestamp_seconds', { kind }, others.licenseExpiries?.[kind]);
  if (version !== undefined || model !== undefined) add('pbx_info', { version: version ?? '', model: model ?? '' }, 1);
}

function addPeers(add: Add, identity: PageTarget['identity'], peers: ValueOf<'peers'>): void {
  addDevices(add, identity, peers);
  for (const state of peerStates) add('pbx_peers', { state }, peers.filter((row) => row.state === state).length);
  for (const { id: peer, state, ...row } of peers.slice(0, identity.peerLimit)) {
    const neither = state === 'disabled' || state === 'unknown';
    if (!neither) add('pbx_peer_reachable', { peer }, state === 'reachable' ? 1 : 0);
    if (!neither) add('pbx_peer_registered', { peer }, row.registered);
    add('pbx_peer_roundtrip_microseconds', { peer }, row.roundtripMicroseconds);
    add('pbx_peer_contacts', { peer }, row.contacts);
    add('pbx_peer_in_call', { peer }, row.inCall);
    add('pbx_peer_maintenance', { peer }, row.maintenance);
    const { name = '' } = row;
    if (identity.peerNames === 'plain') add('pbx_peer_info', { peer, name }, 1);
    add('pbx_peer_registration_expiry_timestamp_seconds', { peer }, row.registrationExpiry);
    if (identity.peerDevices === true) addPeerDevices(add, peer, row.devices);
    if (identity.peerNames === 'hash') add('pbx_peer_info', { peer, name: name === '' ? '' : testHash(name) }, 1);
  }
}

function addUsage(add: Add, { system, storage, security }: Held): void {
  for (const resource of resources) {
    add('pbx_used', { resource }, storage?.value.used?.[resource] ?? system?.value.used?.[resource]);
    add('pbx_limit', { resource }, storage?.value.limits?.[resource] ?? system?.value.limits?.[resource]);
  }
  add('pbx_banned_addresses', {}, security?.value.bannedAddresses);
}

function addCalls(add: Add, calls: ValueOf<'calls'>): void {
  for (const direction of callDirections) add('pbx_calls', { direction }, calls[direction]);
  add('pbx_longest_call_seconds', {}, calls.longestSeconds);
}

function addPeerDevices(add: Add, peer: string, devices: ValueOf<'peers'>[number]['devices'] = []): void {
  const told = devices.map(({ userAgent, transport = '' }) => JSON.stringify([userAgent, transport]));
  for (const one of new Set(told)) {
    const [userAgent, transport]: readonly string[] = JSON.parse(one);
    add('pbx_peer_device_info', { peer, user_agent: userAgent ?? '', transport: transport ?? '' }, 1);
  }
}

function addDevices(add: Add, { userAgents = 50 }: PageTarget['identity'], peers: ValueOf<'peers'>): void {
  const all = peers.flatMap(({ devices = [] }) => devices.map(({ userAgent }) => userAgent)).toSorted();
  const groups = [...Map.groupBy(all, (userAgent) => userAgent)]
    .map(([name, found]) => ({ name, count: found.length }))
    .toSorted((one, other) => other.count - one.count);
  const counts = new Map<string, number>();
  for (const [rank, { name, count }] of groups.entries()) {
    const shown = rank < userAgents ? name : 'other';
    counts.set(shown, (counts.get(shown) ?? 0) + count);
  }
  if (userAgents === 0) return;
  for (const name of [...counts.keys()].toSorted()) add('pbx_devices', { user_agent: name }, counts.get(name));
}

function addTrunks(add: Add, trunks: ValueOf<'trunks'>): void {
  for (const state of trunkStates) add('pbx_trunks', { state }, trunks.filter((row) => row.state === state).length);
  for (const { id: trunk, state: current, ...row } of trunks) {
    const neither = current === 'disabled' || current === 'unknown';
    if (!neither) add('pbx_trunk_up', { trunk }, ['registered', 'reachable', 'unmonitored'].includes(current));
    if (!neither) add('pbx_trunk_registered', { trunk }, row.registered);
    for (const state of trunkStates) add('pbx_trunk_state', { trunk, state }, state === current ? 1 : 0);
    add('pbx_trunk_roundtrip_microseconds', { trunk }, row.roundtripMicroseconds);
    const { name = '', kind = '', host = '', rawState = '' } = row;
    add('pbx_trunk_info', { trunk, name, kind, host, raw_state: rawState }, 1);
  }
}

function addQueue(add: Add, { id: queue, waitingCallers, agents }: ValueOf<'queues'>[number]): void {
  add('pbx_queue_waiting_callers', { queue }, waitingCallers);
  for (const state of agents === undefined ? [] : agentStates)
    add('pbx_queue_agents', { queue, state }, agents?.[state] ?? 0);
}
