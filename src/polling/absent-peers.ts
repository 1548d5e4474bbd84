import type { RoundResult } from './round.ts';
import { seenByNobody } from './seen-peers.ts';
import type { TargetPresentation, TargetSetup } from './target-setup.ts';

/** Adds the peers that are away to the rounds of a target whose PBX lists only those that are present. */
export class AbsentPeers {
  /** For a target that nothing outlives. */
  readonly #own = seenByNobody();

  /** The result with a row for each peer that is away; as it was where the family lists all peers. Never rejects. */
  async complete(
    result: RoundResult,
    { family, clock, seenPeers = this.#own }: TargetSetup,
    presentation: TargetPresentation,
  ): Promise<RoundResult> {
    const { absence, exclusions, identity } = presentation;
    const { reading } = result;
    if (family.presenceOnly !== true || absence === undefined || reading?.peers === undefined) return result;
    const seen = await seenPeers.load();
    const peers = seen.complete(reading.peers, clock.monotonicTime(), {
      rememberMs: absence.rememberMs,
      expected: (await absence.expected?.()) ?? [],
      limit: identity.peerLimit,
      isExcluded: (id) => exclusions?.peers?.test(id) === true,
    });
    seenPeers.changed();
    return { ...result, reading: { ...reading, peers } };
  }
}
