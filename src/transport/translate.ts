import { Failure } from './failure.ts';
import type { Phase } from './exchange-phase.ts';
import { certificateNames, opensslTextOf, tlsMessage } from './tls-message.ts';

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA']);

/** With a proxy, these phases concern the connection to the proxy. */
const beforeTarget: ReadonlySet<Phase> = new Set(['waiting', 'resolving', 'connecting']);

/** Facts about a failed exchange besides its error. */
export interface ExchangeContext {
  readonly phase: Phase;
  /** Port that the request was sent to. */
  readonly port?: string;
  readonly throughProxy?: boolean;
  /** The usual ports of the family's web server as text, e.g. `8088 (http) or 8089 (https)`. */
  readonly webPorts?: string;
  /** Whether the URL begins with http:// and the PBX has never answered. Default: no. */
  readonly isFirstPlain?: boolean;
  /** The earliest expiry in the certificate chain of the PBX, in seconds since 1970. */
  readonly certificateEnd?: number | undefined;
}

/**
 * Translates an error of the HTTP client into a {@link Failure}, classified by the phase of the exchange, then by the
 * error code. Only OpenSSL's own wording is kept from the error's text. The messages are ours, because the original ones
 * can contain URLs with tokens.
 */
export function translateError(thrown: unknown, context: ExchangeContext): Failure {
  const errors = layersOf(thrown);
  const codes = errors.map(codeOf).filter((code) => code !== '');
  const { phase } = context;
  if (context.throughProxy === true && beforeTarget.has(phase))
    return new Failure('connect', `the proxy: ${proxyMessage(codes)}`);
  if (phase === 'resolving' || codes.some((code) => dnsCodes.has(code))) return new Failure('dns', dnsMessage(codes));
  if (phase === 'handshake') return handshakeFailure(errors, codes, context);
  if (codes.includes('ERR_INVALID_CHAR'))
    return new Failure('config', 'a header cannot contain such characters: check the username, password, token or key');
  if (codes.some((code) => code.startsWith('HPE_'))) return notHttp(errors, codes, context);
  if (codes.some((code) => code.startsWith('Z_') || code === 'ERR_BROTLI_INVALID_COMPRESSED_DATA'))
    return new Failure('protocol', 'the compressed answer is damaged');
  if (phase === 'reading' || codes.includes('ERR_HTTP_CONTENT_LENGTH_MISMATCH'))
    return new Failure('protocol', 'the answer was cut off before its end');
  const late = errors.find((error) => codeOf(error).startsWith('ERR_SSL_') || opensslTextOf(error) !== '');
  if (late !== undefined)
    return new Failure('tls', tlsMessage({ code: codeOf(late), opensslText: opensslTextOf(late) }));
  return new Failure('connect', connectMessage(codes, context.isFirstPlain));
}

function proxyMessage(codes: readonly string[]): string {
  const code = codes.find((one) => dnsCodes.has(one) || one === 'ETIMEOUT');
  return code === undefined ? connectMessage(codes) : `its name cannot be resolved (${code})`;
}

function dnsMessage(codes: readonly string[]): string {
  if (codes.includes('ETIMEOUT')) return 'the name server did not answer in time';
  return `the host name cannot be resolved (${codes[0] ?? 'no answer'})`;
}

/**
 * Any failure between the TCP connection and the end of the handshake is `tls`, even without an error code, unless the
 * port belongs to another service.
 */
function handshakeFailure(
  errors: readonly object[],
  codes: readonly string[],
  { port = '', webPorts, certificateEnd }: ExchangeContext,
): Failure {
  const opensslText = errors.map(opensslTextOf).find((one) => one !== '') ?? '';
  const service = portService(port);
  if (service !== undefined && /wrong version number|packet length too long/.test(opensslText))
    return wrongPort(service, webPorts);
  const names = errors.map(certificateNames).find((one) => one.length > 0);
  return new Failure('tls', tlsMessage({ code: codes[0] ?? '', opensslText, webPorts, names, certificateEnd }));
}

