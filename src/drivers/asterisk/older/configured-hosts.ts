import type { Clock } from '../../../clock.ts';
import type { Conversation } from '../../driver.ts';
import { ask } from '../ask-action.ts';
import { readConfiguredHost } from './lists.ts';

/** How long a configured host stays valid: it changes only when an administrator changes it. */
const believedMs = 60 * 60_000;

/** Hosts of chan_sip peers as configured, requested rarely and peer by peer. */
export class ConfiguredHosts {
  readonly #clock: Clock;
  #known: ReadonlyMap<string, { readonly host: string | undefined; readonly askedAt: number }> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hosts of these peers. At most `limit` of them are requested in this round; a host without an answer keeps its value. */
  async of(conversation: Conversation, names: readonly string[], limit: number): Promise<ReadonlyMap<string, string>> {
    const now = this.#clock.monotonicTime();
    const due = names.filter((name) => now - (this.#known.get(name)?.askedAt ?? -Infinity) >= believedMs);
    const asked = await Promise.all(due.slice(0, limit).map(async (name) => this.#ask(conversation, name, now)));
    const listed = new Set(names);
    this.#known = new Map([...this.#known, ...asked.flat()].filter(([name]) => listed.has(name)));
    return new Map([...this.#known].flatMap(([name, { host }]) => (host === undefined ? [] : [[name, host]])));
  }

  async #ask(
    conversation: Conversation,
    name: string,
    askedAt: number,
  ): Promise<readonly [string, { host: string | undefined; askedAt: number }][]> {
    try {
      return [[name, { host: await ask(conversation, 'sip_peer', readConfiguredHost, { peer: name }), askedAt }]];
    } catch {
      return [];
    }
  }
}
