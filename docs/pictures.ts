// npm run pictures: creates docs/images/status-page.png and pbx-page.png from an exporter that has read simulated PBXs for six hours. This
// takes nine minutes: its clock runs sixty times as fast, and at the end in real time, so that the last round has a realistic duration.
// Requires Debian's Chromium. For a quick preview, use `-- --hours 1`.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import type { Clock } from '../src/clock.ts';
import { systemClock } from '../src/clock.ts';
import { checkConfigText } from '../src/commands/read-config.ts';
import { type Simulation, simulationConfig, startSimulation } from '../src/commands/simulate.ts';
import type { Config } from '../src/config/config.ts';
import { createExporter } from '../src/exporter.ts';
import { silentLog } from '../src/log.ts';
import { createWebServer } from '../src/server/server.ts';
import { pbxPageRoute, statusPageRoute } from '../src/server/status-page.ts';
import { setTrunk } from '../src/simulator/kit/world.ts';
import { readVersion } from '../src/version.ts';

const speed = 60;
const hours = Number(parseArgs({ options: { hours: { type: 'string', default: '6' } } }).values.hours);

/** Fictional sites, one per family, and one that is down. */
const sites: readonly {
  readonly name: string;
  readonly family: string;
  readonly seed: number;
  readonly faults?: readonly string[];
}[] = [
  { name: 'head-office', family: 'asterisk', seed: 1 },
  { name: 'berlin', family: 'mikopbx', seed: 2 },
  { name: 'hamburg', family: 'yeastar-p', seed: 3 },
  { name: 'leipzig', family: 'yeastar-s', seed: 4 },
  { name: 'call-centre', family: 'webitel', seed: 6 },
  { name: 'vienna', family: 'portsip', seed: 5 },
  { name: 'warehouse', family: 'yeastar-k2', seed: 7, faults: ['refuse'] },
];

/** Interval of rounds in seconds; the last rounds run in real time. */
const interval = 90;

/** A fast clock that starts in the past, so that it shows the real time at the end. */
function hurried(): Clock {
  const began = Date.now();
  const hurriedMs = (hours * 3_600_000) / speed;
  const passed = (): number => Date.now() - began;
  const wallTime = (): number => {
    const slowMs = Math.max(0, passed() - hurriedMs);
    return began - hours * 3_600_000 + (passed() - slowMs) * speed + slowMs;
  };
  return {
    wallTime,
    monotonicTime: wallTime,
    after: (delayMs, callback) => systemClock.after(passed() < hurriedMs ? delayMs / speed : delayMs, callback),
  };
}

async function startSites(): Promise<readonly Simulation[]> {
  const common = { count: 1, peers: 24, trunks: 4, port: 0, life: true };
  return Promise.all(
    sites.map(({ name, family, seed, faults = [] }) =>
      startSimulation({ ...common, families: [family], name, seed, faults }),
    ),
  );
}

/** Repairs all trunks except for one at some sites, as is typical in practice. */
function repairTrunks(simulations: readonly Simulation[]): void {
  const broken: Readonly<Record<string, string>> = { 'head-office': 'telvia', hamburg: 'harbourtel' };
  for (const { name, simulator } of simulations.flatMap(({ running }) => running)) {
    const repaired = simulator.world.trunks.filter((one) => one.state !== 'disabled' && one.name !== broken[name]);
    for (const trunk of repaired) {
      const state = trunk.kind === 'register' ? 'registered' : 'reachable';
      setTrunk(simulator.world, trunk.name, { state, roundtripMicroseconds: 14_200 });
    }
  }
}

/** The configuration, with a long timeout: a second of a simulated PBX is a minute for the exporter. */
function configurationOf(simulations: readonly Simulation[]): Config {
  const scrape = `scrape:\n  interval: ${interval}s\n  timeout: ${interval - 5}s\n  stale_after: 10m\n`;
  const file = checkConfigText(
    simulationConfig(
      simulations.flatMap(({ running }) => running),
      scrape,
    ),
    'pictures',
  );
  if (!file.ok) throw new Error(file.problems);
  return file.config;
}

async function take(base: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 1330 } });
  await picture(page, `${base}/`, 'status-page.png', true);
  await picture(page, `${base}/pbx?target=head-office`, 'pbx-page.png', false);
  await browser.close();
}

/** Saves a screenshot of the whole page or, for long pages with many phones, of the visible part. */
async function picture(page: Page, url: string, name: string, fullPage: boolean): Promise<void> {
  const answer = await page.goto(url);
  if (answer?.ok() !== true) throw new Error(`${url}: ${answer?.status() ?? 'no answer'}`);
  await page.screenshot({ path: new URL(`images/${name}`, import.meta.url).pathname, fullPage });
  process.stdout.write(`docs/images/${name} written\n`);
}

const simulations = await startSites();
repairTrunks(simulations);
const clock = hurried();
const exporter = createExporter({
  config: configurationOf(simulations),
  clock,
  random: Math.random,
  log: silentLog,
  version: readVersion(),
});
const { fleet, hashName, journal } = exporter;
const pages = { fleet: () => fleet, clock, version: readVersion(), hashName, journal };
const server = createWebServer(
  { host: '127.0.0.1', port: 0 },
  [statusPageRoute(pages), pbxPageRoute(pages)],
  silentLog,
);
const port = await server.start();
fleet.start();
await wait((hours * 3_600_000) / speed + 2.2 * interval * 1000);
await take(`http://127.0.0.1:${port}`);
await fleet.stop();
await server.stop();
await Promise.all(simulations.map((simulation) => simulation.stop()));
