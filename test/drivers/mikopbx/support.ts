import { mikopbx } from '../../../src/drivers/mikopbx/index.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { type Contact, makeContact, type Trunk, type World } from '../../../src/simulator/kit/world.ts';
import { createMikoSimulator, type MikoSimulator } from '../../../src/simulator/mikopbx/index.ts';
import type { Release } from '../../../src/simulator/mikopbx/releases.ts';
import type { MikoOptions, TrunkType } from '../../../src/simulator/mikopbx/settings.ts';
import type { PeerState, TrunkState } from '../../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { createHandClock, type HandClock } from '../../simulator/hand-clock.ts';
import { type BenchChanges, benchTarget, type TargetBench } from '../../support/target-bench.ts';

/** A simulated MikoPBX, a target that polls it, and the clock of both. */
export interface MikoBench extends Pick<TargetBench, 'target'> {
  readonly pbx: MikoSimulator;
  readonly poll: () => Promise<TargetRecord>;
  readonly rounds: (count: number) => Promise<TargetRecord>;
  readonly golden: () => Promise<string>;
  readonly clock: HandClock;
}

/** Creates a PBX of this release (with the rich world unless another is given) and a target for it. */
export async function bench(
  release: Release,
  options: Partial<MikoOptions> = {},
  changes: BenchChanges = {},
): Promise<MikoBench> {
  const clock = createHandClock();
  const switches = { trunkTypeOf, isWebPhone, ...options.switches };
  const pbx = createMikoSimulator({ clock, release, world: richWorld(), ...options, switches });
  const made = await benchTarget(mikopbx, pbx, clock, changes);
  return {
    pbx,
    clock,
    target: made.target,
    poll: () => made.poll(),
    rounds: (count) => made.rounds(count),
    golden: () => made.golden(),
  };
}

const trunkTypes: Readonly<Record<string, TrunkType>> = { branch: 'inbound', shop: 'inbound', office: 'iax-none' };

/** Returns the type of a trunk of the rich world. */
export function trunkTypeOf(trunk: Trunk): TrunkType {
  return trunkTypes[trunk.name] ?? (trunk.kind === 'address' ? 'none' : 'outbound');
}

/** Reports whether a contact of the rich world is a web phone. */
export function isWebPhone({ userAgent }: Contact): boolean {
  return userAgent === 'Web';
}

function extension(number: string, name: string, contacts: Contact[]): World['extensions'][number] {
  const best = contacts.some(({ state }) => state === 'reachable') ? 'reachable' : 'unreachable';
  return { number, name, call: 'idle', contacts, state: contacts.length === 0 ? 'unregistered' : best };
}

function trunk(id: number, name: string, changes: Partial<Trunk>): Trunk {
  const host = `${name}.example.net`;
  return {
    id,
    name,
    host,
    kind: 'register',
    username: `user-${name}`,
    secret: 'made-up',
    state: 'registered',
    ...changes,
  };
}

/** Returns a world with phones and trunks in every state of MikoPBX. */
export function richWorld(): World {
  const contact = (number: string, roundtrip: number | undefined, changes: Partial<Contact> = {}): Contact => ({
    ...makeContact(number, roundtrip === undefined ? { state: 'unreachable' } : { roundtripMicroseconds: roundtrip }),
    ...changes,
  });
  const talking = { ...extension('206', 'Sales "Süd"', [contact('206', 7_000)]), call: 'talking' as const };
  return {
    ...makeWorld({ peers: 0, trunks: 0 }),
    extensions: [
      extension('201', 'Reception', [contact('201', 5_871)]),
      extension('202', 'Store', []),
      extension('203', 'Workshop', [contact('203', undefined)]),
      extension('0204', 'Lift', [contact('2041', 30_120), contact('2042', undefined), contact('2043', 12_340)]),
      { ...extension('205', 'Former colleague', []), state: 'disabled' },
      talking,
      extension('207', 'New phone', [contact('207', undefined, { state: 'unasked' })]),
      extension('208', 'Web and desk', [contact('2081', 41_000), contact('2082', 9_000, { userAgent: 'Web' })]),
    ],
    trunks: [
      trunk(1, 'carrier', { roundtripMicroseconds: 23_000 }),
      trunk(2, 'refused', { state: 'rejected' }),
      trunk(3, 'waiting', { state: 'unregistered' }),
      trunk(4, 'branch', {}),
      trunk(5, 'shop', { state: 'unregistered' }),
      trunk(6, 'gateway', { kind: 'address', state: 'reachable', roundtripMicroseconds: 400 }),
      trunk(7, 'silent', { kind: 'address', state: 'unreachable' }),
      trunk(8, 'retired', { state: 'disabled' }),
      trunk(9, 'office', { state: 'reachable', roundtripMicroseconds: 15_000 }),
    ],
    calls: [
      {
        id: 'a1',
        direction: 'outbound',
        from: '206',
        to: 'outside',
        startedAt: Date.UTC(2026, 0, 10),
        state: 'talking',
      },
      { id: 'b2', direction: 'internal', from: '201', to: '208', startedAt: Date.UTC(2026, 0, 10), state: 'ringing' },
    ],
  };
}

/** Returns the state of each peer, by number. */
export function peerStates(record: TargetRecord): Readonly<Record<string, PeerState>> {
  return Object.fromEntries((record.retained.peers?.value ?? []).map(({ id, state }) => [id, state]));
}

/** Returns the state of each trunk, by id. */
export function trunkStates(record: TargetRecord): Readonly<Record<string, TrunkState>> {
  return Object.fromEntries((record.retained.trunks?.value ?? []).map(({ id, state }) => [id, state]));
}

/** Returns the id of a trunk of the rich world in releases since 2021, by position. */
export function trunkId(position: number, technology = 'SIP'): string {
  return `${technology}-TRUNK-AB12C00${position}`;
}

/** Polls while the clock advances second by second, for delayed responses. */
export async function pollSlowly({ poll, clock, pbx }: MikoBench, seconds = 60): Promise<TargetRecord> {
  const state = { done: false };
  const round = poll().finally(() => (state.done = true));
  for (let second = 0; second < seconds && !state.done; second += 1) {
    await quiet(state, pbx);
    if (!state.done) clock.advance(1_000);
  }
  return round;
}

/** Waits until everything in transit has arrived or is waiting for a timer, so that the clock can advance. */
async function quiet(state: { readonly done: boolean }, { ledger }: MikoSimulator): Promise<void> {
  let before = -1;
  for (let turns = 0; turns < 30 && !state.done; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (ledger.requestsTotal !== before) turns = 0;
    before = ledger.requestsTotal;
  }
}
