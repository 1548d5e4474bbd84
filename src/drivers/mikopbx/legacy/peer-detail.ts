import { Failure } from '../../../transport/failure.ts';
import type { Envelope } from '../shared/answers.ts';
import { plainNumber } from '../shared/peers-list.ts';
import { amountOf, countOf, isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';

/** One contact of an extension as `getSipPeer` reports it. */
export interface PeerContact {
  /** `Reachable`, `Unreachable`, `NonQualified`, `Unknown`, `Removed`; lower case. */
  readonly status: string;
  readonly roundtripMicroseconds?: number;
  /** Seconds between two checks; 0 = never checked. */
  readonly qualifyFrequency?: number;
  readonly uri?: string;
  /** User agent that the phone reports. */
  readonly userAgent?: string;
  /** When the registration ends, in seconds since 1970; absent for a contact that is set in the configuration. */
  readonly expiresAt?: number;
}

/** The answer to `getSipPeer` for one extension. */
export interface PeerDetail {
  readonly contacts: readonly PeerContact[];
  /** Whether the answer contains no contacts, and thus no name: nothing proves that it belongs to this request. */
  readonly anonymous: boolean;
  /** Whether more than one contact was listed: versions up to 2021.2 only ever show the last one. */
  readonly several: boolean;
}

const fields = /^(URI|UserAgent|RegExpire|Status|RoundtripUsec|QualifyFrequency|EndpointName|AOR)(-(?:WS)?\d+)?$/;

/**
 * Reads the contacts in an answer to `getSipPeer`: one object whose keys have suffixes that differ by version (`Status`,
 * `Status-1`, `Status-WS1`, `Status-0`). Returns undefined if the answer is about an extension other than `asked`:
 * versions up to 2021.4 can get out of sync and return the answer to the previous request. Throws a `Failure`
 * (`protocol`) if the answer has a different shape.
 */
export function readSipPeer({ data }: Envelope, asked: string): PeerDetail | undefined {
  if (!isRecord(data)) throw new Failure('protocol', 'the details of a phone are not an object');
  const groups = bySuffix(data);
  const found = groups.filter((group) => group.has('URI') || group.has('Status'));
  const names = found.map((group) => group.get('EndpointName') ?? group.get('AOR') ?? '');
  if (names.some((name) => name !== '' && plainNumber(name) !== plainNumber(asked))) return undefined;
  if (found.length > 0 && names.every((name) => name === '')) return undefined;
  return { contacts: found.map(contactOf), anonymous: found.length === 0, several: found.length > 1 };
}

function bySuffix(data: JsonRecord): readonly ReadonlyMap<string, string>[] {
  const groups = new Map<string, Map<string, string>>();
  for (const [key, value] of Object.entries(data)) {
    const [, field, suffix = ''] = fields.exec(key) ?? [];
    const text = textOf(value);
    if (field === undefined || text === '') continue;
    const group = groups.get(suffix) ?? new Map<string, string>();
    groups.set(suffix, group.set(field, text));
  }
  return [...groups.values()];
}

function contactOf(group: ReadonlyMap<string, string>): PeerContact {
  const status = (group.get('Status') ?? '').toLowerCase();
  const roundtrip = status === 'reachable' ? amountOf(group.get('RoundtripUsec')) : undefined;
  const frequency = amountOf(group.get('QualifyFrequency'));
  return {
    status,
    ...(roundtrip === undefined ? {} : { roundtripMicroseconds: Math.round(roundtrip) }),
    ...(frequency === undefined ? {} : { qualifyFrequency: frequency }),
    ...optional('uri', group.get('URI')),
    ...optional('userAgent', group.get('UserAgent')),
    ...optional('expiresAt', countOf(group.get('RegExpire')) || undefined),
  };
}
