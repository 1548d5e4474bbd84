import type { Part, Reading, SystemFacts } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { failedPart, goodPart, readSequentially } from '../kit/collectors.ts';
import { collectLegacy } from './legacy/collect.ts';
import { collectV3 } from './v3/collect.ts';
import { Round } from './shared/round.ts';
import { loginPageRequest, readVersion } from './login.ts';
import type { PbxMemory } from './memory.ts';
import { type Outcome, outcomeOf } from './shared/answers.ts';

/** Reads all enabled collectors, one request at a time. Throws a `Failure` that affects all of them. */
export async function collect(conversation: Conversation, memory: PbxMemory): Promise<Reading> {
  const wanted = conversation.collectors;
  memory.rateLimit.check();
  memory.badGateway.check();
  memory.isCollecting = true;
  const round = new Round(conversation, memory);
  try {
    const read = await (memory.api === 'legacy' ? collectLegacy : collectV3)(round, memory, wanted);
    if (round.endedBy !== undefined && !round.answered) throw round.endedBy;
    const system = await readSequentially(wanted, { system: () => readSystem(round, memory, read) });
    return { ...read, ...system };
  } catch (thrown) {
    // A PBX that was unreachable may return with another version.
    memory.version.suspectRestart();
    throw asFailure(thrown);
  } finally {
    if (round.endedBy !== undefined) memory.version.suspectRestart();
    // All calls are refused, although they worked before: the cause is a proxy or an access list, not missing rights.
    if (!round.answered) memory.refusedCalls.forget(memory.goodCalls);
    memory.isCollecting = false;
    memory.badGateway.roundEnded();
  }
}

/** Reads the version. It is shown only if the PBX has answered an authenticated request in this round. */
async function readSystem(round: Round, memory: PbxMemory, read: Reading): Promise<Part<SystemFacts>> {
  if (!round.answered) return failedPart(firstFailure(read));
  const version = await askVersion(round, memory);
  if (version.ok) return goodPart({ version: version.value });
  return failedPart(version.failure);
}

async function askVersion(round: Round, memory: PbxMemory): Promise<Outcome<string>> {
  const { version } = memory;
  if (version.due) {
    const outcome = await outcomeOf(round.askPlain(loginPageRequest, readVersion));
    version.read(outcome.ok ? outcome.value : undefined);
    return outcome;
  }
  if (version.value !== undefined) return { ok: true, value: version.value };
  return { ok: false, failure: new Failure('protocol', 'the login page of the PBX does not show its version') };
}

function firstFailure(read: Reading): Failure {
  const failed = Object.values(read).find((part) => !part.ok);
  if (failed === undefined || failed.ok) return new Failure('protocol', 'the PBX answered nothing in this round');
  return new Failure(failed.reason, failed.detail ?? 'the PBX answered nothing in this round');
}
