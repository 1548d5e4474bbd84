import type { MetricDeclaration } from './metric-declaration.ts';

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
    source: 'Collector `system`. Only resources that the PBX tells.',
  },
  {
    name: 'pbx_limit',
    type: 'gauge',
    help: 'How much of a resource the PBX or its licence allows at most.',
    labels: ['pbx', 'resource'],
    group,
    source: 'Collector `system`. Only resources that the PBX tells; absent where it says that there is no limit.',
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
    name: 'pbx_peers',
    type: 'gauge',
    help: 'Number of peers (extensions and phones) in each state.',
    labels: ['pbx', 'state'],
    group,
    source:
      'Collector `peers`, counted over all rows of the list, also those beyond `peers.limit`. All states are present once the list was read.',
  },
  {
    name: 'pbx_peer_reachable',
    type: 'gauge',
    help: 'Whether the peer can be reached: 1 yes, 0 no.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent for a peer whose state is `disabled` or `unknown`.',
  },
  {
    name: 'pbx_peer_registered',
    type: 'gauge',
    help: 'Whether a phone is registered for the peer: 1 yes, 0 no.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Collector `peers`. Absent where the PBX does not tell registration apart from reachability, and for a peer whose state is `disabled` or `unknown`.',
  },
  {
    name: 'pbx_peer_roundtrip_microseconds',
    type: 'gauge',
    help: 'Roundtrip of the last check of the peer, in microseconds; the best one where several phones are registered.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent where the PBX has measured none.',
  },
  {
    name: 'pbx_peer_contacts',
    type: 'gauge',
    help: 'Number of phones registered for the peer.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_peer_in_call',
    type: 'gauge',
    help: 'Whether the peer is ringing, talking or on hold: 1 yes, 0 no.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_peer_info',
    type: 'gauge',
    help: 'Name of the peer for people, always 1.',
    labels: ['pbx', 'peer', 'name'],
    group,
    source:
      'Collector `peers`. `peers.names` decides: `plain` shows the name, `hash` a keyed hash of it, `none` no series at all. A peer without a name has `name=""`, with `hash` too.',
  },
  {
    name: 'pbx_peer_device_info',
    type: 'gauge',
    help: 'A device that is registered for the peer, always 1.',
    labels: ['pbx', 'peer', 'user_agent', 'transport'],
    group,
    source:
      'Collector `peers`, with `peers.devices: true` only. Absent where the PBX does not tell it; `transport` is empty where it is not told. No address, MAC or account is in it.',
  },
  {
    name: 'pbx_peer_registration_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'Until when the peer is registered, unless its phone registers again, as seconds since 1970.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Collector `peers`, with `peers.registration_expiry: true` only; the last one where several phones are registered. Absent where the PBX does not tell it.',
  },
  {
    name: 'pbx_devices',
    type: 'gauge',
    help: 'Number of registered devices by what they say they are.',
    labels: ['pbx', 'user_agent'],
    group,
    source:
      'Collector `peers`, counted over all rows of the list. The most frequent user agents, at most `peers.user_agents` of them; the rest under `other`, and those that say nothing under `unknown`. No address, MAC or account is in it. Absent where the PBX does not tell it.',
  },
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