function notHttp(errors: readonly object[], codes: readonly string[], { webPorts }: ExchangeContext): Failure {
  const packet = errors.flatMap((error) =>
    'rawPacket' in error && error.rawPacket instanceof Uint8Array ? [error.rawPacket] : [],
  )[0];
  const service = packet && greetingService(packet);
  if (service !== undefined) return wrongPort(service, webPorts);
  const code = codes.find((one) => one.startsWith('HPE_')) ?? '';
  if (packet !== undefined && startsTls(packet))
    return new Failure('protocol', `this port uses TLS (${code}): write https:// in the url`);
  if (code === 'HPE_INVALID_HEADER_TOKEN')
    return new Failure(
      'protocol',
      `the headers of the answer contain a line that Node.js cannot read (${code}), such as a space before a colon: a proxy in between can fix that`,
    );
  return new Failure('protocol', `the answer is not HTTP (${code})`);
}

function wrongPort(service: string, webPorts: string | undefined): Failure {
  const wanted = webPorts ?? "that of the PBX's web interface";
  return new Failure('config', `this is the port of ${service}, not of a web server: use port ${wanted}`, {
    login: 'other_service',
  });
}

/** Whether the bytes begin a TLS record (alert or handshake) of any version. */
function startsTls([type, major]: Uint8Array): boolean {
  return (type === 0x15 || type === 0x16) && major === 3;
}

/**
 * A TLS server closes a connection on which it receives plain HTTP. Until the first answer, the message therefore
 * suggests https.
 */
function connectMessage(codes: readonly string[], isFirstPlain = false): string {
  if (codes.includes('ECONNREFUSED')) return 'the connection was refused (ECONNREFUSED)';
  if (codes.includes('ECONNRESET') || codes.includes('EPIPE'))
    return `the connection was closed without an answer (ECONNRESET)${isFirstPlain ? ': the url begins with http://, does the PBX expect https:// here?' : ''}`;
  const code = codes.find((candidate) => /^E[A-Z]+$/.test(candidate));
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

function codeOf(error: object): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^[A-Z0-9_]{1,60}$/.test(code) ? code : '';
}

/**
 * An error and the errors that it wraps, innermost first. Several addresses result in an AggregateError, and clients add
 * their own layer.
 */
function layersOf(thrown: unknown, depth = 0): readonly object[] {
  if (typeof thrown !== 'object' || thrown === null || depth > 3) return [];
  const cause = 'cause' in thrown ? layersOf(thrown.cause, depth + 1) : [];
  const parts = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors : [];
  return [...cause, ...parts.flatMap((part) => layersOf(part, depth + 1)), thrown];
}

/** Greetings of services that send data first, and the names of these services. */
const greetings: readonly (readonly [pattern: RegExp, service: string])[] = [
  [/^Asterisk Call Manager/, 'the manager interface of Asterisk (AMI)'],
  [/^Content-Type: (?:auth|rude)/i, 'the event socket of FreeSWITCH'],
  [/^SSH-/, 'SSH'],
  [/^220[ -]/, 'mail or FTP'],
  [/^\* OK/, 'IMAP'],
  [/^\+OK/, 'POP3'],
  [/^RFB \d/, 'VNC'],
  [/mysql_native_password|MariaDB/, 'a database (MySQL or MariaDB)'],
  [/^(?:\u00FF[\u00FB-\u00FE].)/s, 'Telnet'],
  [/^(?:SIP\/2\.0|OPTIONS sip:)/, 'SIP'],
];

/**
 * Well-known ports of services other than web servers. They are needed because a failed TLS handshake does not reveal the
 * greeting.
 */
const ports: Readonly<Record<string, string>> = {
  '21': 'FTP',
  '22': 'SSH',
  '23': 'Telnet',
  '25': 'mail',
  '3306': 'a database (MySQL or MariaDB)',
  '5038': 'the manager interface of Asterisk (AMI)',
  '5060': 'SIP',
  '5061': 'SIP',
  '8021': 'the event socket of FreeSWITCH',
};

/** The service that sends this greeting; undefined if it is not known. */
function greetingService(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return greetings.find(([pattern]) => pattern.test(start))?.[1];
}

/** The service that usually uses this port; undefined for other ports. */
function portService(port: string): string | undefined {
  return ports[port];
}
