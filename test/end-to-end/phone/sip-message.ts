/** A SIP request or response (RFC 3261, section 7). */
export interface SipMessage {
  /** The start line, e.g. `INVITE sip:600@127.0.0.1 SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly start: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

/** Name (in lower case) and value of a header. */
export type SipHeader = readonly [name: string, value: string];

const compactNames: Readonly<Record<string, string>> = {
  c: 'content-type',
  f: 'from',
  i: 'call-id',
  l: 'content-length',
  m: 'contact',
  t: 'to',
  v: 'via',
};

/** Parses a datagram; undefined for keep-alives. */
export function parseSip(text: string): SipMessage | undefined {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  if (!start.includes('SIP/2.0')) return undefined;
  return { start, headers: lines.map(parseHeader), body: end < 0 ? '' : text.slice(end + 4) };
}

function parseHeader(line: string): SipHeader {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).trim().toLowerCase();
  return [compactNames[name] ?? name, line.slice(colon + 1).trim()];
}

/** Formats a message as a datagram. */
export function formatSip({ start, headers, body }: SipMessage): string {
  const told: readonly SipHeader[] = [...headers, ['content-length', String(Buffer.byteLength(body))]];
  return `${[start, ...told.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n${body}`;
}

/** Returns the value of the first header with that name; an empty string if there is none. */
export function header(message: SipMessage, name: string): string {
  return message.headers.find(([known]) => known === name)?.[1] ?? '';
}

/** Returns all headers with these names, in the order of the message. */
export function headersOf(message: SipMessage, ...names: readonly string[]): readonly SipHeader[] {
  return message.headers.filter(([name]) => names.includes(name));
}

/** Returns the status of a response; undefined for a request. */
export function statusOf(message: SipMessage): number | undefined {
  const [, status] = /^SIP\/2\.0 (\d{3})/.exec(message.start) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** Returns the method of a request, or of the request to which a response belongs. */
export function methodOf(message: SipMessage): string {
  return header(message, 'cseq').split(' ')[1] ?? '';
}

/** Returns the address between angle brackets or, without brackets, the text before the parameters. */
export function uriOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0] ?? '';
}
