import { readJson, requiredRecord, statusFailure } from '../kit/answers.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { countOf, exactTextOf, optional } from '../kit/fields.ts';
import { blockedFailure, isPathMissing, readApiError } from './errors.ts';

/** A token from the PBX. */
export interface IssuedToken {
  readonly token: string;
  /** Lifetime of the token in seconds. */
  readonly expiresInSeconds: number;
  readonly refreshToken?: string;
}

/** The answer of a login path: a token, no token although the account was accepted, or a missing path. */
export type TokenAnswer = IssuedToken | 'no token' | 'path missing';

/** Lifetime of a token in seconds if the PBX does not report it (API reference, `expires_in`). */
const usualLifeSeconds = 1800;

/**
 * Reads the answer to a login. Throws a `Failure`: wrong password, unknown domain, blocked address, second factor. The
 * codes decide, regardless of the status: PortSIP answers a wrong password with 400 or 401, depending on the version.
 * v22.6 has different, unpublished codes, so every refusal without a known meaning is treated as a failed login that
 * counts.
 */
export function readLogin(answer: ApiAnswer): TokenAnswer {
  if (isPathMissing(answer)) return 'path missing';
  const failure = blockedFailure(answer) ?? loginRefusal(answer) ?? statusFailure(answer);
  if (failure !== undefined) throw failure;
  return readToken(answer);
}

/** Reads the answer to `GET /login`, which returns the token of a session based on cookies. Throws a `Failure`. */
export function readLoginStatus(answer: ApiAnswer): TokenAnswer {
  const blocked = blockedFailure(answer);
  if (blocked !== undefined) throw blocked;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return 'no token';
  const failure = statusFailure(answer);
  if (failure !== undefined) throw failure;
  return readToken(answer);
}

/** Reads the answer to a renewal. Throws a `Failure`: `session_lost` if the refresh token is no longer valid. */
export function readRenewal(answer: ApiAnswer): IssuedToken {
  const blocked = blockedFailure(answer);
  if (blocked !== undefined) throw blocked;
  const { status } = answer;
  const refused = status >= 400 && status < 500 && status !== 429;
  const failure = refused ? undefined : statusFailure(answer);
  if (failure !== undefined) throw failure;
  const issued = refused ? 'no token' : readToken(answer);
  if (typeof issued === 'string') throw new Failure('session_lost', 'the PBX did not renew the session', { status });
  return issued;
}

/** Reports whether the answer is a decision about the account, rather than a success or a technical problem. */
function isVerdict(status: number, code: string | undefined): boolean {
  if (status < 300) return code !== undefined;
  if (status >= 500) return code === 'UNAUTHORIZED';
  return status >= 400 && status !== 408 && status !== 429;
}

function loginRefusal(answer: ApiAnswer): Failure | undefined {
  const { status } = answer;
  const error = readApiError(answer);
  if (!isVerdict(status, error?.code)) return undefined;
  if (status === 404 && error?.isAboutDomain === true)
    return new Failure('config', 'the PBX does not know the SIP domain: check the option "domain"', { status });
  if (error?.code === 'VALIDATE_FAILED')
    return new Failure('config', 'the PBX considers the user name or the domain malformed (VALIDATE_FAILED)', {
      status,
    });
  return new Failure(
    'bad_credentials',
    `user name, password or domain refused (${error?.code ?? 'no code'}, HTTP ${status})`,
    { status },
  );
}

function readToken(answer: ApiAnswer): IssuedToken | 'no token' {
  if (answer.body.trim() === '') return 'no token';
  const fields = requiredRecord(readJson(answer), 'the answer to the login');
  if (isTwoFactor(fields['two_factor_enabled']))
    throw new Failure(
      'two_factor_required',
      'the account requires a second factor: turn two-factor authentication off for the account of the exporter',
    );
  const token = exactTextOf(fields['access_token']);
  if (token.trim() === '') return 'no token';
  // Only printable ASCII characters can be sent in a header.
  if (!/^[\x20-\x7e]+$/.test(token)) throw new Failure('protocol', 'the token contains characters that cannot be sent');
  const refreshToken = exactTextOf(fields['refresh_token']);
  const expiresIn = countOf(fields['expires_in']) ?? 0;
  return {
    token,
    expiresInSeconds: expiresIn > 0 ? expiresIn : usualLifeSeconds,
    ...optional('refreshToken', refreshToken.trim() === '' ? undefined : refreshToken),
  };
}

function isTwoFactor(value: unknown): boolean {
  return value === true || value === 1 || value === 'true';
}
