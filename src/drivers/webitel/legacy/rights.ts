import type { ApiAnswer } from '../../../transport/request.ts';
import { Failure } from '../../../transport/failure.ts';
import { isRecord, textOf } from '../../kit/fields.ts';
import { readBody } from './errors.ts';

/** Objects of one class that a role may read. `unknown`: the engine did not report it. */
export type ReadRight = 'all' | 'own' | 'none' | 'unknown';

/** Our account, as far as the engine reports it. */
export interface Identity {
  /** User id, e.g. `1001@pbx.example.org`. */
  readonly id?: string;
  /** The account's own domain; undefined for root. */
  readonly domain?: string;
  readonly accounts: ReadRight;
  readonly gateways: ReadRight;
  /** Whether the role may read the end of licences; absent if the engine did not report it. */
  readonly licences?: ReadRight;
}

/**
 * Reads the answer to `GET /api/v2/whoami`. The engine looks up rights by the name of the role at each request, so they
 * can change during a session. Letters: `r` read, `ro` read own objects only, `*` everything (webitel/engine-nodejs,
 * `src/conf/acl.js`). An engine without this path reports nothing.
 */
export function readIdentity(answer: ApiAnswer): Identity {
  if (answer.status === 404) return { accounts: 'unknown', gateways: 'unknown' };
  const body = readBody(answer, 'the engine refused to return the rights of the account');
  const id = textOf(body['id']);
  const domain = textOf(body['domain']);
  return {
    ...(id === undefined ? {} : { id }),
    ...(domain === undefined || domain === '' ? {} : { domain }),
    accounts: readRight(body['acl'], 'account'),
    gateways: readRight(body['acl'], 'gateway'),
    licences: readRight(body['acl'], 'license'),
  };
}

/** Throws a `Failure` (`forbidden`) if the right covers own objects only: the engine would return a list that looks complete. */
export function requireWholeList(right: ReadRight, objectClass: 'account' | 'gateway'): void {
  if (right !== 'own') return;
  throw new Failure(
    'forbidden',
    `the role of the account may read its own ${objectClass} only: give the role the right ${objectClass}: r`,
  );
}

function readRight(acl: unknown, objectClass: string): ReadRight {
  if (!isRecord(acl)) return 'unknown';
  const given = acl[objectClass];
  const letters: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (letters.includes('r') || letters.includes('*')) return 'all';
  return letters.includes('ro') ? 'own' : 'none';
}
