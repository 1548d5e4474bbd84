import type { MetricDeclaration } from './metric-declaration.ts';
import { peerMetrics } from './peer-metrics.ts';

const group = 'target';

/** Metrics of the data read from a PBX: the PBX itself, its peers, trunks, calls and queues. */
export const pbxMetrics = [
  {
    name: 'pbx_target_info',
    type: 'gauge',
    help: 'Configured PBX with its family and the labels from the configuration, always 1.',
    labels: ['pbx', 'family'],
    group,
    source: 'The configuration; the keys under `labels:` of the target are additional labels. Always present.',
  },
  {
    name: 'pbx_info',
    type: 'gauge',
    help: 'Version and model reported by the PBX, always 1.',
    labels: ['pbx', 'version', 'model'],
    group,
    source: 'Collector `system`. Absent if the PBX reports neither; a label that it does not report is empty.',
  },
  {
    name: 'pbx_uptime_seconds',
    type: 'gauge',
    help: 'Seconds since the PBX, or its telephony core, started.',
    labels: ['pbx'],
    group,
    source: 'Collector `system`. Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_used',
    type: 'gauge',
    help: 'How much of a resource of the PBX is in use.',
    labels: ['pbx', 'resource'],
    group,
    source: 'Collector `system`, and `storage` for the disk. Only resources that the PBX reports.',
  },
  {
    name: 'pbx_limit',
    type: 'gauge',
    help: 'How much of a resource the PBX or its licence allows at most.',
    labels: ['pbx', 'resource'],
    group,
    source:
      'Collector `system`, and `storage` for the disk. Only resources that the PBX reports; absent if it reports that there is no limit.',
  },
  {
    name: 'pbx_license_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When a licence of the PBX ends, as seconds since 1970.',
    labels: ['pbx', 'kind'],
    group,
    source:
      'Collector `system`. `kind` is `license` (the right to use the PBX) or `maintenance` (upgrades and support). Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_tls_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the first certificate in the chain sent by the PBX expires, as seconds since 1970.',
    labels: ['pbx'],
    group,
    source:
      'The TLS handshake, even if the certificate is not checked or was refused. Absent for http, and after `stale_after` without a connection.',
  },
  {
    name: 'pbx_banned_addresses',
    type: 'gauge',
    help: 'Number of addresses that the PBX blocks after too many failed logins.',
    labels: ['pbx'],
    group,
    source: 'Collector `security` (not collected by default).',
  },
  ...peerMetrics,
  {
    name: 'pbx_trunks',
    type: 'gauge',
    help: 'Number of trunks in each state.',
    labels: ['pbx', 'state'],
    group,
    source: 'Collector `trunks`, counted over all rows of the list. All states are present once the list was read.',
  },
  {
    name: 'pbx_trunk_up',
    type: 'gauge',
    help: 'Whether the trunk is in service: 1 yes, 0 no.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Collector `trunks`: 1 for the states `registered`, `reachable` and `unmonitored`. Absent for `disabled` and `unknown`.',
  },
  {
    name: 'pbx_trunk_registered',
    type: 'gauge',
    help: 'Whether the trunk is registered with its provider: 1 yes, 0 no.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Collector `trunks`. Present only if the trunk should register; absent for the states `disabled` and `unknown`.',
  },
  {
    name: 'pbx_trunk_state',
    type: 'gauge',
    help: 'State of the trunk: 1 for the state it is in, 0 for all others.',
    labels: ['pbx', 'trunk', 'state'],
    group,
    source: 'Collector `trunks`. One series for each state.',
  },
  {
    name: 'pbx_trunk_roundtrip_microseconds',
    type: 'gauge',
    help: 'Roundtrip of the last check of the trunk, in microseconds.',
    labels: ['pbx', 'trunk'],
    group,
    source: 'Collector `trunks`. Absent if the PBX has not measured one.',
  },
  {
    name: 'pbx_trunk_info',
    type: 'gauge',
    help: 'Name, kind, provider host and vendor state of the trunk, always 1.',
    labels: ['pbx', 'trunk', 'name', 'kind', 'host', 'raw_state'],
    group,
    source:
      'Collector `trunks`. `raw_state` is the state in the words of the PBX. A label that the PBX does not report is empty.',
  },
  {
    name: 'pbx_calls',
    type: 'gauge',
    help: 'Number of active calls by direction.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `calls` (not collected by default). Directions are `inbound`, `outbound` and `internal`, or `all` if the PBX reports only a total.',
  },
  {
    name: 'pbx_longest_call_seconds',
    type: 'gauge',
    help: 'How long the longest active call has been running.',
    labels: ['pbx'],
    group,
    source:
      'Collector `calls` (not collected by default), by the clock of the PBX. Absent while there is no call, and if the PBX does not report it.',
  },
  {
    name: 'pbx_calls_processed_total',
    type: 'counter',
    help: 'Calls since the telephony core of the PBX started.',
    labels: ['pbx'],
    group,
    source:
      'Collector `system`. Counted by the PBX, so it includes calls between two rounds. It restarts at 0 with each start of the PBX. Absent if the PBX does not count calls.',
  },
  {
    name: 'pbx_queue_waiting_callers',
    type: 'gauge',
    help: 'Number of callers waiting in the queue.',
    labels: ['pbx', 'queue'],
    group,
    source: 'Collector `queues` (not collected by default). Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_queue_agents',
    type: 'gauge',
    help: 'Number of agents of the queue in each state.',
    labels: ['pbx', 'queue', 'state'],
    group,
    source: 'Collector `queues` (not collected by default). All states are present if the PBX reports agents at all.',
  },
  {
    name: 'pbx_peer_reachable_changes_total',
    type: 'counter',
    help: 'Number of times that the peer became reachable or unreachable from one round to the next.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Counted by the exporter, so changes between two scrapes are not lost. Shown as long as the peers are shown.',
  },
  {
    name: 'pbx_trunk_state_changes_total',
    type: 'counter',
    help: 'Number of times that the state of the trunk changed from one round to the next.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Counted by the exporter, so changes between two scrapes are not lost. Shown as long as the trunks are shown.',
  },
] as const satisfies readonly MetricDeclaration[];
