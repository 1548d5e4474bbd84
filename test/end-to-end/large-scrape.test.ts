import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createAsteriskSimulator } from '../../src/simulator/asterisk/index.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { eventually, soon } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { type PrometheusServer, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances } from './testbed.ts';

/** Results in more than 200,000 series. */
const plan = { pbxs: 36, peers: 1_000 } as const;
/** Contains every character that must be escaped on the page. */
const site = 'Köln "Süd" \\ Halle 4 ☎';
const jobs = ['openmetrics', 'text'] as const;
/** Scrape interval and timeout in seconds. */
const scrapeSeconds = 15;

const missing = inject('unavailable').prometheus;
describe.skipIf(missing !== '')('a page of 200 000 series', () => {
  let folder: string;
  let pbxs: readonly Simulator[];
  let exporter: ExporterProcess;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-large-'));
    pbxs = Array.from({ length: plan.pbxs }, (_, index) =>
      createAsteriskSimulator({ clock: systemClock, seed: index + 1, peers: plan.peers, trunks: 2 }),
    );
    const file = join(folder, 'exporter.yml');
    await writeFile(file, await exporterFile(pbxs));
    exporter = await startExporter(file, {});
    await writeFile(join(folder, 'prometheus.yml'), prometheusFile(exporter.address));
    await eventually('every PBX has been read', async () => (await fetch(`${exporter.url}/-/ready`)).ok);
    const ports = { prometheus: await freePort(), alertmanager: await freePort() };
    prometheus = await startPrometheusIn(folder, ports, instances.prometheus);
  });

  afterAll(async () => {
    await prometheus.close();
    await exporter.terminate();
    await Promise.all(pbxs.map((pbx) => pbx.stop()));
    await rm(folder, { recursive: true });
  });

  test('is sent compressed to whoever asks as Prometheus does', async () => {
    const response = await fetch(`${exporter.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const series = (await response.text()).split('\n').filter((line) => line.startsWith('pbx_'));
    expect(series.length).toBeGreaterThan(200_000);
  });

  test('is taken whole by a real Prometheus, in both formats, scrape after scrape', async () => {
    await eventually('three scrapes of each format', async () => {
      const scrapes = await prometheus.values('sum_over_time(up[10m])', 'job');
      return jobs.every((job) => (scrapes[job] ?? 0) >= 3);
    });
    await expect
      .poll(
        async () => (await prometheus.targets()).map(({ job, health, lastError }) => [job, health, lastError]),
        soon,
      )
      .toEqual(jobs.map((job) => [job, 'up', '']));
    expect(await prometheus.refusedScrapes(scrapeSeconds)).toEqual({ openmetrics: 0, text: 0 });
    const taken = await prometheus.history('scrape_samples_scraped[10m]');
    const good = taken.flatMap(({ samples }) => samples.flatMap(({ value }) => (value === 0 ? [] : [value])));
    expect(Math.min(...good)).toBeGreaterThan(200_000);
  });

  test('holds every phone once, and the strangest label as it was written', async () => {
    // Asterisk has no endpoint for a disabled extension.
    const extensions = pbxs.flatMap(({ world }) => world.extensions);
    const phones = extensions.filter(({ state }) => state !== 'disabled').length;
    for (const job of jobs) {
      const selector = `{job="${job}"}`;
      expect(await prometheus.value(`sum(pbx_peers${selector})`)).toBe(phones);
      expect(await prometheus.value(`count(pbx_peer_reachable_changes_total${selector})`)).toBe(phones);
    }
    expect(Object.keys(await prometheus.values('pbx_target_info{job="text",pbx="branch-0"}', 'site'))).toEqual([site]);
  });
});

async function exporterFile(pbxs: readonly Simulator[]): Promise<string> {
  const targets = await Promise.all(pbxs.map((pbx, index) => targetEntry(pbx, index)));
  return `scrape: { interval: 60s, timeout: 55s, stale_after: 5m }\ntargets:\n${targets.join('')}`;
}

async function targetEntry(pbx: Simulator, index: number): Promise<string> {
  const url = await pbx.start();
  if (!('username' in pbx.account)) throw new Error('Asterisk takes a user name');
  const { username, password } = pbx.account;
  const labels = JSON.stringify({ site });
  return `  - { name: branch-${index}, family: asterisk, url: "${url.href}", username: ${username}, password: ${JSON.stringify(password)}, labels: ${labels} }\n`;
}

function prometheusFile(exporterAddress: string): string {
  const job = (name: string, protocol: string): string => `
  - job_name: ${name}
    scrape_protocols: [${protocol}]
    static_configs: [{ targets: ['${exporterAddress}'] }]`;
  return `global: { scrape_interval: ${scrapeSeconds}s, scrape_timeout: ${scrapeSeconds}s }
scrape_configs:${job('openmetrics', 'OpenMetricsText1.0.0')}${job('text', 'PrometheusText0.0.4')}
`;
}
