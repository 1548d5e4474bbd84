import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runtimeEnvironment, runtimeFlags } from '../runtime-flags.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
/** Maximum time for the stop (ms). The exporter is designed to end within ten seconds after SIGTERM. */
const stopTimeoutMs = 15_000;
/** Log texts that only faults of the exporter cause; the last one matches warnings of Node.js, e.g. about too many listeners. */
const ownMistake = /could not be processed|unexpected error|"page failed"|"reload failed"|^\(node:/;

/** How the exporter ended. */
export interface Ending {
  /** Exit code; null if it had to be killed. */
  readonly code: number | null;
  readonly afterMs: number;
}

/** The built exporter in a separate process, with a configuration file that can be replaced. */
export class HourExporter {
  readonly #child: ChildProcess;
  readonly #folder: string;
  /** Number of log lines by level. */
  readonly logLines: Record<string, number> = {};
  /** The first twenty log lines about faults of the exporter itself. */
  readonly mistakes: string[] = [];
  base = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts the exporter; resolves once it listens. */
  static async start(configuration: string): Promise<HourExporter> {
    const folder = await mkdtemp(join(tmpdir(), 'pbx-exporter-hour-'));
    const file = join(folder, 'exporter.yml');
    await writeFile(file, configuration);
    const command = ['dist/main.js', 'serve', '--config.file', file, '--web.listen-address', '127.0.0.1:0'];
    const child = spawn(process.execPath, [...runtimeFlags, ...command], {
      cwd: projectFolder,
      env: { ...runtimeEnvironment, ...process.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl+C must reach only the script, which stops the exporter after its clients.
      detached: true,
    });
    const exporter = new HourExporter(child, folder);
    process.once('exit', () => child.kill('SIGKILL'));
    await exporter.#listening();
    return exporter;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether the process has ended, for any reason. */
  get gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Replaces the configuration file. */
  async write(configuration: string): Promise<void> {
    await writeFile(join(this.#folder, 'exporter.yml'), configuration);
  }

  /** Stops the exporter as a service manager does, and waits for its end. Safe to call twice. */
  async stop(): Promise<Ending> {
    const startedAt = performance.now();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    const ended = this.gone ? Promise.resolve() : once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(late);
    await rm(this.#folder, { recursive: true, force: true });
    return { code: this.#child.exitCode, afterMs: performance.now() - startedAt };
  }

  #listening(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr === null) throw new Error('the log of the exporter cannot be read');
    return new Promise((resolve, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`the exporter ended with ${code}: run "npm run build"`)));
      createInterface({ input: stderr }).on('line', (line) => {
        this.#read(line);
        const address = /msg=listening address=(\S+)/.exec(line)?.[1];
        if (address === undefined) return;
        this.base = `http://${address}`;
        resolve();
      });
    });
  }

  #read(line: string): void {
    const level = /\blevel=(\w+)/.exec(line)?.[1] ?? 'other';
    this.logLines[level] = (this.logLines[level] ?? 0) + 1;
    if (ownMistake.test(line) && this.mistakes.length < 20) this.mistakes.push(line);
  }
}
