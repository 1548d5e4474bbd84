/**
 * Reasons for a failure: the closed set that labels, log fields, pages and docs share.
 *
 * - `dns`: the name of the PBX could not be resolved
 * - `connect`: no connection, or it was closed before an answer began
 * - `tls`: certificate or handshake refused
 * - `timeout`: our own deadline passed
 * - `http_status`: an HTTP status that has no meaning in the API of the family
 * - `redirect`: the PBX sent a redirect, which is never followed
 * - `protocol`: the answer has an unexpected format or structure, is truncated, or is too large
 * - `bad_credentials`: user, password, token or key refused
 * - `locked_out`: the PBX refuses logins after too many attempts
 * - `two_factor_required`: the account requires a second factor, which a program does not have
 * - `session_lost`: the session was refused again right after a new login
 * - `forbidden`: the account lacks a right
 * - `rate_limited`: too many requests
 * - `service_unavailable`: the PBX reports that its own API or telephony core is down
 * - `config`: our configuration does not match this PBX (wrong base URL, unknown domain, API that it does not have)
 * - `suspended`: the exporter itself waits before the next login
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
