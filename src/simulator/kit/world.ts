/** State of an extension, independent of the vendor. */
export type ExtensionState = 'reachable' | 'unreachable' | 'unregistered' | 'disabled';

/** Call state of an extension. */
export type CallState = 'idle' | 'ringing' | 'talking' | 'on-hold';

/** One device that is registered to an extension or configured for it. */
export interface Contact {
  /** IPv4 address from a documentation range. */
  address: string;
  port: number;
  transport: 'udp' | 'tcp' | 'tls';
  userAgent: string;
  /** `unasked`: the PBX has not checked the device (yet). */
  state: 'reachable' | 'unreachable' | 'unasked';
  /** Roundtrip of the last check in microseconds. Absent unless reachable. */
  roundtripMicroseconds?: number;
  /** Whether the administrator configured the contact; the device then does not register. */
  static: boolean;
}

/** One extension of the simulated PBX. */
export interface Extension {
  /** Digits as text, including leading zeros. */
  readonly number: string;
  /** Made-up display name. */
  name: string;
  state: ExtensionState;
  call: CallState;
  /** Empty if the extension is unregistered or disabled. */
  contacts: Contact[];
}

/** State of a trunk, independent of the vendor. */
export type TrunkState =
  | 'registered'
  | 'registering'
  | 'unregistered'
  | 'rejected'
  | 'failed'
  | 'reachable'
  | 'unreachable'
  | 'unmonitored'
  | 'disabled'
  | 'unknown';

/** One trunk of the simulated PBX. */
export interface Trunk {
  /** Position in the list, starting at 1, for families that number their trunks. */
  readonly id: number;
  name: string;
  /** `register`: the PBX registers with the provider; `address`: identified by IP address; `line`: an analogue port. */
  kind: 'register' | 'address' | 'line';
  host: string;
  username: string;
  /** Made-up password; sent by families that include secrets in their answers. */
  secret: string;
  state: TrunkState;
  /** Roundtrip in microseconds. Absent if the provider does not answer. */
  roundtripMicroseconds?: number;
}

/** One call in progress. */
export interface Call {
  readonly id: string;
  direction: 'inbound' | 'outbound' | 'internal';
  /** The caller: an extension number or a made-up outside party. `to` has the same form. */
  from: string;
  to: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  state: 'ringing' | 'talking';
}

/** One queue and the extensions of its agents. */
export interface Queue {
  readonly number: string;
  name: string;
  waitingCallers: number;
  agents: { extension: string; paused: boolean }[];
}

/** State of the simulated PBX; each family translates it into its vendor's answers. May be changed at any time. */
export interface World {
  extensions: Extension[];
  trunks: Trunk[];
  calls: Call[];
  queues: Queue[];
  /** Version as the vendor reports it; empty for the default of the family. */
  version: string;
  /** Start time of the telephony core, in milliseconds since 1970. */
  startedAt: number;
}

/** Returns the extension with this number. Throws if there is none, which is a mistake in the test. */
export function extensionOf(world: World, number: string): Extension {
  const found = world.extensions.find((extension) => extension.number === number);
  if (found === undefined) throw new Error(`the simulated PBX has no extension ${number}`);
  return found;
}

/** Returns the trunk with this name. Throws if there is none. */
export function trunkOf(world: World, name: string): Trunk {
  const found = world.trunks.find((trunk) => trunk.name === name);
  if (found === undefined) throw new Error(`the simulated PBX has no trunk ${name}`);
  return found;
}

/** Makes a contact with a made-up address derived from the number. */
export function makeContact(number: string, changes: Partial<Contact> = {}): Contact {
  const digits = Number.parseInt(number.replaceAll(/\D/gu, '').slice(-6) || '0', 10);
  return {
    address: `192.0.2.${(digits % 250) + 1}`,
    port: 5060 + (Math.floor(digits / 250) % 200),
    transport: 'udp',
    userAgent: 'ExamplePhone/4.2',
    state: 'reachable',
    static: false,
    ...changes,
  };
}

/**
 * Changes one extension. A new `state` replaces the contacts by ones that match it, with a roundtrip of
 * `roundtripMicroseconds` (default: 20000) if reachable. `contacts` given in `changes` are used unchanged.
 */
export function setExtension(
  world: World,
  number: string,
  changes: Partial<Omit<Extension, 'number'>> & { readonly roundtripMicroseconds?: number },
): Extension {
  const { roundtripMicroseconds = 20_000, ...fields } = changes;
  const extension = extensionOf(world, number);
  Object.assign(extension, fields);
  if (fields.contacts !== undefined || (fields.state === undefined && changes.roundtripMicroseconds === undefined)) {
    return extension;
  }
  const contact = extension.contacts[0] ?? makeContact(number);
  if (extension.state === 'reachable') {
    extension.contacts = [{ ...contact, state: 'reachable', roundtripMicroseconds }];
  } else if (extension.state === 'unreachable') {
    const { roundtripMicroseconds: _gone, ...silent } = contact;
    extension.contacts = [{ ...silent, state: 'unreachable' }];
  } else {
    extension.contacts = [];
  }
  return extension;
}

/** Changes one trunk and deletes its roundtrip if the new state has none. */
export function setTrunk(world: World, name: string, changes: Partial<Omit<Trunk, 'id'>>): Trunk {
  const trunk = trunkOf(world, name);
  Object.assign(trunk, changes);
  const answers = trunk.state === 'registered' || trunk.state === 'reachable' || trunk.state === 'rejected';
  if (!answers) delete trunk.roundtripMicroseconds;
  return trunk;
}
