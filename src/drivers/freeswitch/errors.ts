import { statusFailure } from '../kit/answers.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';

/**
 * "No Reason": the HTTP status with which mod_xml_rpc refuses a command if the password is correct but the account lacks
 * the right.
 */
const notAllowed = 686;

/** Texts of failed commands, all with status 200, matched by their beginning. */
const refusals: readonly (readonly [RegExp, Failure])[] = [
  [
    /^INVALID COMMAND!/,
    new Failure('config', 'FreeSWITCH does not know the command: its module is not loaded (see modules.conf.xml)'),
  ],
  [/^Invalid Profile!/, new Failure('service_unavailable', 'the SIP profile is not running')],
  [
    /^-ERR SQL disabled/,
    new Failure('config', 'the core of this FreeSWITCH runs without its database, so it cannot count calls'),
  ],
  [
    /^(?:COMMAND RETURNED ERROR!|-ERR|-USAGE|Invalid Syntax!|Unknown Command)/,
    new Failure('protocol', 'FreeSWITCH refused the command'),
  ],
  [
    /^\s*<(?:!doctype|html)/i,
    new Failure('protocol', 'the answer is a web page: the url must point to the port of mod_xml_rpc'),
  ],
  [/^\s*$/, new Failure('protocol', 'the answer is empty')],
];

/** The text of a command's answer. Throws a `Failure` for every refusal, most of which come with status 200. */
export function readText(answer: ApiAnswer): string {
  const failure = httpFailure(answer);
  if (failure !== undefined) throw failure;
  const [, refusal] = refusals.find(([text]) => text.test(answer.body.slice(0, 200))) ?? [];
  if (refusal !== undefined) throw refusal;
  return answer.body;
}

/** Whether the password was correct, regardless of the command. */
export function provesPassword({ status }: ApiAnswer): boolean {
  return status === notAllowed || (status >= 200 && status < 300);
}

/** The failure for an HTTP status; undefined if the text of the answer decides. */
export function httpFailure(answer: ApiAnswer): Failure | undefined {
  const { status } = answer;
  if (status === 401) return new Failure('session_lost', 'FreeSWITCH refuses the account (HTTP 401)', { status });
  if (status === notAllowed)
    return new Failure('forbidden', 'the account may not use this command: add it to http-allowed-api of the user', {
      status,
    });
  if (status === 404)
    return new Failure('config', 'this is not mod_xml_rpc: the url must point to its port, usually 8080', {
      status,
      login: 'path_missing',
    });
  return statusFailure(answer);
}
