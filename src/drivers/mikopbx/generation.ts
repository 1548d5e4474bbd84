import { programError } from '../kit/answers.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { apiOfNotFound, unusableAnswer } from './errors.ts';
import { readEnvelope } from './shared/answers.ts';

/** The two REST APIs of MikoPBX: up to 2024 (session cookie), and from 2025.1 on (tokens). */
export type Api = 'legacy' | 'v3';

/**
 * Generations of MikoPBX that behave differently.
 * A: 2020.2 to 2023.1, B: 2023.2 and 2024 (both session cookie); C: 2025.1, D: 2026.1 and newer (both tokens).
 */
export type Generation = 'A' | 'B' | 'C' | 'D';

/**
 * Reads the answer to `GET /pbxcore/api/v3/system:ping`, which is sent without credentials. The call is public from
 * 2025.1 on. Older versions do not have the path, and do not log the request as a failed authorization. Throws a
 * `Failure` if neither API answers.
 */
export function readPing(answer: ApiAnswer): Api {
  const broken = programError(answer);
  if (broken !== undefined) throw broken;
  const notFound = apiOfNotFound(answer);
  if (notFound === 'legacy') return 'legacy';
  if (answer.status === 404)
    throw new Failure('config', 'there is no MikoPBX at this url (HTTP 404)', { status: 404, login: 'path_missing' });
  if (answer.status !== 200) throw unusableAnswer(answer);
  readEnvelope(answer);
  return 'v3';
}

/** Returns the version in the script of the login page, e.g. `2024.1.114`; undefined if there is none. */
export function versionOfPage({ status, body }: ApiAnswer): string | undefined {
  if (status !== 200) return undefined;
  return /globalPBXVersion\s*=\s*['"](\d{4}\.\d{1,3}[\w.+-]{0,40})['"]/.exec(body)?.[1];
}

/** Returns the generation by API and version. Without a version, the newer of the two generations with this API is assumed. */
export function generationOf(api: Api, version: string | undefined): Generation {
  if (api === 'v3') return version !== undefined && isOlder(version, [2026, 1]) ? 'C' : 'D';
  return version !== undefined && isOlder(version, [2023, 2]) ? 'A' : 'B';
}

/** Reports whether a version is older than the given year and number. */
export function isOlder(version: string, [year, number]: readonly [number, number]): boolean {
  const [itsYear = 0, itsNumber = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return itsYear < year || (itsYear === year && itsNumber < number);
}
