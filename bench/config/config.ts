import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configuration, ExporterProcess } from '../exporter/process.ts';
import type { SimulatedPbx } from '../exporter/pbxs.ts';
import { median } from '../statistics.ts';

/** Times of whole processes by size of the configuration, in milliseconds. */
export interface ConfigRow {
  readonly targets: number;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Duration of `check`, from start to end. */
  readonly checkMs: number;
  /** Time from the start of `serve` until `/-/healthy` answers. */
  readonly listeningMs: number;
}

const repetitions = 3;

/** Checks and serves configurations with these numbers of targets, several times each, and returns the medians. The PBXs do not exist. */
export async function measureConfigs(counts: readonly number[], say: (text: string) => void): Promise<ConfigRow[]> {
  const rows: ConfigRow[] = [];
  for (const count of counts) {
    say(`configuration with ${count} targets ...\n`);
    rows.push(await measureCount(count));
  }
  return rows;
}

async function measureCount(targets: number): Promise<ConfigRow> {
  const pbxs = Array.from({ length: targets }, (_, index) => nobody(index));
  const text = configuration(pbxs, 30_000);
  const checks: number[] = [];
  const starts: number[] = [];
  while (checks.length < repetitions) {
    checks.push(await timeCheck(text));
    starts.push(await timeStart(pbxs));
  }
  return { targets, bytes: Buffer.byteLength(text), checkMs: median(checks), listeningMs: median(starts) };
}

/** A separate loopback address that refuses every connection. */
function nobody(index: number): SimulatedPbx {
  const [high, low] = [Math.floor(index / 250), index % 250];
  return {
    url: `http://127.1.${high}.${low + 1}:9`,
    account: { username: 'prometheus', password: `nobody-asks-${index}` },
  };
}

async function timeCheck(text: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'pbx-exporter-bench-'));
  const file = join(folder, 'exporter.yml');
  await writeFile(file, text);
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['dist/main.js', 'check', '--config.file', file], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  const took = performance.now() - startedAt;
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error(`check ended with ${code}: run "npm run build"`);
  return took;
}

async function timeStart(pbxs: readonly SimulatedPbx[]): Promise<number> {
  const exporter = await ExporterProcess.start(pbxs);
  try {
    while ((await exporter.status('/-/healthy')) !== 200) await sleep(10);
    return performance.now() - exporter.startedAt;
  } finally {
    await exporter.stop();
  }
}
