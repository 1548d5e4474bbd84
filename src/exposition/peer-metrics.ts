import type { MetricDeclaration } from './metric-declaration.ts';

const group = 'target';

/** Metrics of the peers of a PBX and of their registered devices. */
export const peerMetrics = [
  {
    name: 'pbx_peers',
    type: 'gauge',
    help: 'Number of peers (extensions and phones) in each state.',
    labels: ['pbx', 'state'],
    group,
    source:
      'Collector `peers`, counted over all rows of the list, including those beyond `peers.limit`. All states are present once the list was read.',
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
      'Collector `peers`. Absent if the PBX does not report registration separately from reachability, and for a peer whose state is `disabled` or `unknown`.',
  },
  {
    name: 'pbx_peer_roundtrip_microseconds',
    type: 'gauge',
    help: 'Roundtrip of the last check of the peer, in microseconds; the shortest one if several phones are registered.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent if the PBX has not measured one.',
  },
  {
    name: 'pbx_peer_contacts',
    type: 'gauge',
    help: 'Number of phones registered for the peer.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_peer_in_call',
    type: 'gauge',
    help: 'Whether the peer is ringing, talking or on hold: 1 yes, 0 no.',
    labels: ['pbx', 'peer'],
    group,
    source: 'Collector `peers`. Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_peer_info',
    type: 'gauge',
    help: 'Display name of the peer, always 1.',
    labels: ['pbx', 'peer', 'name'],
    group,
    source:
      'Collector `peers`. Depends on `peers.names`: `plain` shows the name, `hash` a keyed hash of it, `none` no series at all. A peer without a name has `name=""`, even with `hash`.',
  },
  {
    name: 'pbx_peer_maintenance',
    type: 'gauge',
    help: 'Whether an administrator has put the peer into maintenance, so that the PBX refuses calls to it: 1 yes, 0 no.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Collector `peers`. Absent if the PBX does not report it. A peer in maintenance keeps its reachability; a trunk in maintenance is `disabled`, with `raw_state` `maintenance`.',
  },
  {
    name: 'pbx_peer_device_info',
    type: 'gauge',
    help: 'A device that is registered for the peer, always 1.',
    labels: ['pbx', 'peer', 'user_agent', 'transport'],
    group,
    source:
      'Collector `peers`, with `peers.devices: true` only. Absent if the PBX does not report it; `transport` is empty if it is not known. It contains no address, MAC or account.',
  },
  {
    name: 'pbx_peer_registration_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the registration of the peer expires if its phone does not register again, as seconds since 1970.',
    labels: ['pbx', 'peer'],
    group,
    source:
      'Collector `peers`, with `peers.registration_expiry: true` only; the latest one if several phones are registered. Absent if the PBX does not report it.',
  },
  {
    name: 'pbx_devices',
    type: 'gauge',
    help: 'Number of registered devices by user agent.',
    labels: ['pbx', 'user_agent'],
    group,
    source:
      'Collector `peers`, counted over all rows of the list. Shows the most frequent user agents, at most `peers.user_agents`; the rest count as `other`, and devices without a user agent as `unknown`. It contains no address, MAC or account. Absent if the PBX does not report it.',
  },
] as const satisfies readonly MetricDeclaration[];
