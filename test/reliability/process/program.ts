import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The exporter as a separate process, run from its sources. */
export interface Program {
  readonly process: ChildProcess;
  /** Resolves with the base URL when it listens. */
  readonly url: Promise<string>;
  /** Returns its output on standard error so far. */
  errors(): string;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
}

const top = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts `serve` with this configuration on a free port. The process ends with the test at the latest. */
export function startProgram(config: string): Program {
  const folder = mkdtempSync(join(tmpdir(), 'pbx-exporter-test-'));
  const file = join(folder, 'exporter.yml');
  writeFileSync(file, config);
  const child = spawn(
    process.execPath,
    [
      '--import',
      './test/reliability/process/crash-on-signal.ts',
      'src/main.ts',
      'serve',
      '--config.file',
      file,
      '--web.listen-address',
      '127.0.0.1:0',
    ],
    { cwd: top, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  let errors = '';
  let listening: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => (listening = resolve));
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
    const address = /msg=listening address=(\S+)/.exec(errors)?.[1];
    if (address !== undefined) listening(`http://${address}`);
  });
  const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  return { process: child, url, errors: () => errors, ended };
}
