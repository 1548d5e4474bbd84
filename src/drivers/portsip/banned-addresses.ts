import { BlockList, isIP } from 'node:net';
import type { GoodPart, SecurityFacts } from '../../snapshot/reading.ts';
import { goodPart } from '../kit/collectors.ts';
import { type JsonRecord, secondsOf, textOf } from '../kit/fields.ts';

/** Data besides the list. */
export interface BanContext {
  /** The local address of our connection; undefined behind a proxy. */
  readonly localAddress: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Counts the addresses and networks that the PBX blocks now: the DENY entries of its address filters (REST API v22.1,
 * "Ip filters": `cidr`, `target` ACCEPT or DENY, `expire_at`). Behind network address translation, the PBX sees a
 * different address of ours, and the result does not mention ours.
 */
export function readBannedAddresses(
  entries: readonly JsonRecord[],
  { localAddress, now }: BanContext,
): GoodPart<SecurityFacts> {
  const words = entries.map((entry) => textOf(entry['target']).trim().toUpperCase());
  const unknown = words.filter((word) => word !== 'ACCEPT' && word !== 'DENY').length;
  const rejecting = entries.filter((entry, index) => words[index] === 'DENY' && !hasEnded(entry, now));
  const ours = localAddress?.replace(/^::ffff:/, '') ?? '';
  const isOurs = rejecting.some((entry) => covers(textOf(entry['cidr']), ours));
  return goodPart(
    { bannedAddresses: rejecting.length, ...(isOurs ? { ownAddressBanned: true } : {}) },
    unknown === 0 ? {} : { unknown_state: unknown },
  );
}

/** Reports whether an entry has expired. An entry without an end, or with the zero time, never expires. */
function hasEnded(entry: JsonRecord, now: number): boolean {
  const end = secondsOf(textOf(entry['expire_at']));
  return end !== undefined && end * 1000 <= now;
}

/** Reports whether `cidr`, an address or a network in the notation of RFC 4632, covers `address`; false if it is neither. */
function covers(cidr: string, address: string): boolean {
  const [network = '', length] = cidr.trim().split('/');
  const version = isIP(network);
  if (version === 0 || isIP(address) !== version) return false;
  const most = version === 4 ? 32 : 128;
  const prefix = length === undefined ? most : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(address, family);
}
