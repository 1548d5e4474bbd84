/** How a phone is, in words that every family can translate. */
export type ExtensionState = 'reachable' | 'unreachable' | 'unregistered' | 'disabled';

/** What the phone's user is doing. */
export type CallState = 'idle' | 'ringing' | 'talking' | 'on-hold';

/** One device registered to an extension, or fixed for it in the configuration. */
export interface Contact {
  /** IPv4 address, from a range for documentation. */
  address: string;
  port: number;
  transport: 'udp' | 'tcp' | 'tls';
  userAgent: string;
  /** `unasked`: the PBX has not checked it (yet). */
  state: 'reachable' | 'unreachable' | 'unasked';
  /** Microseconds of the last check; only if reachable. */
  roundtripMicroseconds?: number;
  /** Fixed by the administrator: such a contact does not register. */
  static: boolean;
}

/** One extension of the simulated PBX. */
export interface Extension {
  /** Digits as text, leading zeros kept. */
  readonly number: string;
  /** Name for people, made up. */
  name: string;
  state: ExtensionState;
  call: CallState;
  /** Empty when unregistered; a disabled extension has none. */
  contacts: Contact[];
}

/** How a trunk is, by meaning. */
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
  /** Position in the list from 1, for families that number their trunks. */
  readonly id: number;
  name: string;
  /** `register`: the PBX registers with the provider; `address`: known by its address; `line`: a socket for analogue lines. */
  kind: 'register' | 'address' | 'line';
  host: string;
  username: string;
  /** Made up; families that show secrets in their answers show this one. */
  secret: string;
  state: TrunkState;
  /** Microseconds; only if something answers. */
  roundtripMicroseconds?: number;
}

/** One call in progress. */
export interface Call {
  readonly id: string;
  direction: 'inbound' | 'outbound' | 'internal';
  /** Extension number, or a made-up outside party. */
  from: string;
  to: string;
  /** Wall clock, milliseconds since 1970. */
  startedAt: number;
  state: 'ringing' | 'talking';
}

/** One queue and the extensions that answer it. */
export interface Queue {
  readonly number: string;
  name: string;
  waitingCallers: number;
  agents: { extension: string; paused: boolean }[];
}

/** State of the simulated PBX; each family translates it into its vendor's answers. All of it may be changed at any time. */
export interface World {
  extensions: Extension[];
  trunks: Trunk[];
  calls: Call[];
  queues: Queue[];
  /** The vendor's version text; empty for the family's usual one. */
  version: string;
  /** Wall clock, milliseconds since 1970, when the telephony core started. */
  startedAt: number;
}

/** The extension of that number. Throws when there is none: a test asks for what it made. */
export function extensionOf(world: World, number: string): Extension {
  const found = world.extensions.find((extension) => extension.number === number);
  if (found === undefined) throw new Error(`the simulated PBX has no extension ${number}`);
  return found;
}

/** The trunk of that name. Throws when there is none. */
export function trunkOf(world: World, name: string): Trunk {
  const found = world.trunks.find((trunk) => trunk.name === name);
  if (found === undefined) throw new Error(`the simulated PBX has no trunk ${name}`);
  return found;
}

/** A contact at a made-up address that follows from the number. */
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
 * Changes one extension. A new `state` brings contacts that fit it (a roundtrip in microseconds may be given with
 * `roundtripMicroseconds`, default 20000); contacts given in `changes` are taken as they are.
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

/** Changes one trunk; a roundtrip goes when the new state has none. */
export function setTrunk(world: World, name: string, changes: Partial<Omit<Trunk, 'id'>>): Trunk {
  const trunk = trunkOf(world, name);
  Object.assign(trunk, changes);
  const answers = trunk.state === 'registered' || trunk.state === 'reachable' || trunk.state === 'rejected';
  if (!answers) delete trunk.roundtripMicroseconds;
  return trunk;
}
