import { labelMeanings } from '../../exposition/label-values.ts';
import { namesProduct } from '../../polling/identities.ts';
import type { RunningLegs } from '../../snapshot/call-quality.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { countOf } from './format.ts';

/** Steps against a failure, in the order to try them. Code is in backticks. */
export type FailureHint = readonly string[];

/** Steps that end the wait after a refused login, once the cause is corrected. */
const corrected: FailureHint = [
  'If the cause was in the configuration, correct it and reload. A target whose url, account, secret, TLS settings or options changed is tried immediately; otherwise a reload leaves the pause as it is.',
  'If the cause was on the PBX, `pbx-exporter retry NAME` or `curl -X POST http://EXPORTER:10560/-/retry?pbx=NAME` tries one login now. If one more refusal could lock the exporter out, it sends no login, but shows when the next one is possible.',
];

/** Returns the steps for a reason that suspends logins, followed by the ways in which the wait ends. */
function untilCorrected(...steps: readonly string[]): FailureHint {
  return [
    ...steps,
    ...corrected,
    'Without any action, the pause ends at `pbx_login_suspended_until_timestamp_seconds`; the page of the PBX shows this time.',
  ];
}

/** Step for connection problems: how the pause before the next attempt ends. */
const triedAgain =
  'Once the cause is corrected, the exporter tries again by itself within five minutes; `pbx-exporter retry NAME` tries now.';

/** A hint for every reason; the compiler ensures that none is missing. */
export const failureHints: Readonly<Record<FailureReason, FailureHint>> = {
  dns: [
    'Check the host name in `url` of this target.',
    'On the machine of the exporter, run `getent hosts NAME-OF-THE-PBX`. No answer means that the name server does not know the name or cannot be reached.',
    'A container may use a different name server than its host.',
    '“Did not answer in time”: query the name server directly with `dig NAME-OF-THE-PBX`. The hosts file and `search` and `ndots` in `/etc/resolv.conf` are respected. mDNS and other sources of the system are used only for names that DNS does not know.',
    triedAgain,
  ],
  connect: [
    '“Closed without an answer”, and `url` begins with http://: does the PBX expect https:// here?',
    'Is the PBX switched on? Does its web page open?',
    'On the machine of the exporter, run `curl -v URL-OF-THE-PBX`. “Refused” means that nothing listens on this port. No answer: check the firewall, the route and the VPN.',
    'Check the host and port in `url` of this target.',
    '“The proxy”: the proxy in `proxy_url` of this target refused the connection or could not be reached.',
    triedAgain,
  ],
  tls: [
    'The message names the cause and, if a key of this target helps, that key. No key helps if the PBX closes the connection: check the port, and how many connections the PBX accepts.',
    'The certificate may have expired or be for another name. To see it, run `openssl s_client -connect HOST:PORT`.',
    'If the certificate comes from your own authority, name the authority’s file in `tls.ca_file`, or add the authority to the machine’s own store (`update-ca-certificates` on Debian) and restart the exporter. If the certificate is for another host name, put the certificate of the PBX itself into that file, or set `tls.server_name`.',
    'To save the certificate to a file for `tls.ca_file`, run `openssl s_client -connect HOST:PORT </dev/null | openssl x509 > pbx.pem`. Compare its fingerprint with the one on the PBX before you trust it.',
    'For old firmware, use `tls.min_version` (TLS 1.0 and 1.1), `tls.security_level` (short keys, old ciphers and signatures) and `tls.legacy_renegotiation`. Update the firmware if you can; `check` explains the risk of each key.',
    'If the certificate cannot be verified at all, use `tls.insecure_skip_verify: true`, but only in a network you trust.',
    triedAgain,
  ],
  timeout: [
    'Log in to the web page of the PBX and note how long it takes. An overloaded PBX answers late or not at all.',
    'For a large PBX or a slow connection, raise `timeout` of this target.',
    'If only one collector fails with this reason, remove it from `collect`, or poll less often with a longer `interval`.',
  ],
  http_status: [
    'Does `url` point to the API of the PBX, with the right port and path?',
    'The answer may come from a proxy in between: connect to the PBX directly.',
    '`pbx-exporter once NAME` shows the status of each call.',
  ],
  redirect: untilCorrected(
    'The PBX or a proxy redirects to another address, usually from `http` to `https`. Set `url` to the final address.',
  ),
  protocol: [
    'Another service may be answering at this address, such as a portal, a proxy or a login page. Open the address in a browser.',
    '“An error message of its own program”: the address is right, but the PBX has a fault. Restart or update it, and report the message to its vendor; the web log of the PBX contains it.',
    '“A line that Node.js cannot read”: put a proxy such as nginx in between, which rewrites the response headers.',
    'Check that `family` is the right one for this PBX, and that the page of the family lists its version.',
    'If both are right, `pbx-exporter capture NAME` saves the answers of the PBX, without secrets, for a bug report.',
  ],
  bad_credentials: untilCorrected(
    'Check the user name and password (or token) of this target. Was the password changed? Did the account expire?',
    'Is this account allowed to use the API, and to use it from the exporter’s address?',
  ),
  locked_out: untilCorrected(
    'The PBX has locked the account or the address of the exporter. Remove the lock on the PBX, or wait until it expires.',
    'Find out who tried wrong passwords: another program with the same account, or an attacker.',
    'Add the exporter’s address to the list of allowed addresses on the PBX.',
  ),
  two_factor_required: untilCorrected(
    'Turn off the second factor for this account, or create a separate account for the exporter without one.',
    'If the PBX offers API keys or client credentials, use those.',
  ),
  session_lost: [
    'Another program may use the same account and end the exporter’s session: give the exporter its own account.',
    'Do the clocks of the PBX and of this machine agree?',
  ],
  forbidden: [
    'Give the account the right to read this list; the page of the family names the right.',
    'Some PBXs restrict rights to certain addresses: allow the exporter’s address.',
    'If you do not need this list, remove the collector from `collect`.',
    'If the cause was on the PBX: a refused list is requested again within an hour. A refused login waits until `pbx_login_suspended_until_timestamp_seconds`; `pbx-exporter retry NAME` tries one now.',
  ],
  rate_limited: [
    'Poll less often: set a longer `interval` for this target.',
    'Check whether other programs, or a second exporter, poll the same PBX.',
    'If the PBX names a time (`Retry-After`), the exporter sends no requests until then, and resumes by itself.',
    'If `pbx_login_suspended_until_timestamp_seconds` is not 0, logins wait until then; `pbx-exporter retry NAME` tries one earlier. Other requests are sent again in the next round.',
  ],
  service_unavailable: [
    'The web server of the PBX is running, but its telephone service is not. Can people make calls?',
    'Restart the telephone service on the PBX. If it is starting or updating, wait a few minutes.',
    triedAgain,
  ],
  config: untilCorrected(
    'Check `url`, `family` and `options` of this target for a wrong path, an unknown domain, or an API that this PBX does not have.',
    '“This is the port of”: another service answers on this port. For Asterisk, use 8088 (http) or 8089 (https), not 5038.',
    'If the family is right, check that the API is turned on in the PBX.',
  ),
  suspended: untilCorrected(
    'The wait itself is not a problem: it keeps the PBX from locking the account. The log shows what caused it.',
  ),
};

