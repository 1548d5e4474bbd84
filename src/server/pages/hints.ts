import { labelMeanings } from '../../exposition/label-values.ts';
import { namesProduct } from '../../polling/identities.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';

/** What to do about a failure: steps in the order in which they are worth trying. Code stands between backticks. */
export type FailureHint = readonly string[];

/** What ends the wait after a refused login, for who has corrected the cause. A reload that changes nothing of the target does not. */
const corrected: FailureHint = [
  'Corrected in the configuration: reload. Another url, account, secret, TLS setting or option of this target is tried at once; a reload that changes none of them leaves the pause as it is.',
  'Corrected on the PBX: `pbx-exporter retry NAME`, or `curl -X POST http://EXPORTER:10560/-/retry?pbx=NAME`, tries one login now. It says so, and until when, if one more refusal could lock the exporter out.',
];

/** The steps for a reason that makes logins wait: last, what ends the wait, and when it ends by itself. */
function untilCorrected(...steps: readonly string[]): FailureHint {
  return [
    ...steps,
    ...corrected,
    'By itself the pause ends at `pbx_login_suspended_until_timestamp_seconds`; the page of the PBX shows it as a time.',
  ];
}

/** What ends the pauses after trouble on the way, which concern logins only. */
const triedAgain =
  'Corrected? It is asked again by itself, at the latest after five minutes; `pbx-exporter retry NAME` asks now.';

