import { validateHeaderValue } from 'node:http';
import { Failure } from './failure.ts';

/** Throws a `Failure` (`protocol`) when a header holds characters that HTTP forbids, e.g. a token with damaged bytes; never tells its value. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!isSendable(name, value))
      throw new Failure('protocol', `the PBX gave a session that no request can carry (header ${name})`);
  }
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
