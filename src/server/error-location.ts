/**
 * An unexpected error for the log: its kind and where it came from. Not its message, which may quote what was being
 * worked on.
 */
export function errorLocation(thrown: unknown): { readonly error: string; readonly at?: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const frame = /\n\s+at (.+)/.exec(thrown.stack ?? '')?.[1];
  return frame === undefined ? { error: thrown.name } : { error: thrown.name, at: frame };
}
