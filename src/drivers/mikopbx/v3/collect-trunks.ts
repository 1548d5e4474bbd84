import type { Part, Trunk } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import { failedPart, goodPart } from '../../kit/collectors.ts';
import { unconfirmed } from '../shared/confirmation.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { asteriskDown } from '../shared/answers.ts';
import { type FreshStatuses, hasReachablePhone } from '../shared/peers-list.ts';
import { providerTrunk } from './trunks.ts';
import { registrySource, registryTrunk } from '../shared/registry.ts';
import { isSwitchedOff, trunkMeaning } from '../shared/trunk-states.ts';
import { sipTrunks } from './registration.ts';
import type { TrunkHalf, TrunkSources } from './trunk-lists.ts';

/** Evidence for the states of trunks. */
export interface TrunkEvidence {
  readonly sources: TrunkSources;
  readonly fresh: FreshStatuses;
}

/** Returns the trunks of a MikoPBX 2025.1 or newer. Throws a `Failure` while Asterisk is down. */
export async function trunksPart(
  round: Round,
  memory: PbxMemory,
  { sources, fresh }: TrunkEvidence,
): Promise<Part<readonly Trunk[]>> {
  const { sip, iax, skipped } = sources;
  requireConfirmationIfAllDown(memory, { sources, fresh });
  const trunks = [
    ...(await sipTrunks(round, memory, sources)),
    ...iax.providers.map((row) => providerTrunk(row, skipped)),
    ...[...sip.registry, ...iax.registry].map((row) => registryTrunk(row, registrySource(row, undefined), skipped)),
  ];
  const missing = missingHalf(sip, iax);
  if (missing === undefined) return goodPart(trunks, skipped.counts());
  return { ...failedPart(missing), value: trunks, skipped: skipped.counts() };
}

/**
 * Throws a `Failure` if no trunk or phone proves that Asterisk is running. Asterisk may be down or have just started, so
 * nothing is shown as down before the next round confirms it.
 */
function requireConfirmationIfAllDown(memory: PbxMemory, { sources, fresh }: TrunkEvidence): void {
  const words = [...sources.sip.providers, ...sources.iax.providers, ...sources.sip.registry].map(({ state }) => state);
  const allDown = words.some((word) => !isSwitchedOff(word)) && !sources.provesAsterisk && !hasReachablePhone(fresh);
  // The PBX reports a lost registration as such; `UNKNOWN` is reported for a trunk that Asterisk does not know.
  const unknown = words.some((word) => trunkMeaning('providers-sip', word)?.state === 'unknown');
  if (allDown && unknown && !fresh.ok) throw asteriskDown('no trunk shows a sign of life');
  if (!memory.trunksConfirmation.allows(allDown)) throw unconfirmed('trunk');
}

function missingHalf(sip: TrunkHalf, iax: TrunkHalf): Failure | undefined {
  const [kind, failure] = sip.failure === undefined ? ['IAX', iax.failure] : ['SIP', sip.failure];
  if (failure === undefined) return undefined;
  return new Failure(failure.reason, `the PBX leaves out its ${kind} trunks: ${failure.message}`);
}
