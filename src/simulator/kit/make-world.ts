import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { makeContact } from './world.ts';
import type { Extension, Queue, Trunk, World } from './world.ts';

// prettier-ignore
const firstNames = [
  'Ada', 'Bruno', 'Chiara', 'Derya', 'Edgar', 'Fatima', 'Goran', 'Hanna', 'Ivo', 'Jutta', 'Kofi', 'Lena',
  'Miguel', 'Noor', 'Olga', 'Piotr', 'Quentin', 'Rosa', 'Sven', 'Tomoko', 'Ursula', 'Vera', 'Wim', 'Zoë',
] as const;
// prettier-ignore
const lastNames = [
  'Alder', 'Birch', 'Castellan', 'Dunmore', 'Eberlin', 'Fairway', 'Grünfeld', 'Halvorsen', 'Ibarra', 'Jansky',
  'Kettle', 'Lindqvist', 'Marlow', 'Nováček', 'Oakes', 'Perrin', 'Quill', 'Rosen', 'Starling', 'Thorne',
] as const;
const places = ['Reception', 'Workshop', 'Warehouse', 'Meeting Room', 'Lift', 'Front Door'] as const;
const userAgents = ['ExamplePhone/4.2', 'DeskSet/1.18', 'SoftTalk/3.0'] as const;
const carriers = ['northline', 'bluewire', 'telvia', 'harbourtel', 'skyvoice', 'metrocall', 'arcphone'] as const;

/** Options of a made-up PBX. */
export interface WorldOptions {
  /** Number of extensions; the first is 1001. Default: 24. */
  readonly peers?: number;
  /** Number of trunks. Default: 4. */
  readonly trunks?: number;
  /** Equal seeds give equal worlds. Default: 1. */
  readonly seed?: number;
  /** Start time of the PBX, in milliseconds since 1970. Default: 2026-01-05, 06:30 UTC. */
  readonly startedAt?: number;
}

/**
 * Makes up a PBX in which most phones are reachable and most trunks registered. To show every case even in a small demo,
 * the first five extensions are always reachable, unreachable, unregistered, reachable on two devices, and disabled. The
 * first four trunks are always registered, reachable (address-based), rejected, and unregistered.
 */
export function makeWorld(options: WorldOptions = {}): World {
  const { peers = 24, trunks = 4, seed = 1, startedAt = Date.UTC(2026, 0, 5, 6, 30) } = options;
  const random = createRandom(seed);
  const extensions = Array.from({ length: peers }, (_, index) => makeExtension(index, random));
  return {
    extensions,
    trunks: Array.from({ length: trunks }, (_, index) => makeTrunk(index, random)),
    calls: [],
    queues: makeQueues(extensions, random),
    version: '',
    startedAt,
  };
}

function makeExtension(index: number, random: Random): Extension {
  const number = String(1001 + index);
  const name = random.chance(0.85)
    ? `${random.pick(firstNames)} ${random.pick(lastNames)}`
    : `${random.pick(places)} ${random.integer(1, 9)}`;
  const state = extensionState(index, random);
  const extension: Extension = { number, name, state, call: 'idle', contacts: [] };
  if (state !== 'reachable' && state !== 'unreachable') return extension;
  const userAgent = random.pick(userAgents);
  const devices = index === 3 || (index > 4 && random.chance(0.06)) ? 2 : 1;
  extension.contacts = Array.from({ length: devices }, (_, device) =>
    state === 'reachable'
      ? makeContact(`${number}${device}`, { userAgent, roundtripMicroseconds: random.integer(4_000, 60_000) })
      : makeContact(`${number}${device}`, { userAgent, state: 'unreachable' }),
  );
  return extension;
}

function extensionState(index: number, random: Random): Extension['state'] {
  const fixed = (['reachable', 'unreachable', 'unregistered', 'reachable', 'disabled'] as const)[index];
  if (fixed !== undefined) return fixed;
  const roll = random.next();
  if (roll < 0.03) return 'unreachable';
  if (roll < 0.09) return 'unregistered';
  return roll < 0.11 ? 'disabled' : 'reachable';
}

function makeTrunk(index: number, random: Random): Trunk {
  const carrier = carriers[index % carriers.length] ?? 'carrier';
  const round = Math.floor(index / carriers.length);
  const name = round === 0 ? carrier : `${carrier}-${round + 1}`;
  const state = (['registered', 'reachable', 'rejected', 'unregistered'] as const)[index] ?? laterTrunk(random);
  const trunk: Trunk = {
    id: index + 1,
    name,
    kind: state === 'reachable' ? 'address' : 'register',
    host: `${name}.example.net`,
    username: `acct-${random.hex(6)}`,
    secret: `made-up-${random.hex(8)}`,
    state,
  };
  if (state === 'registered' || state === 'reachable') trunk.roundtripMicroseconds = random.integer(8_000, 45_000);
  return trunk;
}

function laterTrunk(random: Random): 'registered' | 'reachable' {
  return random.chance(0.75) ? 'registered' : 'reachable';
}

function makeQueues(extensions: readonly Extension[], random: Random): Queue[] {
  return [
    { number: '6001', name: 'Support' },
    { number: '6002', name: 'Sales' },
  ].map((queue, index) => ({
    ...queue,
    waitingCallers: random.integer(0, 3),
    agents: extensions
      .filter((_, position) => position % 4 === index)
      .slice(0, 6)
      .map(({ number }) => ({ extension: number, paused: random.chance(0.15) })),
  }));
}
