import type { RoundResult } from './round.ts';
import { inMemorySeenPeers } from './seen-peers.ts';
import type { TargetPresentation, TargetSetup } from './target-setup.ts';

/** Adds absent peers to the results of a target whose PBX lists only the peers that are present. */
export class AbsentPeers {
  /** Used if the setup has no source of seen peers; its data ends with the target. */
  readonly #own = inMemorySeenPeers();

  /** Returns the result with a row for each absent peer, or the result unchanged if the family lists all peers. Never rejects. */
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
