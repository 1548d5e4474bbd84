import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { AgentState, Collector, PeerState, Resource, SkipReason, TrunkState } from '../snapshot/reading.ts';

/** What each word means that a label can hold, for the reference page. */
interface Meanings {
  readonly peerStates: Readonly<Record<PeerState, string>>;
  readonly trunkStates: Readonly<Record<TrunkState, string>>;
  readonly agentStates: Readonly<Record<AgentState, string>>;
  readonly resources: Readonly<Record<Resource, string>>;
  readonly collectors: Readonly<Record<Collector, string>>;
  readonly failureReasons: Readonly<Record<FailureReason, string>>;
  readonly skipReasons: Readonly<Record<SkipReason, string>>;
}

/** The compiler sees to it that no word is forgotten. */
export const labelMeanings: Meanings = {
  peerStates: {
    reachable: 'a phone is registered and answers, or the PBX says that it can be reached',
    unreachable: 'a phone is registered but does not answer',
    unregistered: 'no phone is registered',
    disabled: 'switched off by the administrator of the PBX',
    unknown: 'the PBX does not tell, or uses a word that the exporter does not know',
  },
  trunkStates: {
    registered: 'registered with the provider',
    registering: 'the registration is under way',
    unregistered: 'meant to register, but not registered',
    rejected: 'the provider refused the registration',
    failed: 'the PBX reports a fault of the trunk',
    reachable: 'not meant to register; the other side answers',
    unreachable: 'the other side does not answer',
    unmonitored: 'in service as configured, but nothing checks it',
    disabled: 'switched off by the administrator of the PBX',
    unknown: 'the PBX does not tell, or uses a word that the exporter does not know',
  },
  agentStates: {
    available: 'ready to take a call',
    ringing: 'being called',
    in_call: 'talking',
    on_hold: 'has a caller on hold',
    paused: 'takes a break',
    wrap_up: 'finishing work after a call',
    unavailable: 'signed in, but cannot be called',
    unknown: 'the PBX does not tell',
  },
  resources: {
    calls: 'calls at the same time',
    channels: 'channels, or sessions: a call between two phones has two of them',
    extensions: 'extensions that are set up',
    users: 'users that are set up',
    online_users: 'users who are signed in with a phone or an app',
    trunks: 'trunks that are set up',
    recording_bytes: 'space of recordings, in bytes',
    disk_bytes: 'space of the disk that the PBX keeps its data on, in bytes',
  },
  collectors: {
    peers: 'the list of extensions and phones',
    trunks: 'the list of trunks',
    calls: 'active calls',
    queues: 'call queues',
    system: 'version, model, uptime, use and limits, licence',
    storage: 'use of the disk',
    security: 'addresses that the PBX keeps out',
    quality: 'how calls sound, and changes of state between rounds',
  },
  failureReasons: {
    dns: 'the host name of the PBX cannot be resolved',
    connect: 'no connection to the PBX, or it was closed before an answer began',
    tls: 'the certificate or the TLS handshake was refused',
    timeout: 'the PBX did not answer in time',
    http_status: 'an HTTP status that the API of this PBX gives no meaning to',
    redirect: 'the PBX wanted to send us elsewhere; the exporter does not follow',
    protocol: 'the answer has not the expected format or shape, was cut off, or is too large',
    bad_credentials: 'user name, password, token or key was refused',
    locked_out: 'the PBX refuses logins after too many tries',
    two_factor_required: 'the account asks for a second factor, which a program does not have',
    session_lost: 'the session was refused again right after a new login',
    forbidden: 'the account lacks a right',
    rate_limited: 'the PBX says that we ask too often',
    service_unavailable: 'the PBX says that its own API or telephony core is down',
    config: 'the configuration does not fit this PBX: wrong address, unknown domain, or an API that it does not have',
    suspended:
      'no request was sent: the exporter waits before the next login, so that the PBX does not lock the account',
  },
  skipReasons: {
    malformed: 'the row could not be understood and was left out',
    limit: 'the row was beyond `peers.limit` and was left out',
    unknown_state:
      'the row has a state that the exporter does not know; it was kept, as a rule with the state `unknown`',
  },
};
