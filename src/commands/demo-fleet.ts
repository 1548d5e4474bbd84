import type { Timer } from '../clock.ts';
import { createAsteriskSimulator } from '../simulator/asterisk/index.ts';
import { createMikoSimulator } from '../simulator/mikopbx/index.ts';
import { makeCertificate } from '../simulator/kit/made-certificates.ts';
import type { World } from '../simulator/kit/world.ts';
import { createYeastarPSimulator } from '../simulator/yeastar-p/index.ts';
import { simulators } from '../simulator/index.ts';
import type { Simulator, SimulatorFamily, SimulatorOptions } from '../simulator/simulator.ts';
import { createModernSimulator } from '../simulator/webitel/index.ts';
import { startCalls, playAudio } from './demo-calls.ts';
import type { SimulatedPbx } from './simulate.ts';

const dayMs = 86_400_000;

/** Days until the certificates of PBXs with HTTPS expire. */
const certificateDays: Readonly<Record<string, number>> = {
  'yeastar-p': 9,
  mikopbx: 58,
  'webitel-modern': 82,
  portsip: 230,
};

/** Additional collectors by PBX, if supported by the family. */
const moreCollectors: Readonly<Record<string, readonly string[]>> = {
  asterisk: ['calls', 'queues', 'quality'],
  'yeastar-p': ['calls', 'queues'],
  mikopbx: ['calls', 'storage', 'security'],
};

/** Days until a licence expires. */
const licenceDays = 21;

/** Additional configuration keys by target. */
const moreSettings: Readonly<Record<string, readonly string[]>> = {
  // Asterisk reports its start time without a time zone. Losses between two rounds are calculated from 250 packets (5 s) on.
  asterisk: ['options: { timezone: UTC }', 'interval: 6s', 'stale_after: 18s'],
};

/** PBXs that differ from those in the list of simulators. */
const special: Readonly<Record<string, SimulatorFamily['create']>> = {
  asterisk: createTalkingAsterisk,
  mikopbx: (options) =>
    createMikoSimulator({
      ...options,
      switches: { diskMebibytes: { total: 61_440, used: 56_524.8, recordings: 48_211.6 } },
    }),
  'webitel-modern': (options) => {
    const simulator = createModernSimulator(options);
    const notAfter = String(inDays(licenceDays, options.clock.wallTime()));
    simulator.switches.licences = [{ product: 'CALL_CENTER', limit: 50, remain: 12, notAfter }];
    return simulator;
  },
  'yeastar-p': (options) =>
    createYeastarPSimulator({
      ...options,
      switches: { extensionCapacity: Math.ceil((options.peers ?? 0) / 0.8) },
    }),
};

/** Creates an Asterisk whose calls have audio, some of it over a trunk that loses packets. */
function createTalkingAsterisk(options: SimulatorOptions): Simulator {
  const simulator = createAsteriskSimulator({
    ...options,
    switches: { maximumCalls: Math.max(12, options.peers ?? 0) },
  });
  startCalls(simulator.world, options.clock.wallTime());
  let audio: Timer | undefined = undefined;
  return {
    ...simulator,
    start() {
      audio ??= playAudio(simulator, options.clock);
      return simulator.start();
    },
    stop() {
      audio?.stop();
      return simulator.stop();
    },
  };
}

/** User agents of phones: three makes, two of them with several firmware versions. */
const userAgents = [
  'ExamplePhone/4.2.1',
  'ExamplePhone/4.2.1',
  'ExamplePhone/4.2.1',
  'ExamplePhone/4.1.7',
  'ExamplePhone/3.9.0',
  'DeskSet/1.18.2',
  'DeskSet/1.18.2',
  'DeskSet/1.12.0',
  'SoftTalk/3.0',
] as const;

/**
 * Returns one PBX of each family (Webitel in both generations), with data for the most common questions: which firmware
 * runs where, what is near its limit (a disk is 92 % full), and what expires next. `now` is in milliseconds since 1970.
 */
export function demoFleet(now: number): readonly SimulatedPbx[] {
  const families = simulators.map((one) => ({ ...one, name: one.family }));
  const modern = { name: 'webitel-modern', family: 'webitel', create: createModernSimulator };
  return [...families, modern].map((one) => demoPbx(one, now));
}

/** Sets the user agent of each registered device of a PBX. */
export function setUserAgents({ extensions }: World): void {
  const contacts = extensions.flatMap((extension) => extension.contacts);
  for (const [index, contact] of contacts.entries())
    contact.userAgent = userAgents[index % userAgents.length] ?? contact.userAgent;
}

function demoPbx(pbx: SimulatedPbx, now: number): SimulatedPbx {
  const days = certificateDays[pbx.name];
  const collectors = ['peers', 'trunks', 'system', ...(moreCollectors[pbx.name] ?? [])];
  return {
    ...pbx,
    create: (options) => special[pbx.name]?.(options) ?? pbx.create(options),
    settings: [`collect: [${collectors.join(', ')}]`, 'peers: { devices: true }', ...(moreSettings[pbx.name] ?? [])],
    ...(days !== undefined && { tls: certificateUntil(pbx.name, now, days) }),
  };
}

function certificateUntil(name: string, now: number, days: number): NonNullable<SimulatedPbx['tls']> {
  return makeCertificate({ name, notBefore: now - 90 * dayMs, notAfter: inDays(days, now) });
}

/** The time in a number of days, plus one hour, so that pages show this number of days while the demo is in use. */
function inDays(days: number, now: number): number {
  return now + days * dayMs + dayMs / 24;
}