/** Hint if the answers identify a different product. Hints for the configured family would be misleading then. */
const productIsKnown = untilCorrected(
  'The answers from this address show which product it is: correct `family` or `url` of this target as the message says.',
);

/** Returns the steps against a failure, given its reason and detail. */
export function hintsFor(reason: FailureReason | undefined, detail: string | undefined): FailureHint {
  if (namesProduct(detail)) return productIsKnown;
  return reason === undefined ? [] : failureHints[reason];
}

/** Returns what to check if running calls have one-way audio, or lose more than 5 % of their packets, as in the alert `PbxCallLegsLossy`. */
export function audioHints(running: RunningLegs | undefined): FailureHint {
  const oneWay = running?.media.one_way ?? 0;
  const lossy = running?.lossy?.['0.05'] ?? 0;
  const oneWayHint = `${countOf(oneWay, 'running call leg has', 'running call legs have')} one-way audio: the PBX sends packets, but receives none. Check that firewall and NAT let the RTP ports through to the PBX, that \`external_media_address\` is its public address, and whether \`direct_media = no\` helps.`;
  const lossHint = `${countOf(lossy, 'running call leg loses more than 5 % of its', 'running call legs lose more than 5 % of their')} packets on the way to the PBX. Check for a full Internet line (backup, update, video) first, then the Wi-Fi and the switches of the phones.`;
  return [...(oneWay > 0 ? [oneWayHint] : []), ...(lossy > 0 ? [lossHint] : [])];
}

/** Returns the meaning of a failure reason, e.g. `user name, password, token or key was refused`. */
export function failureMeaning(reason: FailureReason): string {
  return labelMeanings.failureReasons[reason];
}
