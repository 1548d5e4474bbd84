import { Failure } from './failure.ts';

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA']);
const tlsCodes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'EPROTO',
]);

/** How far an exchange had come when it failed: before or after the answer began. */
export type Stage = 'asking' | 'reading';

/**
 * An HTTP client's error as a {@link Failure}: the kind is taken from its code, and nothing else of it is kept.
 * The messages are ours, because the original ones can hold URLs with tokens.
 */
export function translateError(thrown: unknown, stage: Stage): Failure {
  const codes = errorCodes(thrown);
  const code = codes.find((candidate) => candidate !== '') ?? '';
  if (codes.some((candidate) => dnsCodes.has(candidate)))
    return new Failure('dns', `the host name cannot be resolved (${code})`);
  if (codes.some(isTlsCode)) return new Failure('tls', tlsMessage(codes.find(isTlsCode) ?? code));
  if (codes.includes('ERR_INVALID_CHAR'))
    return new Failure('config', 'a header cannot hold such characters: check the username, password, token or key');
  if (codes.some((candidate) => candidate.startsWith('HPE_')))
    return new Failure('protocol', `the answer is not HTTP (${code})`);
  if (codes.some((candidate) => candidate.startsWith('Z_') || candidate === 'ERR_BROTLI_INVALID_COMPRESSED_DATA'))
    return new Failure('protocol', 'the compressed answer is damaged');
  if (stage === 'reading' || codes.includes('ERR_HTTP_CONTENT_LENGTH_MISMATCH'))
    return new Failure('protocol', 'the answer was cut off before its end');
  return new Failure('connect', connectMessage(codes));
}

function isTlsCode(code: string): boolean {
  return (
    tlsCodes.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_')
  );
}

function tlsMessage(code: string): string {
  if (code.includes('SELF_SIGNED') || code.includes('UNABLE_TO'))
    return `the certificate is not signed by an authority known here (${code}): set tls.ca_file`;
  if (code === 'CERT_HAS_EXPIRED') return `the certificate has expired (${code})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate is for another host name (${code}): put it into tls.ca_file, or set tls.server_name`;
  return `the TLS handshake failed (${code})`;
}

function connectMessage(codes: readonly string[]): string {
  if (codes.includes('ECONNREFUSED')) return 'the connection was refused (ECONNREFUSED)';
  if (codes.includes('ECONNRESET') || codes.includes('EPIPE'))
    return 'the connection was closed without an answer (ECONNRESET)';
  const code = codes.find((candidate) => /^E[A-Z]+$/.test(candidate));
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

/** The codes of an error and of what it wraps: several addresses give an AggregateError, clients add their own layer. */
function errorCodes(thrown: unknown, depth = 0): string[] {
  if (typeof thrown !== 'object' || thrown === null || depth > 3) return [];
  const code = 'code' in thrown && typeof thrown.code === 'string' ? [thrown.code] : [];
  const cause = 'cause' in thrown ? errorCodes(thrown.cause, depth + 1) : [];
  const parts = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors : [];
  return [...cause, ...parts.flatMap((part) => errorCodes(part, depth + 1)), ...code];
}
