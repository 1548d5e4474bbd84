import { refusedLogin, statusFailure } from '../kit/answers.ts';
import type { Session } from '../driver.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { type AmiAnswer, parseAmi } from './ami-message.ts';

const sessionCookie = 'mansession_id';
/**
 * An unused session ends after `httptimeout` (60 s) and blocks its user until then. Ten seconds are added as a margin for
 * differences between the clocks.
 */
const inUseMs = 70_000;

/** Messages that mean "none", although the response is `Error`; the last two contain the name of the missing object. */
const emptyListMessages = /^(?:no (?:endpoints|contacts|aors) found$|unable to retrieve endpoint |peer .* not found)/i;

/**
 * Interprets an answer of AMI over HTTP, which has the HTTP status 200 in nearly all cases. Throws a `Failure` for every
 * refusal. An empty list, which Asterisk reports as an error, becomes an answer without events.
 */
export function readResponse(answer: ApiAnswer, session?: Session): AmiAnswer {
  if (answer.status === 404)
    throw new Failure('config', missingMessage(answer), { status: 404, login: 'path_missing' });
  if (answer.status === 403 && /access denied by acl/i.test(answer.body))
    throw new Failure('config', 'the access list in http.conf (deny, permit, acl) refuses the address of the exporter');
  const failure = statusFailure(answer);
  if (failure !== undefined) throw failure;
  const ami = parseAmi(answer.body);
  const response = ami.response.get('response')?.toLowerCase();
  if (response === 'success' || response === 'goodbye') return ami;
  const message = ami.response.get('message') ?? '';
  if (emptyListMessages.test(message)) return { response: ami.response, events: [] };
  throw refusal(message, answer, session);
}

/** Suggests settings of Asterisk only if the answer comes from its own web server. */
function missingMessage({ headers }: ApiAnswer): string {
  return /^Asterisk\b/i.test(headers['server'] ?? '')
    ? 'AMI over HTTP is not there: set webenabled=yes in manager.conf, or add the prefix of http.conf to the url'
    : 'AMI over HTTP is not there (HTTP 404): check that this is the web server of Asterisk itself, and that the url contains the prefix from its http.conf';
}

/** Whether the PBX does not know the action: its module is not loaded, or not yet. */
export function isUnknownAction(answer: ApiAnswer): boolean {
  return (
    /^Message: Invalid\/unknown command/im.test(answer.body.slice(0, 1_000)) && /^Response: Error/i.test(answer.body)
  );
}

/** Whether the requested channel has ended. */
export function isNoSuchChannel({ body }: ApiAnswer): boolean {
  return /^Response: Error/i.test(body) && /^Message: No such channel/im.test(body.slice(0, 1_000));
}

/** The refusal of an action that the user may not call. */
export function missingRight(): Failure {
  return new Failure(
    'forbidden',
    'the AMI user lacks a right: add it to write= in manager.conf (system and reporting are needed)',
  );
}

/** Whether an answer without events stands for an empty list (see {@link readResponse}). */
export function isEmptyList({ response, events }: AmiAnswer): boolean {
  return events.length === 0 && response.get('response')?.toLowerCase() === 'error';
}

/** The session of an answer's cookie, whose `Max-Age` is the `httptimeout`; undefined if the answer sets no cookie. */
export function sessionFrom(answer: ApiAnswer): Session | undefined {
  const cookie = answer.cookies.get(sessionCookie);
  if (cookie === undefined) return undefined;
  const seconds = answer.cookieAges?.get(sessionCookie);
  return {
    headers: { cookie: `${sessionCookie}=${cookie}` },
    renewal: cookie,
    ...(seconds === undefined ? {} : { idleMs: seconds * 1000 }),
  };
}

function refusal(message: string, answer: ApiAnswer, session: Session | undefined): Failure {
  const known = message.toLowerCase();
  if (known === 'asterisk is shutting down')
    return new Failure('service_unavailable', 'Asterisk is shutting down: it waits for the calls to end');
  if (known === 'permission denied') return permissionDenied(answer, session);
  if (known === 'authentication failed')
    return new Failure(
      'bad_credentials',
      'user name or secret refused (or this address is not permitted in manager.conf)',
    );
  if (known === 'login already in use')
    return new Failure(
      'forbidden',
      'the user is logged in elsewhere and allowmultiplelogin=no: give the exporter its own user',
      { retryAfterMs: inUseMs },
    );
  if (known.startsWith('invalid/unknown command'))
    return new Failure('config', 'this Asterisk does not know the action: its module is not loaded');
  const unnamed = new Failure('protocol', 'the PBX refused the action');
  return session === undefined ? refusedLogin(unnamed) : unnamed;
}

/**
 * Asterisk answers "Permission denied" both for an unknown session and for a missing right. Only the former comes with a
 * session cookie that differs from the one that was sent.
 */
function permissionDenied(answer: ApiAnswer, session: Session | undefined): Failure {
  const sent = unquoted(session?.headers?.['cookie']?.slice(sessionCookie.length + 1));
  const received = unquoted(answer.cookies.get(sessionCookie));
  if (sent !== undefined && received === sent) return missingRight();
  return new Failure('session_lost', 'the PBX no longer knows the session');
}

function unquoted(value: string | undefined): string | undefined {
  return value?.replaceAll('"', '');
}
