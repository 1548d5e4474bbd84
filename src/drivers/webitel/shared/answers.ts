import { beginsWithProgramError, readJson, tryJson as tryText } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';

/**
 * The body as JSON. A wrong path prefix makes Webitel's web server send the page of its web client with status 200.
 * Throws a `Failure` (`protocol`) for anything that is not JSON.
 */
export function readApiJson(answer: ApiAnswer): unknown {
  if (beginsWithProgramError(answer.body) || !answer.body.trimStart().startsWith('<')) return readJson(answer);
  throw new Failure('protocol', webPageMessage, { status: answer.status });
}

/** The body as JSON; undefined if it is not JSON. For answers whose status already shows that they are refusals. */
export function tryJson(answer: ApiAnswer): unknown {
  return tryText(answer.body);
}

const webPageMessage =
  'the answer is a web page instead of JSON: the url must end in the prefix of the API, usually /engine (legacy) or /api (modern)';

/** Host of a SIP address such as `sip:user@host:5060;transport=tcp`, without the user; undefined when there is none. */
export function sipHost(address: string): string | undefined {
  const bare = address
    .trim()
    .replace(/^<?sips?:/i, '')
    .replace(/[;?>].*$/s, '');
  const host = bare.slice(bare.lastIndexOf('@') + 1);
  const name = host.startsWith('[') ? host.replace(/\]:\d+$/, ']') : host.replace(/:\d+$/, '');
  return name === '' ? undefined : name;
}

/** A percent-encoded text, decoded; the text itself where the encoding is broken. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
