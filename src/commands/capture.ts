import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type CaptureFile, captureFormat, writeCapture } from '../capture/capture-file.ts';
import { createRecorder, type Recorder } from '../capture/recorder.ts';
import { systemClock } from '../clock.ts';
import type { TargetConfig } from '../config/config.ts';
import { createExporter } from '../exporter.ts';
import type { Log } from '../log.ts';
import { readVersion } from '../version.ts';
import {
  type ConfigOptions,
  createLog,
  examples,
  type LogOptions,
  type ProcessContext,
  type StateOptions,
  withConfigFile,
  withLogOptions,
  withStateFile,
} from './flags.ts';
import { readConfigFile } from './read-config.ts';
import { type Interruptible, oneRound, pickTarget, printUsedRefusals, refusedLoginText } from './one-round.ts';
import { recordText } from './record-text.ts';
import { paint, type Terminal } from './terminal.ts';

/** Options of `capture`. */
interface CaptureOptions {
  readonly name?: string | undefined;
  readonly configFile: string;
  /** File to write. Default: `capture-NAME.json` in the current folder. */
  readonly output?: string;
  /** File that keeps refused logins, shared with the service. Default: none. */
  readonly stateFile?: string | undefined;
  readonly log: Log;
  readonly interruptible: Interruptible;
}

/** `pbx-exporter capture NAME`: runs one round and saves all responses, redacted. Returns the exit code: 0 if the file was written. */
async function capture(options: CaptureOptions, terminal: Terminal): Promise<number> {
  const file = readConfigFile(options.configFile);
  if (!file.ok) {
    terminal.error(file.problems);
    return 1;
  }
  const target = pickTarget(file.config, options, terminal);
  if (target === undefined) return 1;
  const recorders: Recorder[] = [];
  const salt = randomUUID();
  const { fleet, guards, seenPeers } = createExporter({
    config: { ...file.config, targets: [target] },
    clock: systemClock,
    random: Math.random,
    log: options.log,
    version: readVersion(),
    stateFile: options.stateFile,
    wrapTransport(transport, { account, url, options: { domain } }) {
      const hosts = [url.hostname, ...(typeof domain === 'string' ? [domain] : [])];
      const recorder = createRecorder(transport, secretsOf(account), systemClock, { hosts, salt });
      recorders.push(recorder);
      return recorder.transport;
    },
  });
  await printUsedRefusals(guards, target, terminal);
  terminal.error(`Polling ${target.name}, at most ${target.timeoutMs / 1000} s ...\n`);
  const takenAt = systemClock.wallTime();
  const [polled] = fleet.targets;
  if (polled === undefined || !(await oneRound(fleet, polled, options.interruptible))) return 1;
  await fleet.stop();
  await Promise.all([guards.flush(), seenPeers.flush()]);
  const output = options.output ?? `capture-${target.name.replaceAll(/[^\w.-]/g, '_')}.json`;
  const exchanges = recorders.flatMap((recorder) => recorder.exchanges());
  const shown = { ...target, options: recorders[0]?.redacted(target.options) ?? {} };
  writeFileSync(output, writeCapture(captureOf(shown, exchanges, takenAt)), { mode: 0o600 });
  terminal.error(recordText({ ...target, peerNames: 'none' }, { ...polled.record, retained: {} }, terminal));
  terminal.error(refusedLoginText(polled.record, options.stateFile));
  terminal.error(advice(terminal, output, exchanges.length));
  terminal.out(`${output}\n`);
  return 0;
}

function captureOf(
  target: TargetConfig,
  exchanges: CaptureFile['exchanges'] | readonly CaptureFile['exchanges'][number][],
  takenAt: number,
): CaptureFile {
  return {
    format: captureFormat,
    version: readVersion(),
    takenAt,
    family: target.family,
    basePath: target.url.pathname,
    account: target.account.kind,
    options: target.options,
    collect: [...target.collect],
    exchanges: [...exchanges],
  };
}

function secretsOf(account: TargetConfig['account']): readonly string[] {
  return [(account.kind === 'token' ? account.token : account.password).reveal()];
}

function advice(terminal: Terminal, output: string, count: number): string {
  return `
${paint(terminal, 'good', 'Written')}: ${output}, ${count} ${count === 1 ? 'exchange' : 'exchanges'}. Passwords, tokens, sessions, e-mail and IP addresses and telephone
numbers are replaced. Names of people, extensions and providers are not: read the file before you share it.
Show it with: pbx-exporter once --replay ${output}
`;
}

interface CaptureFlags extends ConfigOptions, StateOptions, LogOptions {
  readonly output?: string;
}

/** Adds `capture`. */
export function addCapture(program: Command, { terminal, keepRunning, exit }: ProcessContext): void {
  withLogOptions(withStateFile(withConfigFile(program.command('capture'))), 'error')
    .argument('[name]', 'name of a target in the configuration')
    .description('poll one PBX once and save all its answers, redacted, for a bug report or a test case')
    .option('--output <file>', 'file to write; default: capture-NAME.json')
    .addHelpText(
      'after',
      `${examples('pbx-exporter capture hq', 'pbx-exporter capture hq --output report.json', 'pbx-exporter once --replay capture-hq.json')}\nExit code: 0 if the file was written, even if the PBX is down; otherwise 1.\n`,
    )
    .action(async (name: string | undefined, options: CaptureFlags) => {
      const { output } = options;
      const interruptible: Interruptible = (one) => keepRunning(one, 1);
      const log = createLog(options, terminal);
      exit(
        await capture(
          {
            name,
            configFile: options['config.file'],
            stateFile: options['state.file'],
            log,
            interruptible,
            ...(output === undefined ? {} : { output }),
          },
          terminal,
        ),
      );
    });
}
