import { type Command, Option } from 'commander';
import { type Clock, systemClock } from '../clock.ts';
import { type CaptureFile, createReplay, readCapture } from '../capture/capture-file.ts';
import type { Config, TargetConfig } from '../config/config.ts';
import { defaultPeers } from '../config/defaults.ts';
import { Secret } from '../config/secret.ts';
import { createExporter, type ExporterSetup } from '../exporter.ts';
import type { Exposition } from '../exposition/page.ts';
import type { Log } from '../log.ts';
import { type NameHash, shownPeerName } from '../snapshot/peer-name.ts';
import type { Target } from '../polling/target.ts';
import { recordCsv } from '../server/record-csv.ts';
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
import { type Interruptible, oneRound, pickTarget, printUsedRefusals, refusedLoginText } from './one-round.ts';
import { readConfigFile } from './read-config.ts';
import { readTextFile } from '../config/read-file.ts';
import { recordText } from './record-text.ts';
import type { Terminal } from './terminal.ts';

/** Output formats of `once`. */
const onceFormats = ['table', 'prometheus', 'json', 'csv'] as const;
/** One of {@link onceFormats}. */
type OnceFormat = (typeof onceFormats)[number];

/** Options of `once`, which polls the named target or replays a capture. */
interface OnceOptions {
  readonly name?: string | undefined;
  readonly replay?: string | undefined;
  readonly configFile: string;
  /** File that keeps refused logins, shared with the service. Default: none. */
  readonly stateFile?: string | undefined;
  readonly format: OnceFormat;
  readonly log: Log;
  readonly interruptible: Interruptible;
}

type Round = Pick<ExporterSetup, 'config' | 'clock' | 'wrapTransport'>;

/** `pbx-exporter once`: runs one round of one PBX, including login and logout. Returns the exit code: 0 if the PBX is up. */
export async function once(options: OnceOptions, terminal: Terminal): Promise<number> {
  const round = options.replay === undefined ? realRound(options, terminal) : replayedRound(options.replay, terminal);
  if (round === undefined) return 1;
  const { fleet, exposition, hashName, guards, seenPeers } = createExporter({
    ...round,
    random: Math.random,
    log: options.log,
    version: readVersion(),
    ...(options.replay === undefined && { stateFile: options.stateFile }),
  });
  const [target] = fleet.targets;
  if (target === undefined) return 1;
  for (const asked of round.config.targets) await printUsedRefusals(guards, asked, terminal);
  if (terminal.watched) terminal.error(`Polling ${target.name}, at most ${target.timeoutMs / 1000} s ...\n`);
  if (!(await oneRound(fleet, target, options.interruptible))) return 1;
  terminal.out(await show(target, options.format, { exposition, terminal, hashName, clock: round.clock }));
  terminal.error(refusedLoginText(target.record, options.stateFile));
  await fleet.stop();
  await Promise.all([guards.flush(), seenPeers.flush()]);
  return target.record.up ? 0 : 1;
}

function realRound({ name, configFile }: OnceOptions, terminal: Terminal): Round | undefined {
  const file = readConfigFile(configFile);
  if (!file.ok) terminal.error(file.problems);
  const wanted = { name, configFile, otherwise: '; or replay a capture with --replay FILE' };
  const target = file.ok ? pickTarget(file.config, wanted, terminal) : undefined;
  return target === undefined ? undefined : { config: only(target), clock: systemClock };
}

function replayedRound(path: string, terminal: Terminal): Round | undefined {
  const text = readTextFile(path);
  const capture = typeof text === 'string' ? readCapture(text) : text;
  if ('problem' in capture) {
    terminal.error(`${path}: ${typeof text === 'string' ? capture.problem : `the file ${capture.problem}`}\n`);
    return undefined;
  }
  const clock: Clock = { ...systemClock, wallTime: () => capture.takenAt };
  return { config: only(replayTarget(capture)), clock, wrapTransport: () => createReplay(capture.exchanges) };
}

