/**
 * Why something did not work: the closed set that labels, log fields, pages and docs share.
 *
 * - `dns`: the name of the PBX could not be resolved
 * - `connect`: no connection, or it was closed before an answer began
 * - `tls`: certificate or handshake refused
 * - `timeout`: our own deadline passed
 * - `http_status`: an HTTP status that the family's API gives no meaning to
 * - `redirect`: the PBX wanted to send us elsewhere; redirects are never followed
 * - `protocol`: not the expected format, wrong shape, cut off, or too large
 * - `bad_credentials`: user, password, token or key refused
 * - `locked_out`: the PBX refuses logins after too many tries
 * - `two_factor_required`: the account wants a second factor, which a machine does not have
 * - `session_lost`: the session was refused again right after a new login
 * - `forbidden`: the account lacks a right
 * - `rate_limited`: too many requests
 * - `service_unavailable`: the PBX says that its own API or telephony core is down
 * - `config`: our configuration does not fit this PBX (wrong base URL, unknown domain, API that it does not have)
 * - `suspended`: we ourselves wait before the next login
 */
export const failureReasons = [
  'dns',
  'connect',
  'tls',
  'timeout',
  'http_status',
  'redirect',
  'protocol',
  'bad_credentials',
  'locked_out',
  'two_factor_required',
  'session_lost',
  'forbidden',
  'rate_limited',
  'service_unavailable',
  'config',
  'suspended',
] as const;

/** One of {@link failureReasons}. */
export type FailureReason = (typeof failureReasons)[number];
