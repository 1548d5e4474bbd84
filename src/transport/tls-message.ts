const plainPort = 'this port does not use TLS: use http:// in the url, or the port for https';

/** OpenSSL's wording (`reason` of its errors, lower case) and its meaning for the administrator of a PBX. */
const reasons: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /unsupported protocol|alert protocol version|wrong ssl version|version too low/,
    'the PBX supports only old versions of TLS: update it, or set tls.min_version to TLS11 or TLS10',
  ],
  [
    /unsafe legacy renegotiation/,
    'the PBX does not support secure renegotiation (RFC 5746): update it, or set tls.legacy_renegotiation',
  ],
  [
    /wrong version number|packet length too long|http request|https proxy request|unknown protocol|record too small/,
    plainPort,
  ],
  [
    /dh key too small/,
    'the PBX uses a Diffie-Hellman key that is too short: set tls.security_level to 1, or to 0 for less than 1024 bits',
  ],
  [
    /key too small|key too weak|md too weak|digest algorithm too weak/,
    'the key or the signature in the certificate of the PBX is too weak: set tls.security_level to 1, or to 0 if that is not enough',
  ],
  [
    /wrong signature type|unsupported signature|no suitable signature|legacy sigalg|bad signature/,
    'the PBX signs the handshake in a way that is no longer accepted: set tls.security_level to 0',
  ],
  [
    /alert handshake failure|no cipher|no ciphers|no shared cipher|insufficient security|unknown cipher|wrong cipher/,
    'the PBX and the exporter have no common cipher: set tls.security_level to 1 or 0, or tls.min_version to TLS10 for a very old PBX',
  ],
  [/unrecognized name/, 'the PBX does not know the host name in the url: set tls.server_name to its own name'],
  [
    /certificate required|alert bad certificate|alert certificate unknown|alert access denied/,
    'the PBX requires a client certificate, which the exporter does not have',
  ],
];

/** Messages for refused certificates, by Node's error code. */
const refusals: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: do the clocks of the PBX and of this machine agree?',
  CERT_REVOKED: 'the certificate has been revoked',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is for another host name: put it into tls.ca_file, or set tls.server_name',
};

/** The parts of a TLS handshake error that may be shown. */
export interface HandshakeError {
  readonly code: string;
  /** OpenSSL's error text in lower case; empty if there is none. */
  readonly opensslText: string;
  /** The usual ports of the family's web server, as text. */
  readonly webPorts?: string | undefined;
  /** The names in a certificate that was refused because it is for another host. */
  readonly names?: readonly string[] | undefined;
  /** The earliest expiry in the certificate chain, in seconds since 1970. */
  readonly certificateEnd?: number | undefined;
}

/** One sentence with the cause, OpenSSL's own message in parentheses, and what to do. */
export function tlsMessage({ code, opensslText, ...facts }: HandshakeError): string {
  const said = opensslText === '' ? code : opensslText;
  const tail = said === '' ? '' : ` (${said})`;
  const meaning = reasons.find(([pattern]) => pattern.test(opensslText))?.[1] ?? refusals[code];
  if (meaning !== undefined) return withFacts(withTail(meaning, tail), meaning, facts);
  if (code.includes('SELF_SIGNED') || code.startsWith('UNABLE_TO'))
    return `the certificate is not signed by an authority known here (${code}): set tls.ca_file`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === '')
    return `the PBX closed the connection during the TLS handshake${tail}: wrong port, a limit on connections, or an unsupported version of TLS (tls.min_version)`;
  return `the TLS handshake failed${tail}`;
}

/** OpenSSL's text for an error in lower case, from its `reason` or its message; empty if there is none. */
export function opensslTextOf(error: object): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  const quoted = /error:[0-9A-F]{8}:[\w ]*:[\w ]*:([a-z0-9 /.-]+):/i.exec(message)?.[1];
  const verified = /^(?:EE|CA) (?:certificate key|signature digest algorithm) too weak$/.exec(message)?.[0];
  const opensslText = quoted ?? verified ?? (/^[a-z0-9 /.-]{1,80}$/i.test(reason) ? reason : '');
  return opensslText.toLowerCase();
}

/** Adds known facts to the sentence: the family's ports, the names in the certificate, or its expiry. */
function withFacts(sentence: string, meaning: string, facts: Omit<HandshakeError, 'code' | 'opensslText'>): string {
  const { webPorts, names = [], certificateEnd } = facts;
  if (meaning === refusals['CERT_HAS_EXPIRED'] && certificateEnd !== undefined)
    return `${sentence}: it was valid until ${momentOf(certificateEnd)}, renew it on the PBX`;
  if (meaning === plainPort && webPorts !== undefined) return `${sentence}: ${webPorts}`;
  if (meaning !== refusals['ERR_TLS_CERT_ALTNAME_INVALID'] || names.length === 0) return sentence;
  return sentence.replace(': ', `, it is valid for ${names.join(', ')}: `);
}

function momentOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const maximumNames = 5;

/** At most five names in a certificate that was refused for its name (`error.cert.subjectaltname` of Node.js). */
export function certificateNames(error: object): readonly string[] {
  const certificate = 'cert' in error ? error.cert : undefined;
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate)) return [];
  const names = typeof certificate.subjectaltname === 'string' ? certificate.subjectaltname.split(', ') : [];
  return names
    .map((name) => /^(?:DNS|IP Address):([\w.*:-]{1,100})$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .slice(0, maximumNames);
}

/** Inserts the technical message between the cause and the advice. */
function withTail(meaning: string, tail: string): string {
  const colon = meaning.indexOf(':');
  return colon < 0 ? `${meaning}${tail}` : `${meaning.slice(0, colon)}${tail}${meaning.slice(colon)}`;
}