function only(target: TargetConfig): Config {
  return { targets: [target], concurrency: 1 };
}

/** A target that is configured like the captured one, without a real address. */
function replayTarget({ family, basePath, account, options, collect }: CaptureFile): TargetConfig {
  const secret = new Secret('replayed');
  return {
    name: 'replay',
    family,
    url: new URL(basePath, 'http://replay.invalid'),
    account:
      account === 'token'
        ? { kind: 'token', token: secret }
        : { kind: 'password', username: 'replayed', password: secret },
    intervalMs: 30_000,
    timeoutMs: 20_000,
    staleAfterMs: 90_000,
    requestsPerTarget: 1,
    collect,
    tls: { insecureSkipVerify: false },
    labels: {},
    peers: { ...defaultPeers, limit: Number.MAX_SAFE_INTEGER },
    trunks: {},
    options,
  };
}

interface ShowTools {
  readonly exposition: Exposition;
  readonly terminal: Terminal;
  readonly hashName: NameHash;
  readonly clock: Clock;
}

async function show(target: Target, format: OnceFormat, tools: ShowTools): Promise<string> {
  if (format === 'table') return recordText(target.identity, target.record, tools.terminal);
  if (format === 'json') return `${JSON.stringify(plainRecord(target, tools.hashName), null, 2)}\n`;
  if (format === 'csv') return csvText(target, tools);
  const page: Buffer[] = [];
  for await (const chunk of tools.exposition.probePage(target, { format: 'text', encoding: 'identity' }))
    page.push(chunk);
  return Buffer.concat(page).toString('utf8');
}

function csvText({ identity, record }: Target, { hashName, clock }: Pick<ShowTools, 'hashName' | 'clock'>): string {
  const now = { wall: clock.wallTime(), monotonic: clock.monotonicTime() };
  return recordCsv({ identity, record, parts: record.retained, hashName, now });
}

/** The record without data of the running process, counters and monotonic times. Names are shown according to `peers.names`. */
function plainRecord({ identity, record }: Target, hashName: NameHash): Record<string, unknown> {
  const { up, lastRound, collectors, retained } = record;
  const values = Object.fromEntries(Object.entries(retained).map(([name, part]) => [name, part.value]));
  const peers = retained.peers?.value.map(({ name, ...peer }) => {
    const shown = shownPeerName(name, identity, hashName) ?? '';
    return shown === '' ? peer : { ...peer, name: shown };
  });
  return { up, ...lastRound, collectors, ...values, ...(peers === undefined ? {} : { peers }) };
}

interface OnceFlags extends ConfigOptions, StateOptions, LogOptions {
  readonly format: OnceFormat;
  readonly replay?: string;
}

/** Adds `once`. */
export function addOnce(program: Command, { terminal, keepRunning, exit }: ProcessContext): void {
  withLogOptions(withStateFile(withConfigFile(program.command('once'))), 'error')
    .argument('[name]', 'name of a target in the configuration')
    .description('poll one PBX once and show the result')
    .addOption(new Option('--format <format>', 'output format').choices(onceFormats).default('table'))
    .option('--replay <file>', 'replay a file written by "capture" instead of polling a PBX')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter once hq',
        'pbx-exporter once hq --format prometheus',
        'pbx-exporter once hq --format csv > hq.csv',
        'pbx-exporter once --replay capture-hq.json',
      )}\nExit code: 0 if the PBX is up, otherwise 1.\n`,
    )
    .action(async (name: string | undefined, options: OnceFlags) => {
      const { format, replay } = options;
      const log = createLog(options, terminal);
      const interruptible: Interruptible = (one) => keepRunning(one, 1);
      const [configFile, stateFile] = [options['config.file'], options['state.file']];
      exit(await once({ name, replay, configFile, stateFile, format, log, interruptible }, terminal));
    });
}
