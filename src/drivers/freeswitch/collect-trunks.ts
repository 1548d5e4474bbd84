import type { Part, Trunk } from '../../snapshot/reading.ts';
import { readText } from './errors.ts';
import { request } from './requests.ts';
import { notRunning, partOf, type Round } from './round.ts';
import { readGateways } from './trunks.ts';

/** The gateways of all profiles, in one list. */
export async function collectTrunks(round: Round): Promise<Part<readonly Trunk[]>> {
  const { running, missing } = await round.profiles();
  const skipped = round.unknownWords.counter('gateways');
  const rows = readGateways(await round.ask(request('gateways'), readText), skipped);
  const trunks = rows
    .filter(({ profile }) => running.includes(profile))
    .map(({ trunk }) => round.failedGateways.judge(trunk));
  if (missing.length === 0) round.failedGateways.keepOnly(trunks);
  return partOf(trunks, missing.map(notRunning), { isNothing: running.length === 0, skipped });
}
