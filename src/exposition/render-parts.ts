import {
  agentStates,
  callDirections,
  licenseKinds,
  peerStates,
  resources,
  trunkStates,
  type Calls,
  type Device,
  type Peer,
  type Queue,
  type SystemFacts,
  type Trunk,
  type TrunkState,
  type Usage,
} from '../snapshot/reading.ts';
import { type NameHash, shownPeerName } from '../snapshot/peer-name.ts';
import type { TargetIdentity } from '../snapshot/record.ts';
import { countDevices } from '../snapshot/device-counts.ts';
import { label, type LabelText, type TargetLines } from './target-lines.ts';

/** The value of `pbx_trunk_up` for each state; undefined if there is no sample. */
const trunkUp: Readonly<Record<TrunkState, boolean | undefined>> = {
  registered: true,
  reachable: true,
  unmonitored: true,
  registering: false,
  unregistered: false,
  rejected: false,
  failed: false,
  unreachable: false,
  disabled: undefined,
  unknown: undefined,
};

/** Labels of all trunk states, created once because every trunk has a line for each state. */
const trunkStateLabels = trunkStates.map((state) => ({ state, text: label('state', state) }));

/** Adds the lines of collector `system`. */
export function addSystem(lines: TargetLines, system: SystemFacts): void {
  const { version, model } = system;
  lines.add('pbx_uptime_seconds', '', system.uptimeSeconds);
  lines.add('pbx_calls_processed_total', '', system.callsProcessed);
  for (const kind of licenseKinds)
    lines.add('pbx_license_expiry_timestamp_seconds', label('kind', kind), system.licenseExpiries?.[kind]);
  if (version === undefined && model === undefined) return;
  lines.add('pbx_info', `${label('version', version ?? '')},${label('model', model ?? '')}`, 1);
}

/** Adds the lines of used and available resources from all collectors, each resource once. */
export function addUsage(lines: TargetLines, { used, limits }: Usage): void {
  for (const resource of resources) {
    const labels = label('resource', resource);
    lines.add('pbx_used', labels, used?.[resource]);
    lines.add('pbx_limit', labels, limits?.[resource]);
  }
}

/** Inputs of the lines of peers besides the list. */
export interface PeerOptions {
  readonly identity: TargetIdentity;
  readonly hashName: NameHash;
  /** Number of changes of reachability, by peer. */
  readonly changes: ReadonlyMap<string, number>;
}

/** Adds the lines of collector `peers`. The totals count all rows; peers beyond `peers.limit` have no separate lines. */
export function addPeers(lines: TargetLines, rows: readonly Peer[], options: PeerOptions): void {
  const peers = uniqueById(rows);
  addCounts(lines, 'pbx_peers', peerStates, peers);
  for (const peer of peers.slice(0, options.identity.peerLimit)) {
    const labels = label('peer', peer.id);
    const hasStatus = peer.state !== 'disabled' && peer.state !== 'unknown';
    // Peers without a name get an empty one, so that a join with `pbx_peer_info` keeps every peer.
    const name = shownPeerName(peer.name, options.identity, options.hashName);
    lines.add('pbx_peer_reachable', labels, hasStatus ? peer.state === 'reachable' : undefined);
    lines.add('pbx_peer_registered', labels, hasStatus ? peer.registered : undefined);
    lines.add('pbx_peer_roundtrip_microseconds', labels, peer.roundtripMicroseconds);
    lines.add('pbx_peer_contacts', labels, peer.contacts);
    lines.add('pbx_peer_in_call', labels, peer.inCall);
    lines.add('pbx_peer_maintenance', labels, peer.maintenance);
    lines.add('pbx_peer_reachable_changes_total', labels, options.changes.get(peer.id));
    if (name !== undefined) lines.add('pbx_peer_info', `${labels},${label('name', name)}`, 1);
    lines.add('pbx_peer_registration_expiry_timestamp_seconds', labels, peer.registrationExpiry);
    if (options.identity.peerDevices === true) addDevices(lines, labels, peer.devices ?? []);
  }
  for (const { userAgent, count } of countDevices(peers, options.identity.userAgents))
    lines.add('pbx_devices', label('user_agent', userAgent), count);
}

/** Adds one line per device; devices with equal labels share one series. */
function addDevices(lines: TargetLines, peer: LabelText, devices: readonly Device[]): void {
  const texts = devices.map(
    ({ userAgent, transport = '' }) => `${label('user_agent', userAgent)},${label('transport', transport)}`,
  );
  for (const text of new Set(texts)) lines.add('pbx_peer_device_info', `${peer},${text}`, 1);
}

/** Adds the lines of collector `trunks`. `changes` is the number of state changes by trunk. */
export function addTrunks(lines: TargetLines, rows: readonly Trunk[], changes: ReadonlyMap<string, number>): void {
  const trunks = uniqueById(rows);
  addCounts(lines, 'pbx_trunks', trunkStates, trunks);
  for (const trunk of trunks) {
    const labels = label('trunk', trunk.id);
    const hasStatus = trunk.state !== 'disabled' && trunk.state !== 'unknown';
    lines.add('pbx_trunk_up', labels, trunkUp[trunk.state]);
    lines.add('pbx_trunk_registered', labels, hasStatus ? trunk.registered : undefined);
    lines.add('pbx_trunk_roundtrip_microseconds', labels, trunk.roundtripMicroseconds);
    lines.add('pbx_trunk_state_changes_total', labels, changes.get(trunk.id));
    lines.add('pbx_trunk_info', `${labels},${trunkFacts(trunk)}`, 1);
    for (const { state, text } of trunkStateLabels)
      lines.add('pbx_trunk_state', `${labels},${text}`, trunk.state === state);
  }
}

/** Adds the lines of collector `calls`. */
export function addCalls(lines: TargetLines, calls: Calls): void {
  for (const direction of callDirections) lines.add('pbx_calls', label('direction', direction), calls[direction]);
  lines.add('pbx_longest_call_seconds', '', calls.longestSeconds);
}

/** Adds the lines of collector `queues`. */
export function addQueues(lines: TargetLines, rows: readonly Queue[]): void {
  for (const queue of uniqueById(rows)) {
    const labels = label('queue', queue.id);
    lines.add('pbx_queue_waiting_callers', labels, queue.waitingCallers);
    if (queue.agents === undefined) continue;
    for (const state of agentStates)
      lines.add('pbx_queue_agents', `${labels},${label('state', state)}`, queue.agents[state] ?? 0);
  }
}

function addCounts<State extends string>(
  lines: TargetLines,
  metric: 'pbx_peers' | 'pbx_trunks',
  states: readonly State[],
  rows: readonly { readonly state: State }[],
): void {
  const counts = new Map(states.map((state) => [state, 0]));
  for (const row of rows) counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
  for (const state of states) lines.add(metric, label('state', state), counts.get(state));
}

function trunkFacts(trunk: Trunk): string {
  const { name = '', kind = '', host = '', rawState = '' } = trunk;
  return [label('name', name), label('kind', kind), label('host', host), label('raw_state', rawState)].join(',');
}

/** One row per printed id. If a label set occurs twice, Prometheus drops one sample and warns at each scrape. */
function uniqueById<Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter(({ id }) => {
    const before = seen.size;
    return seen.add(id.toWellFormed()).size > before;
  });
}
