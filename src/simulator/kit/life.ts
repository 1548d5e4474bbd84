import type { Clock, Timer } from '../../clock.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { setExtension } from './world.ts';
import type { Extension, World } from './world.ts';

/** Changes the world a little: roundtrips vary, phones go offline or return, calls begin and end. */
export function stepWorld(world: World, random: Random, wallTime: number): void {
  for (const extension of world.extensions) stepExtension(world, extension, random);
  for (const trunk of world.trunks) {
    if (trunk.roundtripMicroseconds !== undefined) {
      trunk.roundtripMicroseconds = vary(trunk.roundtripMicroseconds, random);
    }
  }
  for (const queue of world.queues) {
    queue.waitingCallers = Math.max(0, queue.waitingCallers + random.integer(-1, 1));
  }
  endCalls(world, random);
  beginCall(world, random, wallTime);
}

/** Calls {@link stepWorld} every `intervalMs` milliseconds of the clock until stopped. */
export function startLife(
  world: World,
  options: { readonly clock: Clock; readonly seed: number; readonly intervalMs: number },
): Timer {
  const random = createRandom(options.seed);
  let timer: Timer | undefined = undefined;
  const schedule = (): void => {
    timer = options.clock.after(options.intervalMs, () => {
      stepWorld(world, random, options.clock.wallTime());
      schedule();
    });
  };
  schedule();
  return { stop: () => timer?.stop() };
}

function stepExtension(world: World, extension: Extension, random: Random): void {
  for (const contact of extension.contacts) {
    if (contact.roundtripMicroseconds !== undefined) {
      contact.roundtripMicroseconds = vary(contact.roundtripMicroseconds, random);
    }
  }
  if (extension.state === 'disabled' || extension.call !== 'idle') return;
  const drops = extension.state === 'reachable' && random.chance(0.004);
  const returns = extension.state !== 'reachable' && random.chance(0.05);
  if (drops) setExtension(world, extension.number, { state: random.chance(0.5) ? 'unreachable' : 'unregistered' });
  if (returns) {
    const roundtripMicroseconds = random.integer(4_000, 60_000);
    setExtension(world, extension.number, { state: 'reachable', roundtripMicroseconds });
  }
}

/** Returns the roundtrip changed by at most 8 %, limited to 1 ms to 400 ms. */
function vary(microseconds: number, random: Random): number {
  return Math.round(Math.min(400_000, Math.max(1_000, microseconds * (0.92 + 0.16 * random.next()))));
}

function endCalls(world: World, random: Random): void {
  for (const call of world.calls) call.state = 'talking';
  const ending = new Set(world.calls.filter(() => random.chance(0.2)));
  world.calls = world.calls.filter((call) => !ending.has(call));
  const busy = new Set(world.calls.flatMap((call) => [call.from, call.to]));
  for (const extension of world.extensions) extension.call = busy.has(extension.number) ? 'talking' : 'idle';
}

function beginCall(world: World, random: Random, wallTime: number): void {
  const free = world.extensions.filter(({ state, call }) => state === 'reachable' && call === 'idle');
  const [first, ...others] = free;
  if (first === undefined || world.calls.length * 5 > world.extensions.length || random.chance(0.3)) return;
  const extension = random.pick([first, ...others]);
  const outside = `outside-${random.hex(4)}`;
  const direction = random.pick(['inbound', 'outbound'] as const);
  const [from, to] = direction === 'inbound' ? [outside, extension.number] : [extension.number, outside];
  world.calls.push({ id: random.hex(12), direction, from, to, startedAt: wallTime, state: 'ringing' });
  extension.call = 'ringing';
}
