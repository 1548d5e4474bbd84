import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { RegistryRow } from './registry.ts';
import { optional } from '../shapes.ts';
import { provesAsterisk, type TrunkSource, trunkWord } from './trunk-states.ts';

/** Up to 2024: names in the list of phones, where trunks that register with the PBX stand as `ID-AUTH`. */
export type ListedNames = ReadonlySet<string>;

/**
 * Whose words the row speaks. Up to 2024 a trunk that registers with the PBX has no host, or one that is left over from
 * before: the form only hides the field. `listed` is undefined from 2025.1 on, where `UNKNOWN` is said of all of those.
 */
export function registrySource(row: RegistryRow, listed: ListedNames | undefined): TrunkSource {
  if (row.kind === 'iax') return row.noRegister ? 'registry-iax-inbound' : 'registry-iax';
  if (listed === undefined) return 'registry-sip';
  const inbound = row.host === '' || row.username === row.id || listed.has(`${row.id}-AUTH`);
  return inbound ? 'registry-sip-inbound' : 'registry-sip';
}

/** A trunk from its row of `getRegistry`. Words that are not known are counted and shown as `unknown`. */
export function registryTrunk(row: RegistryRow, source: TrunkSource, skipped: SkipCounter): Trunk {
  const said = trunkWord(source, row.state);
  if (said === undefined) skipped.add('unknown_state');
  const { state, registered } = checked(row, said ?? { state: 'unknown', registered: undefined });
  return {
    id: row.id,
    kind: row.kind,
    state,
    rawState: row.state,
    ...optional('host', row.host),
    ...optional('registered', registered),
    ...(state === 'reachable' ? optional('roundtripMicroseconds', row.roundtripMicroseconds) : {}),
  };
}

/**
 * Whether any row proves that Asterisk is there. While it is away the list holds switched-off trunks and `UNKNOWN` ones
 * only, and every IAX trunk reads `OFF`.
 */
export function showsLife(rows: readonly RegistryRow[]): boolean {
  return rows.some((row) => provesAsterisk(registrySource(row, undefined), row.state));
}

interface Said {
  readonly state: TrunkState;
  readonly registered: boolean | undefined;
}

/** An IAX trunk with a measured time is one that is checked. */
function checked({ roundtripMicroseconds }: RegistryRow, said: Said): Said {
  return said.state === 'unmonitored' && roundtripMicroseconds !== undefined ? { ...said, state: 'reachable' } : said;
}
