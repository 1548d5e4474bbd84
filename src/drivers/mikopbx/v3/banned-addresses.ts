import { isIP } from 'node:net';
import type { SecurityFacts } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import { isRecord } from '../../kit/fields.ts';
import type { Envelope } from '../shared/answers.ts';

/**
 * Addresses that fail2ban keeps out, in `firewall:getBannedIps`: a map by address (an empty list when there are none). Behind
 * an address translation the PBX knows us under another address, and then nothing is said of ours. Throws a `Failure` for other shapes.
 */
export function readBannedAddresses({ data, localAddress }: Envelope): SecurityFacts {
  if (Array.isArray(data) && data.length === 0) return { bannedAddresses: 0 };
  if (!isRecord(data)) throw new Failure('protocol', 'the list of banned addresses has no known shape');
  const addresses = Object.keys(data).filter((address) => isIP(address) !== 0);
  if (addresses.length === 0) throw new Failure('protocol', 'the list of banned addresses holds none');
  const isOurs = addresses.includes(localAddress?.replace(/^::ffff:/, '') ?? '');
  return { bannedAddresses: addresses.length, ...(isOurs ? { ownAddressBanned: true } : {}) };
}
