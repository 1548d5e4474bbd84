import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trunkStates, type TrunkState } from '../../src/snapshot/reading.ts';
import { type PrometheusServer, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances, projectFolder } from './testbed.ts';

/** One PBX on the page of an exporter; absent properties are not exported. */
export interface RecordedPbx {
  readonly name: string;
  readonly up: boolean;
  readonly site?: string;
  /** Seconds since the last successful round; absent if there was none yet. */
  readonly readAgo?: number;
  readonly trunks?: Readonly<Record<string, TrunkState>>;
  readonly peers?: Readonly<Record<string, { readonly reachable: boolean; readonly roundtrip?: number }>>;
  readonly reason?: string;
}

/** An exporter with a page that the test sets; `undefined` stops it from answering. */
export interface RecordedExporter {
  show(pbxs: readonly RecordedPbx[] | undefined): void;
}

/** A real Prometheus that scrapes two exporters and evaluates the rules of `deploy/` every second. */
export interface RecordingLab {
  readonly one: RecordedExporter;
  readonly other: RecordedExporter;
  readonly prometheus: PrometheusServer;
  close(): Promise<void>;
}

/** Options of the laboratory. */
interface RecordingOptions {
  /** Folder of the rules; default: that of the project. */
  readonly rulesFolder?: string;
  /** Labels that the scrape configuration adds to each of the two exporters. */
  readonly labels?: readonly [string, string];
}

/** Starts the laboratory; neither exporter answers at first. */
export async function startRecordingLab(options: RecordingOptions = {}): Promise<RecordingLab> {
  const { rulesFolder = join(projectFolder, 'deploy/prometheus/rules'), labels = ['{}', '{}'] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-dashboards-'));
  const [one, other] = [await startPage(), await startPage()];
  await cp(rulesFolder, join(folder, 'rules'), { recursive: true });
  for (const file of ['dashboards.yml', 'recording.yml']) {
    const path = join(folder, 'rules', file);
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(/interval: \S+/g, 'interval: 1s'));
  }
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules/dashboards.yml, rules/recording.yml]
scrape_configs:
  - job_name: pbx-exporter
    static_configs:
      - { targets: ['${one.address}'], labels: ${labels[0]} }
      - { targets: ['${other.address}'], labels: ${labels[1]} }
`,
  );
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const prometheus = await startPrometheusIn(folder, ports, instances.prometheus);
  return {
    one,
    other,
    prometheus,
    async close() {
      await prometheus.close();
      await Promise.all([one.close(), other.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function startPage(): Promise<
  RecordedExporter & { readonly address: string; readonly close: () => Promise<void> }
> {
  let shown: readonly RecordedPbx[] | undefined;
  const server = createServer((_, response) => {
    if (shown === undefined) return response.writeHead(503).end();
    return response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(page(shown));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    show: (pbxs) => {
      shown = pbxs;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function page(pbxs: readonly RecordedPbx[]): string {
  const exporter = ['pbx_exporter_build_info{version="1.2.3",node_version="v24.0.0"} 1'];
  return `${[...exporter, ...pbxs.flatMap(linesOf)].join('\n')}\n`;
}

function linesOf(pbx: RecordedPbx): readonly string[] {
  const line = (metric: string, value: number, labels: Readonly<Record<string, string>> = {}): string =>
    `${metric}{${Object.entries({ pbx: pbx.name, ...labels })
      .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
      .join(',')}} ${value}`;
  const site = pbx.site === undefined ? {} : { site: pbx.site };
  const now = Date.now() / 1000;
  return [
    line('pbx_target_info', 1, { family: 'asterisk', ...site }),
    line('pbx_up', pbx.up ? 1 : 0),
    line('pbx_last_round_timestamp_seconds', now),
    ...['peers', 'trunks'].map((collector) => line('pbx_collector_success', pbx.up ? 1 : 0, { collector })),
    line('pbx_login_suspended_until_timestamp_seconds', 0),
    ...(pbx.readAgo === undefined ? [] : [line('pbx_last_success_timestamp_seconds', now - pbx.readAgo)]),
    ...(pbx.reason === undefined ? [] : [line('pbx_last_failure', 1, { reason: pbx.reason })]),
    ...trunkLines(pbx, line),
    ...peerLines(pbx, line),
  ];
}

type Line = (metric: string, value: number, labels: Readonly<Record<string, string>>) => string;

function trunkLines({ trunks }: RecordedPbx, line: Line): readonly string[] {
  if (trunks === undefined) return [];
  const all = Object.entries(trunks);
  const counts = trunkStates.map((state) =>
    line('pbx_trunks', all.filter(([, one]) => one === state).length, { state }),
  );
  const each = all.flatMap(([trunk, state]) => {
    const up = ['registered', 'reachable', 'unmonitored'].includes(state) ? 1 : 0;
    return [
      ...(state === 'disabled' || state === 'unknown' ? [] : [line('pbx_trunk_up', up, { trunk })]),
      ...trunkStates.map((one) => line('pbx_trunk_state', one === state ? 1 : 0, { trunk, state: one })),
      line('pbx_trunk_info', 1, { trunk, name: trunk, kind: 'register', host: 'sip.example.org', raw_state: state }),
      line('pbx_trunk_state_changes_total', 3, { trunk }),
    ];
  });
  return [...counts, ...each];
}

function peerLines({ peers }: RecordedPbx, line: Line): readonly string[] {
  if (peers === undefined) return [];
  const all = Object.values(peers);
  const count = (state: string, reachable: boolean): string =>
    line('pbx_peers', all.filter((one) => one.reachable === reachable).length, { state });
  const each = Object.entries(peers).flatMap(([peer, { reachable, roundtrip }]) => [
    line('pbx_peer_reachable', reachable ? 1 : 0, { peer }),
    line('pbx_peer_info', 1, { peer, name: `Phone ${peer}` }),
    line('pbx_peer_reachable_changes_total', 2, { peer }),
    ...(roundtrip === undefined ? [] : [line('pbx_peer_roundtrip_microseconds', roundtrip, { peer })]),
  ]);
  return [count('reachable', true), count('unreachable', false), ...each];
}
