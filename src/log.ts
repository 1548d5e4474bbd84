/** Variable parts of a log line; the message itself is constant. Must not contain secrets, bodies or URLs with a query. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The log, which is the only output of the program while it runs. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Returns a log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

/** A log without output. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
};

/**
 * Returns the class and the origin of an unexpected error for the log. The message is omitted, because it may quote the
 * data that was being processed.
 */
export function errorLocation(thrown: unknown): { readonly error: string; readonly at?: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const frame = /\n\s+at (.+)/.exec(thrown.stack ?? '')?.[1];
  return frame === undefined ? { error: thrown.name } : { error: thrown.name, at: frame };
}
