import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { AgentState, Collector, PeerState, Resource, SkipReason, TrunkState } from '../snapshot/reading.ts';

/** The type of {@link labelMeanings}. */
interface Meanings {
  readonly peerStates: Readonly<Record<PeerState, string>>;
  readonly trunkStates: Readonly<Record<TrunkState, string>>;
  readonly agentStates: Readonly<Record<AgentState, string>>;
  readonly resources: Readonly<Record<Resource, string>>;
  readonly collectors: Readonly<Record<Collector, string>>;
  readonly failureReasons: Readonly<Record<FailureReason, string>>;
  readonly skipReasons: Readonly<Record<SkipReason, string>>;
}

/** The meaning of each label value, for the reference page and the status pages. The compiler ensures that none is missing. */
export const labelMeanings: Meanings = {
  peerStates: {
    reachable: 'a phone is registered and answers, or the PBX reports that it can be reached',
    unreachable: 'a phone is registered but does not answer',
    unregistered: 'no phone is registered',
    disabled: 'switched off by the administrator of the PBX',
    unknown: 'the PBX does not report it, or uses a word the exporter does not know',
  },
  trunkStates: {
    registered: 'registered with the provider',
    registering: 'the registration is under way',
    unregistered: 'should register, but is not registered',
    rejected: 'the provider refused the registration',
    failed: 'the PBX reports a fault of the trunk',
    reachable: 'does not register; the other side answers',
    unreachable: 'the other side does not answer',
    unmonitored: 'in service as configured, but nothing checks it',
    disabled: 'switched off by the administrator of the PBX',
    unknown: 'the PBX does not report it, or uses a word the exporter does not know',
  },
  agentStates: {
    available: 'ready to take a call',
    ringing: 'being called',
    in_call: 'talking',
    on_hold: 'has a caller on hold',
    paused: 'on a break',
    wrap_up: 'finishing work after a call',
    unavailable: 'signed in, but cannot be called',
    unknown: 'the PBX does not report it',
  },
  resources: {
    calls: 'calls at the same time',
    channels: 'channels or sessions; a call between two phones has two',
    extensions: 'configured extensions',
    users: 'configured users',
    online_users: 'users who are signed in with a phone or an app',
    trunks: 'configured trunks',
    recording_bytes: 'disk space used by recordings, in bytes',
    disk_bytes: 'space on the data disk of the PBX, in bytes',
  },
  collectors: {
    peers: 'the list of extensions and phones',
    trunks: 'the list of trunks',
    calls: 'active calls',
    queues: 'call queues',
    system: 'version, model, uptime, usage and limits, licence',
    storage: 'disk usage',
    security: 'addresses that the PBX has banned',
    quality: 'call quality, and changes of state between rounds',
  },
  failureReasons: {
    dns: 'the host name of the PBX cannot be resolved',
    connect: 'no connection to the PBX, or it was closed before an answer began',
    tls: 'the certificate or the TLS handshake was refused',
    timeout: 'the PBX did not answer in time',
    http_status: 'an HTTP status that has no meaning in the API of this PBX',
    redirect: 'the PBX sent a redirect, which the exporter does not follow',
    protocol: 'the answer does not have the expected format, was cut off, or is too large',
    bad_credentials: 'the user name, password, token or key was refused',
    locked_out: 'the PBX refuses logins after too many attempts',
    two_factor_required: 'the account requires a second factor, which a program does not have',
    session_lost: 'the session was refused again right after a new login',
    forbidden: 'the account lacks a right',
    rate_limited: 'the PBX reports that requests are too frequent',
    service_unavailable: 'the PBX reports that its own API or telephony core is down',
    config:
      'the configuration does not fit this PBX: a wrong address, an unknown domain, or an API that it does not have',
    suspended:
      'no request was sent: the exporter waits before the next login, so that the PBX does not lock the account',
  },
  skipReasons: {
    malformed: 'the row could not be understood and was left out',
    limit: 'the row exceeded `peers.limit` and was left out',
    unknown_state: 'the row has a state the exporter does not know; it was kept, usually with the state `unknown`',
  },
};