/** A hint for every reason; the compiler sees to it that none is forgotten. */
export const failureHints: Readonly<Record<FailureReason, FailureHint>> = {
  dns: [
    'Check the host name in `url` of this target.',
    'On the machine of the exporter: `getent hosts NAME-OF-THE-PBX`. No answer: the name server does not know it or is away.',
    'In a container the name server may be another one than on the host.',
    '“Did not answer in time”: ask the name server itself, `dig NAME-OF-THE-PBX`. The hosts file, `search` and `ndots` of `/etc/resolv.conf` count; mDNS and other sources of the system are asked only for names that DNS does not know.',
    triedAgain,
  ],
  connect: [
    '“Closed without an answer”, and `url` begins with http://: does the PBX want https:// here?',
    'Is the PBX on? Does its web page open?',
    'On the machine of the exporter: `curl -v URL-OF-THE-PBX`. “Refused”: nothing listens on this port. No answer: a firewall, a route, a VPN.',
    'Check host and port in `url` of this target.',
    '“The proxy”: it is the one in `proxy_url` of this target that refused, or could not be reached.',
    triedAgain,
  ],
  tls: [
    'The message names the cause and, where a key of this target helps, that key. No key helps against a PBX that hangs up: check the port, and how many connections it takes.',
    'The certificate may have expired, or bear another name: `openssl s_client -connect HOST:PORT` shows it.',
    'A certificate of your own authority: name its file in `tls.ca_file`. Another host name in the certificate: put the certificate of the PBX itself into that file, or set `tls.server_name`.',
    'Fetch the certificate into a file for `tls.ca_file`: `openssl s_client -connect HOST:PORT </dev/null | openssl x509 > pbx.pem`. Compare its fingerprint with the one on the PBX before you trust it.',
    'Old firmware: `tls.min_version` (TLS 1.0 and 1.1), `tls.security_level` (short keys, old ciphers and signatures) and `tls.legacy_renegotiation` make it readable. Update it where you can; `check` says what each key costs.',
    'A PBX with a certificate that nobody vouches for: `tls.insecure_skip_verify: true`, in a network that you trust.',
    triedAgain,
  ],
  timeout: [
    'Log in to the web page of the PBX and see how long it takes. An overloaded PBX answers late or never.',
    'A large PBX on a slow line: raise `timeout` of this target.',
    'Only one collector fails so: leave it out of `collect`, or ask less often with a longer `interval`.',
  ],
  http_status: [
    'Does `url` lead to the API of the PBX, with the right port and path?',
    'A proxy in between may answer in its place: ask the PBX directly.',
    '`pbx-exporter once NAME` shows which call got which status.',
  ],
  redirect: untilCorrected(
    'The PBX, or a proxy, wants another address, as a rule `https` instead of `http`: write the final address into `url`.',
  ),
  protocol: [
    'Something else may answer at this address: open it in a browser. A portal, a proxy, a login page?',
    '“An error message of its own program”: the PBX, not the address, is in trouble. Restart or update it; its vendor wants to know the message, which its web log holds.',
    '“A line that no HTTP client of Node.js reads”: a proxy in between, such as nginx, writes such heads anew.',
    'Check that `family` is the right one for this PBX, and its version against the page of the family.',
    'If it is: `pbx-exporter capture NAME` keeps what the PBX said, without secrets, for a bug report.',
  ],
  bad_credentials: untilCorrected(
    'Check user name and password (or token) of this target. Was the password changed, did the account expire?',
    'Is this account allowed to use the API, and from the address of the exporter?',
  ),
  locked_out: untilCorrected(
    'The PBX has locked the account or the address of the exporter. Lift the lock on the PBX, or wait until it ends.',
    'Find out who tried wrong passwords: another program with the same account, or somebody unwelcome.',
    'Put the address of the exporter on the list of allowed addresses of the PBX.',
  ),
  two_factor_required: untilCorrected(
    'Switch the second factor off for this account, or make an account for the exporter alone that needs none.',
    'Where the PBX offers API keys or client credentials, use those.',
  ),
  session_lost: [
    'Another program may use the same account and push the exporter out: give the exporter an account of its own.',
    'Do the clocks of the PBX and of this machine agree?',
  ],
  forbidden: [
    'Give the account the right to read this list; the page of the family says which right it is.',
    'Some PBXs tie rights to addresses: allow the address of the exporter.',
    'Not needed? Leave the collector out of `collect`.',
    'Corrected on the PBX: a list that it refused is asked again within an hour. A login that it refused waits until `pbx_login_suspended_until_timestamp_seconds`; `pbx-exporter retry NAME` tries one now.',
  ],
  rate_limited: [
    'Ask less often: a longer `interval` for this target.',
    'Are there other programs, or a second exporter, that ask the same PBX?',
    'Where the PBX names a time (`Retry-After`), no question is sent to it until then, and it comes back by itself.',
    'Logins wait until `pbx_login_suspended_until_timestamp_seconds`, where it is not 0; `pbx-exporter retry NAME` tries one before that. Questions are asked again with the next round.',
  ],
  service_unavailable: [
    'The web server of the PBX runs, its telephone service does not: can people make calls?',
    'Restart the telephone service on the PBX. While it starts or updates itself, wait a few minutes.',
    triedAgain,
  ],
  config: untilCorrected(
    'Check `url`, `family` and `options` of this target: wrong path, unknown domain, or an API that this PBX does not have.',
    '“This is the port of”: another service answers there. Asterisk is asked on 8088 (http) or 8089 (https), not on 5038.',
    'Where it surely is this family: is the API switched on in the PBX?',
  ),
  suspended: untilCorrected(
    'Nothing is wrong with the wait itself: it keeps the PBX from locking the account. What led to it is in the log.',
  ),
};

/** Where the answers prove which product it is, hints that speak of the configured family would send people to change the wrong one. */
const productIsKnown = untilCorrected(
  'What answers at this address told which product it is: correct `family` or `url` of this target as the message says.',
);

/** What to do about a failure as it was told. */
export function hintsFor(reason: FailureReason | undefined, detail: string | undefined): FailureHint {
  if (namesProduct(detail)) return productIsKnown;
  return reason === undefined ? [] : failureHints[reason];
}

/** A failure reason in words: `user name, password, token or key was refused`. */
export function failureInWords(reason: FailureReason): string {
  return labelMeanings.failureReasons[reason];
}
