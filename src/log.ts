/** Variables of a log line; the message itself is always a constant text. Never put secrets, bodies or URLs with a query in here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The only way the program speaks while it runs. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

/** A log that says nothing. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
};

/**
 * An unexpected error for the log: its kind and its origin. The message is left out, because it may quote the data that
 * was being processed.
 */
export function errorLocation(thrown: unknown): { readonly error: string; readonly at?: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const frame = /\n\s+at (.+)/.exec(thrown.stack ?? '')?.[1];
  return frame === undefined ? { error: thrown.name } : { error: thrown.name, at: frame };
}
