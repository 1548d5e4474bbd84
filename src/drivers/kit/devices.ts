import { copiedText } from '../../copied-text.ts';
import type { Device, Peer } from '../../snapshot/reading.ts';

/** The data that a PBX reports about one registered device. */
export interface ReportedDevice {
  /** As the device sent it; empty or absent if it sent none. */
  readonly userAgent?: string;
  /** SIP URI of its contact, if reported. It contains the transport, and an address that must not be shown. */
  readonly uri?: string;
  /** Only if it is reported separately from the URI. */
  readonly transport?: string;
}

/** Shown for a device without a usable user agent. */
const unknownUserAgent = 'unknown';
/** Maximum number of characters of a user agent. */
const longest = 100;

/**
 * The devices of one peer in a form that may be shown, without addresses, MACs and accounts; version numbers stay.
 * `personal` contains the peer's own texts (number, account, name), which phones often include in their user agent.
 */
export function readDevices(reported: readonly ReportedDevice[], personal: readonly string[]): Pick<Peer, 'devices'> {
  if (reported.length === 0) return {};
  const devices = reported.map(({ userAgent = '', uri = '', transport = transportOf(uri) }): Device => {
    const text = withoutWords(cleanUserAgent(userAgent), [...personal, hostOf(uri)]);
    return { userAgent: text === '' ? unknownUserAgent : text, ...(transport === '' ? {} : { transport }) };
  });
  const [first] = devices;
  return { devices: devices.length === 1 && first !== undefined ? shared(first) : devices };
}

/**
 * The transport of a SIP URI: `udp`, `tcp`, `tls`, `ws` or `wss`. Without a parameter, it is UDP, or TLS for `sips` (RFC
 * 3261, section 19.1.2). Empty without a URI.
 */
export function transportOf(uri: string): string {
  if (!/^sips?:/i.test(uri)) return '';
  const named = /;transport=([a-z]{2,10})\b/i.exec(uri)?.[1]?.toLowerCase();
  return named ?? (/^sips:/i.test(uri) ? 'tls' : 'udp');
}

/** Host of a SIP URI without its port; empty without one. */
function hostOf(uri: string): string {
  return /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^;:?>]*)/i.exec(uri)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
}

/** The order matters: longer texts are matched first, so that no part of them is left over. */
const unshown: readonly RegExp[] = [
  // Control characters and marks that change the writing direction.
  /[\p{Cc}\p{Cf}]/gu,
  /\b(?:sips?|https?|tel):[^\s<>"()]+/gi,
  // Phone numbers.
  /\+\d{6,}/g,
  /[^\s()<>[\]"]+@[^\s()<>[\]"]+/g,
  // UUIDs: if a phone generated one, its last part is the MAC of the phone.
  /(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])/gi,
  /(?<![\da-f])[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4,6}(?![\da-f])/gi,
  /(?<![\da-f])[\da-f]{4}([.:-])[\da-f]{4}\1[\da-f]{4}(?![\da-f])/gi,
  /(?<![\da-z])(?:[\da-f]{6}[-:]?[\da-f]{6}|[\da-f]{16})(?![\da-z])/gi,
  /(?<![\da-f:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\da-f:])/gi,
  // Four numbers with dots are a version (`108.86.0.70`), unless they have a port, belong to a local range, follow a word
  // such as `ip`, or are in brackets.
  /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}(?!\d)/g,
  /(?<![\d.])(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|127\.\d{1,3})(?:\.\d{1,3}){2}(?![\d.])/g,
  /(?:\b(?:ip|addr|address|host)\s*[=:]?\s*)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/gi,
  /[([<]\s*\d{1,3}(?:\.\d{1,3}){3}\s*[)\]>]/g,
  // Serial numbers, and further phone numbers.
  /(?<![\d.])\d{10,}(?![\d.])/g,
  // `(Anna's phone)`: the name of the owner.
  /\([^()]*['’]s?\b[^()]*\)/g,
];

const cleaned = new Map<string, string>();
/** Maximum number of remembered user agents; a fleet has some hundreds. */
const maximumRemembered = 5_000;

/** The user agent without addresses, MACs, phone numbers, serial numbers and names of owners. */
export function cleanUserAgent(raw: string): string {
  const known = cleaned.get(raw);
  if (known !== undefined) return known;
  // Only the beginning is processed, because a PBX can send megabytes.
  const beginning = copiedText(raw.slice(0, 4 * longest));
  const text = tidy(unshown.reduce((rest, pattern) => rest.replace(pattern, ' '), beginning));
  if (cleaned.size >= maximumRemembered) cleaned.clear();
  cleaned.set(beginning, text);
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

/** Nearly all peers have one device, and many of these devices are equal, so lists with a single device are reused. */
function shared(device: Device): readonly Device[] {
  const key = `${device.transport ?? ''} ${device.userAgent}`;
  const known = single.get(key) ?? [device];
  if (single.size >= maximumRemembered) single.clear();
  single.set(key, known);
  return known;
}
