import { type Command, InvalidArgumentError, Option } from 'commander';
import { addressFault } from '../config/url.ts';
import type { Log } from '../log.ts';
import { createProcessLog, logFormats, type LogFormat, type LogLevel, logLevels } from '../process-log.ts';
import type { ListenAddress } from '../server/server.ts';
import type { Terminal } from './terminal.ts';

/** A process part that runs until it is stopped. */
export interface Stoppable {
  stop(): Promise<void>;
  /** Called on SIGHUP. If it is missing, the signal ends the process, as is the default. Never throws. */
  reload?(): Promise<void>;
}

/** What the command line uses of the process. */
export interface ProcessContext {
  readonly terminal: Terminal;
  /** Keeps `running` alive until a signal arrives, then stops it and ends the program with the exit code (default: 0). */
  readonly keepRunning: (running: Stoppable, exitCode?: number) => void;
  /** Sets the exit code of a command that has ended. */
  readonly exit: (code: number) => void;
}

/** Flags of {@link withLogOptions}. */
export interface LogOptions {
  readonly 'log.level': LogLevel;
  readonly 'log.format': LogFormat;
}

/** Flag of {@link withConfigFile}. */
export interface ConfigOptions {
  readonly 'config.file': string;
}

/** Flag of {@link withListenAddress}. */
export interface ListenOptions {
  readonly 'web.listenAddress': ListenAddress;
}

/** Adds `--config.file`. */
export function withConfigFile(command: Command): Command {
  return command.option('--config.file <path>', 'configuration file', 'exporter.yml');
}

/** Flag of {@link withStateFile}. */
export interface StateOptions {
  readonly 'state.file'?: string;
}

/** Adds `--state.file`. */
export function withStateFile(command: Command): Command {
  return command.option(
    '--state.file <path>',
    'file that keeps refused logins across restarts, shared with other commands; default: none',
  );
}

/** Adds `--web.listen-address`. */
export function withListenAddress(command: Command, preset: string): Command {
  const option = new Option('--web.listen-address <address>', 'address to listen on, e.g. :10560 or 127.0.0.1:10560');
  return command.addOption(option.argParser(listenAddress).default(listenAddress(preset), preset));
}

/** Adds `--log.level` and `--log.format`. */
export function withLogOptions(command: Command, level: LogLevel = 'info'): Command {
  return command
    .addOption(new Option('--log.level <level>', 'lowest level to log').choices(logLevels).default(level))
    .addOption(
      new Option('--log.format <format>', 'format of the log on standard error').choices(logFormats).default('logfmt'),
    );
}

/** Creates the log selected by the flags. It writes to the error output of the terminal. */
export function createLog(options: LogOptions, terminal: Terminal): Log {
  return createProcessLog({
    level: options['log.level'],
    format: options['log.format'],
    write: (line) => terminal.error(line),
  });
}

function listenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) throw new InvalidArgumentError('Write it as host:port, :port or [address]:port.');
  checkAddress(`http://${address.host ?? ''}`);
  return address;
}

/** Throws if the URL of a flag has an IPv4 address that would be read as a different one. */
export function checkAddress(url: string): void {
  const fault = addressFault(url);
  if (fault !== undefined) throw new InvalidArgumentError(`It ${fault.message}.`);
}

/** Reads a whole number for a flag. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** Returns a block of examples for a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/**
 * Parses an address to listen on: `:10560`, `127.0.0.1:10560`, `[::1]:10560` or `host:10560`. Undefined if the text has
 * none of these forms or the port is not between 0 and 65535.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  if (port > 65_535) return undefined;
  return host === '' ? { port } : { host, port };
}

/** Returns why a command could not start and how to correct it. `flag` is the flag that sets its port. */
export function startProblem(thrown: unknown, flag = '--web.listen-address'): string {
  if (!(thrown instanceof Error)) return 'the program could not start';
  const { code, address, port } = thrown as ListenError;
  const place = port === undefined ? 'the address' : `${host(address)}:${port}`;
  if (code === 'EADDRINUSE') return `${place} is in use by another program; choose another with ${flag}`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address ?? ''}; choose another with ${flag}`;
  if (code === 'EACCES') return `this user may not listen on ${place}; choose a port above 1023 with ${flag}`;
  return thrown.message;
}

/** The error of Node.js for an address on which it could not listen. */
interface ListenError extends Error {
  readonly code?: unknown;
  readonly address?: string;
  readonly port?: number;
}

/** The host for display: IPv6 addresses in brackets, and empty for all addresses, as in `:10560`. */
function host(address = ''): string {
  if (address === '::' || address === '0.0.0.0') return '';
  return address.includes(':') ? `[${address}]` : address;
}
