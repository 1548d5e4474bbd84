import { Failure } from '../../../transport/failure.ts';
import { SkipCounter } from '../../kit/collectors.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { type Outcome, outcomeOf } from '../shared/answers.ts';
import { emptyWhereMissing, readRegistry, type RegistryRow } from '../shared/registry.ts';
import { requestFor } from '../requests.ts';
import { trunkMeaning } from '../shared/trunk-states.ts';

/** The answers to `getRegistry`, SIP and IAX. */
export interface Registries {
  readonly sip: Outcome<readonly RegistryRow[]>;
  readonly iax: Outcome<readonly RegistryRow[]>;
  /** Why trunks of the previous list are missing, until a second round confirms it. */
  readonly missing: Failure | undefined;
  readonly skipped: SkipCounter;
}

/**
 * Reads both lists. After a start of Asterisk, the first answer of each API process lacks all trunks that register with
 * a provider (2022.1 restarts Asterisk every night). If a known trunk is missing, the list is therefore requested again
 * immediately, and accepted only if the next round confirms it. If the PBX does not have one of the lists, it has no
 * such trunks.
 */
export async function askRegistries(round: Round, memory: PbxMemory): Promise<Registries> {
  const skipped = memory.unknownStates.counter('trunks');
  const first = await outcomeOf(askRegistry(round, 'sip', skipped));
  const again = first.ok && memory.registering.missingIn(first.value).size > 0;
  const second = again ? await outcomeOf(askRegistry(round, 'sip', new SkipCounter())) : first;
  const sip = second.ok ? second : first;
  const iax = emptyWhereMissing(await outcomeOf(askRegistry(round, 'iax', skipped)));
  const isMissing = sip.ok && memory.registering.follow(sip.value);
  return { sip, iax, skipped, missing: isMissing ? missing : undefined };
}

const missing = new Failure(
  'service_unavailable',
  'the PBX leaves out trunks that register, as it does after a start of Asterisk: waiting for the next round to confirm it',
);

function askRegistry(round: Round, kind: 'sip' | 'iax', skipped: SkipCounter): Promise<readonly RegistryRow[]> {
  const request = requestFor(`${kind}_registry`, { timeoutMs: round.share(0.4) });
  return round.ask(request, (envelope) => readRegistry(envelope, kind, skipped));
}

/** Trunks that register with a provider, from the last list that was accepted. */
export class RegisteringTrunks {
  #known: ReadonlySet<string> = new Set();
  #isDoubted = false;

  /** Returns the ids of known trunks that are missing from the list. */
  missingIn(rows: readonly RegistryRow[]): ReadonlySet<string> {
    const listed = new Set(rows.map(({ id }) => id));
    return new Set([...this.#known].filter((id) => !listed.has(id)));
  }

  /** Applies a new list. Returns whether trunks are missing for the first time; such a list must not be accepted yet. */
  follow(rows: readonly RegistryRow[]): boolean {
    this.#isDoubted = !this.#isDoubted && this.missingIn(rows).size > 0;
    if (!this.#isDoubted) this.#known = new Set(rows.filter(registers).map(({ id }) => id));
    return this.#isDoubted;
  }
}

/**
 * Reports whether the word of a row shows a registration. A registered inbound trunk matches, too, which does no harm:
 * the list never omits it.
 */
function registers({ kind, state }: RegistryRow): boolean {
  return kind === 'sip' && trunkMeaning('registry-sip', state)?.registered !== undefined;
}
