import { pino, type Logger } from 'pino';
import type { Log, LogFields } from './log.ts';

/** Log levels, least verbose last. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];
/** Formats of a log line. */
export const logFormats = ['logfmt', 'json'] as const;
/** One of {@link logFormats}. */
export type LogFormat = (typeof logFormats)[number];

/** Options of the program's log. */
export interface ProcessLogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Writes whole lines, including the line break. */
  readonly write: (line: string) => void;
}

/** Creates the program's log: one line per event with `time`, `level`, `msg` and the fields. */
export function createProcessLog({ level, format, write }: ProcessLogOptions): Log {
  const destination = { write: format === 'json' ? write : (line: string) => write(toLogfmt(line)) };
  return fromPino(
    pino(
      {
        level,
        base: null,
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination,
    ),
  );
}

function fromPino(logger: Logger): Log {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      logger[level](fields, message);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => fromPino(logger.child(fields)),
  };
}

/** Converts a JSON line to `key=value` pairs: `time`, `level` and `msg` first, then the fields in their original order. */
function toLogfmt(line: string): string {
  const parsed: unknown = JSON.parse(line);
  const fields = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  const order = new Set(['time', 'level', 'msg', ...fields.keys()]);
  const pairs = [...order].filter((key) => fields.has(key)).map((key) => `${key}=${logfmtValue(fields.get(key))}`);
  return `${pairs.join(' ')}\n`;
}

function logfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}
