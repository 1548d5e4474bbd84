import { Failure } from '../../transport/failure.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { countOf, type JsonRecord } from '../kit/fields.ts';

type Meaning = readonly [reason: FailureReason, message: string];

/** `DATA NOT FOUND`: some lists return this code when they are empty. */
export const dataNotFound = '60001';

/**
 * Error codes of the P-Series ("Error Code and Error Message", help.yeastar.com:
 * en/p-series-appliance-edition/developer-guide/error-code-and-error-message.html). The S-Series uses some of the same
 * numbers for other things: 10004 is an expired token here and a blank parameter there.
 */
const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    '-2': ['service_unavailable', 'the PBX reports an internal error'],
    '1': ['protocol', 'the PBX carried out only a part of the request'],
    '2': ['service_unavailable', 'the PBX is still working on it'],
    '10001': ['config', 'this PBX does not have the request: its firmware is too old, or url is wrong'],
    '10002': ['config', 'this PBX no longer has version v1.0 of the API'],
    '10003': ['config', 'this PBX does not have version v1.0 of the API'],
    '10004': ['session_lost', 'the PBX no longer knows the token'],
    '10005': ['forbidden', 'the PBX denies access to this request'],
    '10009': ['forbidden', 'the PBX did not carry out the request: the feature is off, or a permission is missing'],
    '40001': ['protocol', 'the PBX did not accept the format of the request'],
    '40002': ['protocol', 'the PBX did not accept a parameter of the request'],
    '60001': ['protocol', 'the PBX found no data'],
    '60002': ['rate_limited', 'the PBX has reached an internal limit'],
    '70004': [
      'locked_out',
      'the PBX has blocked this address after failed logins: an administrator has to delete it under Security > Security Rules > Blocked IPs',
    ],
    '70082': ['service_unavailable', 'the PBX is busy with a large task'],
    '70084': ['forbidden', 'the PBX forbids this request'],
    '70087': ['config', 'the address of the exporter is not permitted by the IP restriction of the API'],
  }),
);

/** The failure for an `errcode` of the P-Series; unknown codes are `protocol`. */
export function errcodeFailure(errcode: string): Failure {
  const [reason, message] = meanings.get(errcode) ?? ['protocol', 'the PBX refused the request'];
  return new Failure(reason, `${message} (errcode ${errcode})`);
}

/** A `block_expire_time` above this is a point in time (s since 1970), below it a duration. */
const firstPointInTime = 1_000_000_000;

/**
 * Time (ms) for which an address stays blocked according to `block_expire_time`; `now` is in ms since 1970. Undefined if
 * the PBX does not report it.
 */
export function remainingBlockMs(fields: JsonRecord, now: number): number | undefined {
  const seconds = countOf(fields['block_expire_time']);
  if (seconds === undefined) return undefined;
  return seconds > firstPointInTime ? seconds * 1000 - now : seconds * 1000;
}

/** Reasons for a failed token request that show nothing about client id and secret. */
const notTheAccount: readonly FailureReason[] = ['service_unavailable', 'locked_out', 'config'];

/**
 * The failure of a request for a token. The guides do not name the code for a wrong client id or secret, and after five
 * of these the PBX blocks the address permanently. Every refusal without another meaning therefore counts as one.
 * `blockMs`: the reported time for which the PBX blocks this address, in milliseconds.
 */
export function tokenFailure(errcode: string, blockMs?: number): Failure {
  if (errcode === '60002')
    return new Failure(
      'rate_limited',
      'all eight tokens of this client id are in use, by other programs or since a crash: they expire after half an hour (errcode 60002)',
    );
  const failure = errcodeFailure(errcode);
  if (failure.reason === 'locked_out' && blockMs !== undefined)
    return new Failure('locked_out', failure.message, { retryAfterMs: blockMs });
  if (notTheAccount.includes(failure.reason)) return failure;
  return new Failure(
    'bad_credentials',
    `client id or secret refused (errcode ${errcode}): after the third refusal in a row the exporter stops, because the PBX blocks an address permanently after five; correct them and reload`,
  );
}
