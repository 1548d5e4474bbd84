import type { Device, Peer } from '../../snapshot/reading.ts';

/** What a PBX reports of one registered device. */
export interface ToldDevice {
  /** As the device sent it; empty or left out where it sent none. */
  readonly userAgent?: string;
  /** SIP URI of its contact, where told: it names the transport, and the address that must not be shown. */
  readonly uri?: string;
  /** Where it is distinguished from the URI. */
  readonly transport?: string;
}

/** What a device is called that does not say what it is. */
const unknownUserAgent = 'unknown';
/** Most characters of a user agent. */
const longest = 100;

/**
 * The devices of one peer as they may be shown: no address, no MAC, no account; version digits stay. `personal` are the
 * peer's own texts (number, account, name), which phones like to put into their user agent.
 */
export function readDevices(told: readonly ToldDevice[], personal: readonly string[]): Pick<Peer, 'devices'> {
  if (told.length === 0) return {};
  const devices = told.map(({ userAgent = '', uri = '', transport = transportOf(uri) }): Device => {
    const text = withoutWords(cleanUserAgent(userAgent), [...personal, hostOf(uri)]);
    return { userAgent: text === '' ? unknownUserAgent : text, ...(transport === '' ? {} : { transport }) };
  });
  const [first] = devices;
  return { devices: devices.length === 1 && first !== undefined ? shared(first) : devices };
}

/** `udp`, `tcp`, `tls`, `ws` or `wss` of a SIP URI; without a parameter it is UDP, or TLS for `sips` (RFC 3261, section 19.1.2). Empty without a URI. */
export function transportOf(uri: string): string {
  if (!/^sips?:/i.test(uri)) return '';
  const named = /;transport=([a-z]{2,10})\b/i.exec(uri)?.[1]?.toLowerCase();
  return named ?? (/^sips:/i.test(uri) ? 'tls' : 'udp');
}

/** Host of a SIP URI without its port; empty without one. */
function hostOf(uri: string): string {
  return /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^;:?>]*)/i.exec(uri)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
}

/** In this order: what is long first, so that no half of it is left over. */
const unshown: readonly RegExp[] = [
  // Control characters and what turns the direction of writing.
  /[\p{Cc}\p{Cf}]/gu,
  /\b(?:sips?|https?|tel):[^\s<>"()]+/gi,
  // Phone numbers.
  /\+\d{6,}/g,
  /[^\s()<>[\]"]+@[^\s()<>[\]"]+/g,
  // UUIDs: the last part of those that phones make is their MAC.
  /(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])/gi,
  /(?<![\da-f])[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4,6}(?![\da-f])/gi,
  /(?<![\da-f])[\da-f]{4}([.:-])[\da-f]{4}\1[\da-f]{4}(?![\da-f])/gi,
  /(?<![\da-z])(?:[\da-f]{6}[-:]?[\da-f]{6}|[\da-f]{16})(?![\da-z])/gi,
  /(?<![\da-f:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\da-f:])/gi,
  // Four numbers with dots are a version (`108.86.0.70`), unless they have a port, or stand where addresses do.
  /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}(?!\d)/g,
  /(?<![\d.])(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|127\.\d{1,3})(?:\.\d{1,3}){2}(?![\d.])/g,
  /(?:\b(?:ip|addr|address|host)\s*[=:]?\s*)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/gi,
  /[([<]\s*\d{1,3}(?:\.\d{1,3}){3}\s*[)\]>]/g,
  // Serial numbers, and phone numbers once more.
  /(?<![\d.])\d{10,}(?![\d.])/g,
  // `(Anna's phone)`: whose it is.
  /\([^()]*['’]s?\b[^()]*\)/g,
];

const cleaned = new Map<string, string>();
/** So many user agents are remembered: a fleet has some hundreds. */
const mostRemembered = 5_000;

/** The user agent without addresses, MACs, numbers of phones and people's devices. */
export function cleanUserAgent(raw: string): string {
  const known = cleaned.get(raw);
  if (known !== undefined) return known;
  // What is cut off is not looked at: a PBX can send megabytes.
  const text = tidy(unshown.reduce((rest, pattern) => rest.replace(pattern, ' '), raw.slice(0, 4 * longest)));
  if (cleaned.size >= mostRemembered) cleaned.clear();
  cleaned.set(raw.slice(0, 4 * longest), text);
  return text;
}

function withoutWords(text: string, words: readonly string[]): string {
  const found = words.filter((word) => word.length > 1 && text.toLowerCase().includes(word.toLowerCase()));
  if (found.length === 0) return text;
  const rest = found.reduce(
    (left, word) =>
      left.replace(new RegExp(`(?<![\\p{L}\\p{N}.])${escapePattern(word)}(?!\\.?[\\p{L}\\p{N}])`, 'giu'), ' '),
    text,
  );
  return tidy(rest);
}

/** `RegExp.escape`, which Node.js 22 does not have. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function tidy(text: string): string {
  const closed = text.replace(/[([<]\s*[)\]>]/g, ' ').replace(/\s+/g, ' ');
  const short = closed.trim().slice(0, longest).toWellFormed();
  return short.replace(/[\s,;:=/_-]+$/, '').replace(/^[\s,;:=/_-]+/, '');
}

const single = new Map<string, readonly Device[]>();

/** Nearly all peers have one device, and many of them the same: a list of one is made once. */
function shared(device: Device): readonly Device[] {
  const key = `${device.transport ?? ''} ${device.userAgent}`;
  const known = single.get(key) ?? [device];
  if (single.size >= mostRemembered) single.clear();
  single.set(key, known);
  return known;
}
