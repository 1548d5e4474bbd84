import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { patience } from './eventually.ts';
import { freePort, projectFolder } from './testbed.ts';

/** The built exporter as a separate process. */
export interface ExporterProcess {
  readonly url: string;
  /** Host and port, in the form that Prometheus expects. */
  readonly address: string;
  /** Returns its output so far, both streams. */
  output(): string;
  /** Sends SIGTERM and waits for the exit; returns the exit code and the duration in milliseconds. */
  terminate(): Promise<{ readonly code: number | null; readonly durationMs: number }>;
}

/** Starts `node dist/main.js serve` with this file, on a free port unless an address is given, and waits until it responds. */
export async function startExporter(
  configFile: string,
  environment: NodeJS.ProcessEnv,
  at?: string,
): Promise<ExporterProcess> {
  const address = at ?? `127.0.0.1:${await freePort()}`;
  const child = spawn(
    process.execPath,
    ['dist/main.js', 'serve', '--config.file', configFile, '--web.listen-address', address],
    { cwd: projectFolder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const chunks: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  process.once('exit', () => child.kill('SIGKILL'));
  const exporter: ExporterProcess = {
    url: `http://${address}`,
    address,
    output: () => chunks.join(''),
    terminate: () => terminate(child),
  };
  await waitUntilHealthy(child, exporter);
  return exporter;
}

async function waitUntilHealthy(child: ChildProcess, exporter: ExporterProcess): Promise<void> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the exporter ended with ${child.exitCode}:\n${exporter.output()}`);
    if (await answers(`${exporter.url}/-/healthy`)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`the exporter did not answer within ${patience} ms:\n${exporter.output()}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function terminate(child: ChildProcess): Promise<{ code: number | null; durationMs: number }> {
  const startedAt = Date.now();
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(killer);
  }
  return { code: child.exitCode, durationMs: Date.now() - startedAt };
}
