import { Failure } from '../../transport/failure.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';

interface Meaning {
  readonly reason: FailureReason;
  readonly message: string;
}

const lostToken: Meaning = { reason: 'session_lost', message: 'the PBX no longer knows the token' };
const serviceDown: Meaning = {
  reason: 'service_unavailable',
  message: 'the API service of the PBX is not running: check Settings > PBX > General > API, or restart the PBX',
};
const refusedRequest: Meaning = { reason: 'protocol', message: 'the PBX did not accept the format of the request' };
const missing = (what: string): Meaning => ({ reason: 'config', message: `${what} does not exist on this PBX` });

/**
 * Error numbers of the S-Series and K2 API; v1.x and v2.0.0 share them ("Error Code" in the developer guides,
 * help.yeastar.com: en/s-series-developer/api/api_error_code.html and en/k2-developer/api/api_error_code.html).
 * The P-Series uses some of the same numbers for other things and has its own table.
 */
const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    '10002': refusedRequest,
    '10003': {
      reason: 'config',
      message: 'this PBX does not know the request in this version of its API: check options.api_version',
    },
    '10004': refusedRequest,
    '10006': missing('the extension'),
    '10007': missing('the call'),
    '10012': missing('the IVR'),
    '10013': missing('the queue'),
    '10014': missing('the ring group'),
    '20000': refusedRequest,
    '20001': refusedRequest,
    '20002': {
      reason: 'locked_out',
      message:
        'the PBX has locked this address after five refused logins: it opens again after ten minutes, or delete the "API-IP" entry in its blocked addresses',
    },
    '20003': {
      reason: 'bad_credentials',
      message:
        'API user name or password refused: after the third refusal in a row the exporter waits a day, because the fifth would lock its address; correct the password and reload',
    },
    '20004': lostToken,
    '20005': lostToken,
    '20006': lostToken,
    '20007': refusedRequest,
    '20008': { reason: 'config', message: 'the PBX does not accept the port in options.report_port' },
    '20009': refusedRequest,
    '20010': serviceDown,
    '20011': { reason: 'session_lost', message: 'the PBX refused to extend the token' },
    '20015': {
      reason: 'config',
      message: 'the address of the exporter is not among the permitted addresses of the PBX',
    },
    '30001': { reason: 'service_unavailable', message: 'the API service of the PBX reports an internal error' },
    '30003': serviceDown,
  }),
);

/** The failure for an `errno` of the S-Series or K2; numbers without a meaning for reads are `protocol`. */
export function errnoFailure(errno: string): Failure {
  if (!/^\d{1,9}$/.test(errno)) return new Failure('protocol', 'the PBX refused the request without an error number');
  const { reason, message } = meanings.get(errno) ?? { reason: 'protocol', message: 'the PBX refused the request' };
  return new Failure(reason, `${message} (errno ${errno})`);
}
