import { beginsWithProgramError, readJson, tryJson as tryText } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';

/**
 * Returns the body as JSON. With a wrong path prefix, Webitel's web server sends the page of its web client with status
 * 200. Throws a `Failure` (`protocol`) for anything that is not JSON.
 */
export function readApiJson(answer: ApiAnswer): unknown {
  if (beginsWithProgramError(answer.body) || !answer.body.trimStart().startsWith('<')) return readJson(answer);
  throw new Failure('protocol', webPageMessage, { status: answer.status });
}

/** Returns the body as JSON; undefined if it is not JSON. For answers whose status already shows a refusal. */
export function tryJson(answer: ApiAnswer): unknown {
  return tryText(answer.body);
}

const webPageMessage =
  'the answer is a web page instead of JSON: the url must end in the prefix of the API, usually /engine (legacy) or /api (modern)';

/** Returns the host of a SIP address such as `sip:user@host:5060;transport=tcp`, without the user; undefined if there is none. */
export function sipHost(address: string): string | undefined {
  const bare = address
    .trim()
    .replace(/^<?sips?:/i, '')
    .replace(/[;?>].*$/s, '');
  const host = bare.slice(bare.lastIndexOf('@') + 1);
  const name = host.startsWith('[') ? host.replace(/\]:\d+$/, ']') : host.replace(/:\d+$/, '');
  return name === '' ? undefined : name;
}

/** Decodes a percent-encoded text; returns the text unchanged if its encoding is broken. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
