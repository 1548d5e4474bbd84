import { z } from 'zod';
import { readOpenSection, readValue } from '../../config/read.ts';
import type { Report } from '../../config/report.ts';
import { Secret } from '../../config/secret.ts';
import type { Entry } from '../../config/tree.ts';
import { valueFacts } from '../../config/values.ts';

/** Above this cost one check of a password takes more than a second. */
const highestSensibleCost = 14;

const costOf = (hash: string): number => Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1] ?? 0);

const noHash =
  'this is no bcrypt hash: make one with "htpasswd -nBC 10 NAME" and write the part behind the colon; a password as it is does not belong here';

const bcryptHash = z
  .string({ error: noHash })
  .refine((hash) => costOf(hash) >= 4 && costOf(hash) <= 31, { error: noHash })
  .register(valueFacts, {
    words: 'bcrypt hash',
    remark: (hash) =>
      costOf(hash) > highestSensibleCost
        ? `a cost of ${costOf(hash)} makes each check of this password take seconds: 10 is usual`
        : undefined,
  });

/** User names and their bcrypt hashes. */
export function readUsers(report: Report, users: Entry | undefined): ReadonlyMap<string, Secret> {
  if (users === undefined) return new Map();
  const { entries } = readOpenSection(report, users.value, 'basic_auth_users');
  if (
    entries.size === 0 &&
    (users.value.kind === 'map' || (users.value.kind === 'scalar' && users.value.value === null))
  )
    report.error(
      users.location,
      'basic_auth_users is empty, so everybody would be let in: leave the key out where that is meant',
    );
  const pairs = [...entries.values()].flatMap((entry) => {
    const hash = readHash(report, entry);
    return hash === undefined ? [] : [[entry.key, new Secret(hash)] as const];
  });
  return new Map(pairs);
}

function readHash(report: Report, entry: Entry): string | undefined {
  const { key, location } = entry;
  if (key !== '' && !key.includes(':') && !/\p{Cc}/u.test(key)) return readValue(report, entry, bcryptHash);
  report.error(location, 'a user name must not be empty or hold a colon');
  return undefined;
}
