import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AsteriskPair, accounts, pbxUrl, startAsteriskPair } from './asterisk-pair.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';

/** How long values stay visible after a failed round, in seconds. */
export const staleAfterSeconds = 10;

/** A real PBX, the built exporter and a real Prometheus that scrapes it. */
export interface Lab {
  readonly pair: AsteriskPair;
  readonly exporter: ExporterProcess;
  readonly prometheus: PrometheusServer;
  close(): Promise<void>;
}

/**
 * Starts everything. There are five targets: `lab` (plain login), `lab-md5` (challenge), `weak` (an account without the right to list
 * contacts) and `wrong-password` poll the same PBX; `nobody-there` has an address on which nothing listens.
 */
export async function startLab(): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-exporter-'));
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${accounts.exporter.password}\n`, { mode: 0o600 });
  const configFile = join(folder, 'exporter.yml');
  await writeFile(configFile, exporterFile(passwordFile));
  const pair = await startAsteriskPair();
  const exporter = await startExporter(configFile, { LAB_PASSWORD: accounts.exporter.password });
  const prometheus = await startPrometheus(exporter.address);
  return {
    pair,
    exporter,
    prometheus,
    async close() {
      await prometheus.close();
      await exporter.terminate();
      await pair.close();
      await rm(folder, { recursive: true });
    },
  };
}

function exporterFile(passwordFile: string): string {
  return `
scrape:
  interval: 1s
  timeout: 20s
  stale_after: ${staleAfterSeconds}s
targets:
  - name: lab
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password_file: ${passwordFile}
    collect: [peers, trunks, calls, system]
    labels: { site: laboratory }
    options: { timezone: ${Intl.DateTimeFormat().resolvedOptions().timeZone} }
  - name: lab-md5
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password_env: LAB_PASSWORD
    options: { auth: md5 }
  - name: weak
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.weak.username}
    password: ${accounts.weak.password}
  - name: wrong-password
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password: s3cret-wrong
  - name: nobody-there
    family: asterisk
    url: http://127.0.0.9:18088
    username: ${accounts.exporter.username}
    password_env: LAB_PASSWORD
`;
}
