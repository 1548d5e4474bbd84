import { labelMeanings } from '../../exposition/label-values.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';

/** What to do about a failure: steps in the order in which they are worth trying. Code stands between backticks. */
export type FailureHint = readonly string[];

/** What a login that waits is waiting for; a reload that changes nothing of the target leaves the pause as it is. */
const endOfPause =
  'Corrected in the configuration: a reload with another url, account, secret, TLS setting or option of this target allows a try at once, as long as the PBX allows one more refusal. Corrected on the PBX alone: a reload does not end the pause; it ends by itself at `pbx_login_suspended_until_timestamp_seconds`.';

/** A hint for every reason; the compiler sees to it that none is forgotten. */
export const failureHints: Readonly<Record<FailureReason, FailureHint>> = {
  dns: [
    'Check the host name in `url` of this target.',
    'On the machine of the exporter: `getent hosts NAME-OF-THE-PBX`. No answer: the name server does not know it or is away.',
    'In a container the name server may be another one than on the host.',
    '“Did not answer in time”: ask the name server itself, `dig NAME-OF-THE-PBX`. The hosts file, `search` and `ndots` of `/etc/resolv.conf` count; mDNS and other sources of the system are asked only for names that DNS does not know.',
  ],
  connect: [
    '“Closed without an answer”, and `url` begins with http://: does the PBX want https:// here?',
    'Is the PBX on? Does its web page open?',
    'On the machine of the exporter: `curl -v URL-OF-THE-PBX`. “Refused”: nothing listens on this port. No answer: a firewall, a route, a VPN.',
    'Check host and port in `url` of this target.',
    '“The proxy”: it is the one in `proxy_url` of this target that refused, or could not be reached.',
  ],
  tls: [
    'The message names the cause and, where a key of this target helps, that key. No key helps against a PBX that hangs up: check the port, and how many connections it takes.',
    'The certificate may have expired, or bear another name: `openssl s_client -connect HOST:PORT` shows it.',
    'A certificate of your own authority: name its file in `tls.ca_file`. Another host name in the certificate: put the certificate of the PBX itself into that file, or set `tls.server_name`.',
    'Fetch the certificate into a file for `tls.ca_file`: `openssl s_client -connect HOST:PORT </dev/null | openssl x509 > pbx.pem`. Compare its fingerprint with the one on the PBX before you trust it.',
    'Old firmware: `tls.min_version` (TLS 1.0 and 1.1), `tls.security_level` (short keys, old ciphers and signatures) and `tls.legacy_renegotiation` make it readable. Update it where you can; `check` says what each key costs.',
    'A PBX with a certificate that nobody vouches for: `tls.insecure_skip_verify: true`, in a network that you trust.',
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
  redirect: [
    'The PBX, or a proxy, wants another address, as a rule `https` instead of `http`: write the final address into `url`.',
    'Reload the exporter then; that also ends the pause before the next login.',
  ],
  protocol: [
    'Something else may answer at this address: open it in a browser. A portal, a proxy, a login page?',
    '“An error message of its own program”: the PBX, not the address, is in trouble. Restart or update it; its vendor wants to know the message, which its web log holds.',
    '“A line that no HTTP client of Node.js reads”: a proxy in between, such as nginx, writes such heads anew.',
    'Check that `family` is the right one for this PBX, and its version against the page of the family.',
    'If it is: `pbx-exporter capture NAME` keeps what the PBX said, without secrets, for a bug report.',
  ],
  bad_credentials: [
    'Check user name and password (or token) of this target. Was the password changed, did the account expire?',
    'Is this account allowed to use the API, and from the address of the exporter?',
    endOfPause,
  ],
  locked_out: [
    'The PBX has locked the account or the address of the exporter. Lift the lock on the PBX, or wait until it ends.',
    'Find out who tried wrong passwords: another program with the same account, or somebody unwelcome.',
    'Put the address of the exporter on the list of allowed addresses of the PBX.',
    endOfPause,
  ],
  two_factor_required: [
    'Switch the second factor off for this account, or make an account for the exporter alone that needs none.',
    'Where the PBX offers API keys or client credentials, use those.',
  ],
  session_lost: [
    'Another program may use the same account and push the exporter out: give the exporter an account of its own.',
    'Do the clocks of the PBX and of this machine agree?',
  ],
  forbidden: [
    'Give the account the right to read this list; the page of the family says which right it is.',
    'Some PBXs tie rights to addresses: allow the address of the exporter.',
    'Not needed? Leave the collector out of `collect`.',
  ],
  rate_limited: [
    'Ask less often: a longer `interval` for this target.',
    'Are there other programs, or a second exporter, that ask the same PBX?',
    'Where the PBX names a time (`Retry-After`), nothing is sent to it until then, and it comes back by itself.',
  ],
  service_unavailable: [
    'The web server of the PBX runs, its telephone service does not: can people make calls?',
    'Restart the telephone service on the PBX. While it starts or updates itself, wait a few minutes.',
  ],
  config: [
    'Check `url`, `family` and `options` of this target: wrong path, unknown domain, or an API that this PBX does not have.',
    '“This is the port of”: another service answers there. Asterisk is asked on 8088 (http) or 8089 (https), not on 5038.',
    'Is the API switched on in the PBX?',
    endOfPause,
  ],
  suspended: [
    'Nothing is wrong with the wait itself: it keeps the PBX from locking the account. What led to it is in the log.',
    'Correct the cause and reload the exporter with changed credentials to try at once.',
  ],
};

/** A failure reason in words: `user name, password, token or key was refused`. */
export function failureInWords(reason: FailureReason): string {
  return labelMeanings.failureReasons[reason];
}
