import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runtimeFlags } from '../runtime-flags.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
/** The exporter promises to be gone ten seconds after SIGTERM. */
const stopTimeoutMs = 15_000;
/** Words that only a mistake of the exporter's own puts into its log; the last are Node's warnings, e.g. of too many listeners. */
const ownMistake = /could not be processed|unexpected error|"page failed"|"reload failed"|^\(node:/;

/** How the exporter ended. */
export interface Ending {
  /** null: it had to be killed. */
  readonly code: number | null;
  readonly afterMs: number;
}

/** The built exporter in a process of its own, with a configuration file that can be replaced. */
export class HourExporter {
  readonly #child: ChildProcess;
  readonly #folder: string;
  /** Lines of its log by level. */
  readonly logLines: Record<string, number> = {};
  /** Lines of its log that tell of a mistake of its own, the first twenty. */
  readonly mistakes: string[] = [];
  base = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts it; resolves once it listens. */
  static async start(configuration: string): Promise<HourExporter> {
    const folder = await mkdtemp(join(tmpdir(), 'pbx-exporter-hour-'));
    const file = join(folder, 'exporter.yml');
    await writeFile(file, configuration);
    const command = ['dist/main.js', 'serve', '--config.file', file, '--web.listen-address', '127.0.0.1:0'];
    const child = spawn(process.execPath, [...runtimeFlags, ...command], {
      cwd: projectFolder,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl+C is for the script: it stops the exporter itself, after its clients.
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

  /** Whether it has ended, by itself or not. */
  get gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Puts another file in place of the configuration. */
  async write(configuration: string): Promise<void> {
    await writeFile(join(this.#folder, 'exporter.yml'), configuration);
  }

  /** Asks it to end as a service manager does, and waits for it. Safe to call twice. */
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
