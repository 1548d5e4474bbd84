import type { Clock, Timer } from '../clock.ts';
import type { AsteriskSimulator } from '../simulator/asterisk/index.ts';
import type { Leg } from '../simulator/asterisk/leg.ts';
import type { Call, Trunk, World } from '../simulator/kit/world.ts';

/** How often calls are looked at, in milliseconds. */
const stepMs = 1_000;

/** Most calls that are there from the start. */
const firstCalls = 4;

/** The way from a phone or a good provider to the PBX; jitter in seconds. */
const goodLine = { loss: 0, jitter: 0.002 };
/** The way from the provider whose calls are bad. */
const lossyLine = { loss: 0.08, jitter: 0.026 };

/** Puts some phones into calls, so that nobody has to wait for the first ones. `now`: milliseconds since 1970. */
export function startCalls(world: World, now: number): void {
  const free = world.extensions.filter(({ state, call }) => state === 'reachable' && call === 'idle');
  for (const [index, extension] of free.slice(0, Math.min(firstCalls, free.length / 2)).entries()) {
    const [from, to] = ['outside', extension.number];
    const id = index.toString(16).padStart(12, '0');
    world.calls.push({ id, direction: 'inbound', from, to, startedAt: now, state: 'talking' });
    extension.call = 'talking';
  }
}

/**
 * Gives the calls of a simulated Asterisk their audio: a leg for the phone and one for the trunk, from the answer to the
 * end of the call. The last trunk in service loses packets. Until stopped.
 */
export function playAudio(simulator: Pick<AsteriskSimulator, 'world' | 'legs'>, clock: Clock): Timer {
  const { world, legs } = simulator;
  const playing = new Map<string, readonly Leg[]>();
  const step = (): void => {
    const current = new Set(world.calls.map(({ id }) => id));
    for (const [id, both] of playing) {
      if (current.has(id)) continue;
      playing.delete(id);
      for (const leg of both) legs.end(leg);
    }
    for (const call of world.calls)
      if (call.state === 'talking' && !playing.has(call.id)) playing.set(call.id, begin(simulator, call));
  };
  let timer: Timer | undefined = undefined;
  const schedule = (): void => {
    timer = clock.after(stepMs, () => {
      step();
      schedule();
    });
  };
  schedule();
  return { stop: () => timer?.stop() };
}

/** Begins both legs of a call; a call between two phones has no trunk. */
function begin({ world, legs }: Pick<AsteriskSimulator, 'world' | 'legs'>, call: Call): readonly Leg[] {
  const trunks = world.trunks.filter(({ state }) => state === 'registered' || state === 'reachable');
  const trunk = call.direction === 'internal' ? undefined : trunks[trunkIndex(call, trunks)];
  const phone = call.direction === 'inbound' ? call.to : call.from;
  const other = trunk?.name ?? (call.direction === 'internal' ? call.to : 'anonymous');
  const both = legs.bridge({ endpoint: phone, call: call.id }, { endpoint: other, call: call.id });
  const isLossy = trunk !== undefined && trunk === trunks.at(-1);
  both[0].change({ inward: goodLine });
  both[1].change({ inward: isLossy ? lossyLine : goodLine });
  return both;
}

/** Spreads the calls over the trunks by their ids. */
function trunkIndex({ id }: Call, trunks: readonly Trunk[]): number {
  return Number.parseInt(id.slice(-4), 16) % trunks.length;
}
