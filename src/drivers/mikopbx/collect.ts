import type { Collector, Part, Reading, SystemFacts } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { attempt, failedPart, goodPart } from '../parts.ts';
import { collectLegacy } from './collect-legacy.ts';
import { collectV3 } from './collect-v3.ts';
import { Line } from './line.ts';
import { loginPageRequest, readVersion } from './login.ts';
import type { PbxMemory } from './memory.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** Reads all enabled collectors, one request after the other. Throws a `Failure` that concerns all of them. */
export async function collect(conversation: Conversation, memory: PbxMemory): Promise<Reading> {
  const wanted = conversation.collectors;
  try {
    memory.brake.check();
    memory.budget.check();
    const line = new Line(conversation, memory);
    const read = await (memory.api === 'legacy' ? collectLegacy : collectV3)(line, memory, wanted);
    const reading = wanted.has('system')
      ? { ...read, system: await attempt(() => readSystem(line, memory, read)) }
      : read;
    return withRefusedKeyNamed(reading, wanted, memory);
  } catch (thrown) {
    // A PBX that is away may come back with another version.
    memory.version.suspectRestart();
    throw asFailure(thrown);
  }
}

/** The version, which counts only in a round in which the PBX answered something that needs our account. */
async function readSystem(line: Line, memory: PbxMemory, read: Reading): Promise<Part<SystemFacts>> {
  if (!line.answered) return failedPart(firstFailure(read));
  const version = await askVersion(line, memory);
  if (version.ok) return goodPart({ version: version.value });
  return failedPart(version.failure);
}

async function askVersion(line: Line, memory: PbxMemory): Promise<Outcome<string>> {
  const { version } = memory;
  if (version.due) {
    const outcome = await outcomeOf(line.askPlain(loginPageRequest, readVersion));
    version.read(outcome.ok ? outcome.value : undefined);
    return outcome;
  }
  if (version.value !== undefined) return { ok: true, value: version.value };
  return { ok: false, failure: new Failure('protocol', 'the login page of the PBX did not tell its version') };
}

function firstFailure(read: Reading): Failure {
  const failed = Object.values(read).find((part) => !part.ok);
  if (failed === undefined || failed.ok) return new Failure('protocol', 'the PBX answered nothing in this round');
  return new Failure(failed.reason, failed.detail ?? 'the PBX answered nothing in this round');
}

/** An API key that is refused everywhere is wrong (or was deleted), not merely short of a right. */
function withRefusedKeyNamed(reading: Reading, wanted: ReadonlySet<Collector>, memory: PbxMemory): Reading {
  const parts = Object.values(reading);
  const refused = parts.length === wanted.size && parts.every((part) => !part.ok && part.reason === 'forbidden');
  if (!refused || memory.account.kind !== 'token') return reading;
  throw new Failure(
    'bad_credentials',
    'the PBX refuses the API key everywhere: it is wrong, has no rights, or is not allowed from this address',
  );
}
