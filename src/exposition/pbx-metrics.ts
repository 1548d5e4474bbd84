import type { MetricDeclaration } from './metric-declaration.ts';
import { peerMetrics } from './peer-metrics.ts';

const group = 'target';

/** What was read from a PBX: itself, its peers, trunks, calls and queues. */
export const pbxMetrics = [
  {
    name: 'pbx_target_info',
    type: 'gauge',
    help: 'Configured PBX with its family and the labels from the configuration, always 1.',
    labels: ['pbx', 'family'],
    group,
    source: 'The configuration; the keys under `labels:` of the target are further labels. Always present.',
  },
  {
    name: 'pbx_info',
    type: 'gauge',
    help: 'Version and model as the PBX tells them, always 1.',
    labels: ['pbx', 'version', 'model'],
    group,
    source: 'Collector `system`. Absent where the PBX tells neither; a label that it does not tell is empty.',
  },
  {
    name: 'pbx_uptime_seconds',
    type: 'gauge',
    help: 'Seconds since the PBX, or its telephony core, started.',
    labels: ['pbx'],
    group,
    source: 'Collector `system`. Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_used',
    type: 'gauge',
    help: 'How much of a resource of the PBX is in use.',
    labels: ['pbx', 'resource'],
    group,
    source: 'Collector `system`, and `storage` for the disk. Only resources that the PBX tells.',
  },
  {
    name: 'pbx_limit',
    type: 'gauge',
    help: 'How much of a resource the PBX or its licence allows at most.',
    labels: ['pbx', 'resource'],
    group,
    source:
      'Collector `system`, and `storage` for the disk. Only resources that the PBX tells; absent where it says that there is no limit.',
  },
  {
    name: 'pbx_license_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When a licence of the PBX ends, as seconds since 1970.',
    labels: ['pbx', 'kind'],
    group,
    source:
      'Collector `system`. `kind` is `license` (the right to use the PBX) or `maintenance` (new versions and help). Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_tls_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the first certificate ends of the chain that the PBX sent, as seconds since 1970.',
    labels: ['pbx'],
    group,
    source:
      'The TLS handshake, whether the certificate is checked or not, and also where it was refused. Absent for http, and once no connection has come about for `stale_after`.',
  },
  {
    name: 'pbx_banned_addresses',
    type: 'gauge',
    help: 'Number of addresses that the PBX keeps out because they failed to log in too often.',
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
      'Collector `trunks`. Present only where the trunk is meant to register; absent for the states `disabled` and `unknown`.',
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
    source: 'Collector `trunks`. Absent where the PBX has measured none.',
  },
  {
    name: 'pbx_trunk_info',
    type: 'gauge',
    help: 'Name, kind, provider host and vendor state of the trunk, always 1.',
    labels: ['pbx', 'trunk', 'name', 'kind', 'host', 'raw_state'],
    group,
    source:
      'Collector `trunks`. `raw_state` is the word of the PBX itself. A label that the PBX does not tell is empty.',
  },
  {
    name: 'pbx_calls',
    type: 'gauge',
    help: 'Number of active calls by direction.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `calls` (not collected by default). Directions are `inbound`, `outbound` and `internal`, or `all` where the PBX tells only a total.',
  },
  {
    name: 'pbx_longest_call_seconds',
    type: 'gauge',
    help: 'How long the longest active call has been running.',
    labels: ['pbx'],
    group,
    source:
      'Collector `calls` (not collected by default), by the clock of the PBX. Absent while there is no call, and where the PBX does not tell it.',
  },
  {
    name: 'pbx_calls_processed_total',
    type: 'counter',
    help: 'Calls since the telephony core of the PBX started.',
    labels: ['pbx'],
    group,
    source:
      'Collector `system`. Counted by the PBX, so calls between two rounds are in it; it begins anew with each start of the PBX, as counters may. Absent where the PBX does not count.',
  },
  {
    name: 'pbx_queue_waiting_callers',
    type: 'gauge',
    help: 'Number of callers waiting in the queue.',
    labels: ['pbx', 'queue'],
    group,
    source: 'Collector `queues` (not collected by default). Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_queue_agents',
    type: 'gauge',
    help: 'Number of agents of the queue in each state.',
    labels: ['pbx', 'queue', 'state'],
    group,
    source: 'Collector `queues` (not collected by default). All states are present where the PBX tells agents at all.',
  },
  {
    name: 'pbx_peer_reachable_changes_total',
    type: 'counter',
    help: 'How often the peer was seen to become reachable or unreachable between two rounds.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Counted by the exporter, so that flapping between two scrapes is not lost. Shown as long as the peers are.',
  },
  {
    name: 'pbx_trunk_state_changes_total',
    type: 'counter',
    help: 'How often the trunk was seen to change its state between two rounds.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Counted by the exporter, so that flapping between two scrapes is not lost. Shown as long as the trunks are.',
  },
] as const satisfies readonly MetricDeclaration[];
