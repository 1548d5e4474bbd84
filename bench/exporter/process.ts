import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeEnvironment, runtimeFlags } from '../runtime-flags.ts';
import type { SimulatedPbx } from './pbxs.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The built exporter in a separate process, started as by users, with a target for each PBX. */
export class ExporterProcess {
  /** Start time (ms, as `performance.now()`). */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #base: string;

  private constructor(child: ChildProcess, folder: string, base: string) {
    this.startedAt = performance.now();
    this.#child = child;
    this.#folder = folder;
    this.#base = base;
  }

  static async start(pbxs: readonly SimulatedPbx[], intervalMs = 30_000): Promise<ExporterProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'pbx-exporter-bench-'));
    const file = join(folder, 'exporter.yml');
    await writeFile(file, configuration(pbxs, intervalMs));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      process.execPath,
      [...runtimeFlags, 'dist/main.js', 'serve', '--config.file', file, '--web.listen-address', address],
      { cwd: projectFolder, env: { ...runtimeEnvironment, ...process.env }, stdio: ['ignore', 'ignore', 'ignore'] },
    );
    process.once('exit', () => child.kill('SIGKILL'));
    return new ExporterProcess(child, folder, `http://${address}`);
  }

  /** Returns the status of a page; 0 if there is no answer. Rejects if the program has ended. */
  async status(path: string): Promise<number> {
    if (this.#child.exitCode !== null)
      throw new Error(`the exporter ended with ${this.#child.exitCode}: run "npm run build"`);
    try {
      const response = await fetch(`${this.#base}${path}`);
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** Returns the page of `/metrics`, requested in gzip as by Prometheus. */
  async metrics(): Promise<string> {
    const response = await fetch(`${this.#base}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    return response.text();
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    await rm(this.#folder, { recursive: true });
  }
}

/** Returns the text of a configuration file with a target for each PBX. */
export function configuration(pbxs: readonly SimulatedPbx[], intervalMs: number): string {
  const targets = pbxs.map(
    ({ url, account }, index) => `
  - name: branch-${index}
    family: asterisk
    url: ${url}
    username: ${account.username}
    password: ${JSON.stringify(account.password)}`,
  );
  return `scrape:\n  interval: ${intervalMs / 1000}s\n  stale_after: ${(3 * intervalMs) / 1000}s\ntargets:${targets.join('')}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
