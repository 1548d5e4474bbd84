import type { Part, Trunk } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import { failedPart, goodPart } from '../parts.ts';
import { unconfirmed } from './doubt.ts';
import type { Line } from './line.ts';
import type { PbxMemory } from './memory.ts';
import { asteriskAway, outcomeOf } from './outcome.ts';
import type { FreshStatuses } from './peers-list.ts';
import { providerTrunk } from './providers.ts';
import { registryTrunk } from './registry-trunks.ts';
import { twinsOf, twinTrunk } from './twins.ts';
import { askRegistry, type TrunkHalf, type TrunkSources } from './v3-trunk-sources.ts';

/** From 2025.1 on `getRegistry` says `UNKNOWN` of a trunk that registers with the PBX, whether it did or not. */
const dialect = { unknownMeansUnregistered: false };

/** What trunks are judged by. */
export interface TrunkEvidence {
  readonly sources: TrunkSources;
  readonly fresh: FreshStatuses;
}

/** The trunks of a MikoPBX 2025.1 or newer. Throws a `Failure` while Asterisk is away. */
export async function v3TrunksPart(
  line: Line,
  memory: PbxMemory,
  { sources, fresh }: TrunkEvidence,
): Promise<Part<readonly Trunk[]>> {
  const { sip, iax, skipped } = sources;
  holdBackIfLifeless(memory, { sources, fresh });
  const twins = twinsOf(sip.providers);
  const told = twins.size === 0 ? undefined : await tellTwinsApart(line, sources);
  const trunks = [
    ...sip.providers.map((row) =>
      twins.has(row.id) ? twinTrunk(row, told?.get(row.id), skipped) : providerTrunk(row, skipped),
    ),
    ...iax.providers.map((row) => providerTrunk(row, skipped)),
    ...[...sip.registry, ...iax.registry].map((row) => registryTrunk(row, dialect, skipped)),
  ];
  const missing = missingHalf(sip, iax);
  if (missing === undefined) return goodPart(trunks, skipped.counts());
  return { ...failedPart(missing), value: trunks, skipped: skipped.counts() };
}

/** With no sign of life from trunks or phones Asterisk is away, or has just started: nothing of that is shown as down at once. */
function holdBackIfLifeless(memory: PbxMemory, { sources, fresh }: TrunkEvidence): void {
  const phoneAlive = fresh.ok && [...fresh.value.values()].some(({ state }) => state === 'ok');
  const enabled = [...sources.sip.providers, ...sources.iax.providers, ...sources.sip.registry].some(
    ({ state }) => state.toUpperCase() !== 'OFF',
  );
  const lifeless = enabled && !sources.alive && !phoneAlive;
  if (lifeless && !fresh.ok) throw asteriskAway('no trunk shows a sign of life');
  if (!memory.quietTrunks.allows(lifeless)) throw unconfirmed('trunk');
}

/** The state word of each trunk by id, from `getRegistry`, which keeps twins apart; undefined when it cannot be read. */
async function tellTwinsApart(line: Line, { skipped }: TrunkSources): Promise<ReadonlyMap<string, string> | undefined> {
  const outcome = await outcomeOf(askRegistry(line, 'sip', skipped));
  return outcome.ok ? new Map(outcome.value.map(({ id, state }) => [id, state])) : undefined;
}

function missingHalf(sip: TrunkHalf, iax: TrunkHalf): Failure | undefined {
  const [kind, failure] = sip.failure === undefined ? ['IAX', iax.failure] : ['SIP', sip.failure];
  if (failure === undefined) return undefined;
  return new Failure(failure.reason, `the PBX leaves out its ${kind} trunks: ${failure.message}`);
}
