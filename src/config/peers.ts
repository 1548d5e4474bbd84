import type { FamilyFacts, TargetConfig } from './config.ts';
import { defaultPeers } from './defaults.ts';
import { readExpectedFile } from './expected-peers.ts';
import type { groups } from './fields.ts';
import { namesHashKey, readHashKey } from './name-hashes.ts';
import type { InheritedSettings, Scope } from './load-context.ts';
import { readSection, type Section } from './read.ts';
import type { Entry } from './tree.ts';

const nothingToHashWith =
  'names is hash, and there is no key to hash with: set hash_key_file or hash_key_env here, or under peers at the top of the file; until then no names are exported';

/** Reads `peers:` of a target. */
export function readPeers(
  scope: Scope,
  peers: Entry | undefined,
  shared: InheritedSettings,
  family: FamilyFacts | undefined,
): TargetConfig['peers'] {
  if (peers === undefined) return defaultPeers;
  const { report } = scope;
  const section = readSection(report, peers.value, 'targets[].peers');
  const { values } = section;
  const { names = defaultPeers.names, limit = defaultPeers.limit, exclude } = values;
  const hashKey = readHashKey(scope, section) ?? shared.hashKey;
  const keyNamed = namesHashKey(section) || shared.hashKeyNamed;
  if (names === 'hash' && !keyNamed)
    report.nonFatalError(section.entries.get('names')?.value ?? peers.location, nothingToHashWith);
  return {
    names,
    ...(hashKey === undefined ? {} : { hashKey }),
    limit,
    userAgents: values.user_agents ?? defaultPeers.userAgents,
    devices: values.devices ?? defaultPeers.devices,
    registrationExpiry: values.registration_expiry ?? defaultPeers.registrationExpiry,
    ...(exclude === undefined ? {} : { exclude }),
    ...readAbsence(scope, section, limit, family),
  };
}

/** Reads the settings for absent peers. They apply only to families that list connected peers only. */
function readAbsence(
  scope: Scope,
  { entries, values }: Section<(typeof groups)['targets[].peers']>,
  limit: number,
  family: FamilyFacts | undefined,
): Pick<TargetConfig['peers'], 'rememberMs' | 'expected'> {
  const { remember, expected_file: file } = values;
  for (const key of ['remember', 'expected_file']) {
    const entry = entries.get(key);
    if (entry !== undefined && family !== undefined && family.presenceOnly !== true)
      scope.report.warn(
        entry.value,
        `${key} has no effect: ${family.name} lists its phones even while they are not connected`,
      );
  }
  const entry = entries.get('expected_file');
  const expected = entry && file !== undefined ? readExpectedFile(scope, entry, file, limit) : undefined;
  return {
    ...(remember === undefined ? {} : { rememberMs: remember }),
    ...(expected === undefined ? {} : { expected }),
  };
}
