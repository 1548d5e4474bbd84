import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Trunk } from '../../snapshot/reading.ts';
import { countOf, formatDuration, formatTimeLeft, sentence, shorten } from './format.ts';
import { failureMeaning } from './hints.ts';
import { countPeers, isOutOfService } from './states.ts';
import { isTried, shownParts, type StatusTarget, suspensionLeft, type View } from './view.ts';

/** Health of a PBX: down, up with problems (`trouble`), not tried yet (`waiting`), or good. */
export type HealthLevel = 'down' | 'trouble' | 'waiting' | 'good';

/** All levels, worst first. */
export const healthLevels: readonly HealthLevel[] = ['down', 'trouble', 'waiting', 'good'];

/** Health of a PBX and its problems, worst first. */
export interface Health {
  readonly level: HealthLevel;
  readonly problems: readonly HealthProblem[];
}

/** A problem of a PBX. */
export interface HealthProblem {
  readonly about: 'login' | 'rounds' | 'trunks' | 'peers' | 'collectors';
  /** A whole sentence. */
  readonly text: string;
  /** The sentence without details that differ between PBXs; empty if nothing remains. */
  readonly cause: string;
}

/** Returns the health of a target, based only on its record. Absent phones are a problem only if no phone can be reached. */
export function healthOf(target: StatusTarget, view: View): Health {
  if (!isTried(target)) return { level: 'waiting', problems: [] };
  if (!target.record.up) return { level: 'down', problems: whyDown(target, view) };
  const problems = [
    ...lateProblems(target),
    ...trunkProblems(target, view),
    ...peerProblems(target, view),
    ...banProblems(target, view),
    ...collectorProblems(target),
  ];
  return { level: problems.length === 0 ? 'good' : 'trouble', problems };
}

function whyDown(target: StatusTarget, view: View): readonly HealthProblem[] {
  const { reason, detail } = target.record.lastRound ?? {};
  const left = suspensionLeft(target, view);
  const cause = reason === undefined || reason === 'suspended' ? '' : failureSentence(reason, detail);
  const waits = left === 0 && reason === 'suspended' ? 'The exporter waits briefly before the next login.' : '';
  const problems: readonly HealthProblem[] = [
    { about: 'login', text: cause, cause },
    { about: 'login', text: left > 0 ? `Logins are suspended for another ${formatTimeLeft(left)}.` : '', cause: '' },
    { about: 'login', text: waits, cause: waits },
  ];
  return problems.filter(({ text }) => text !== '');
}

/** Overdue rounds are a problem, because the values are older than they appear. */
function lateProblems({ overdueMs }: StatusTarget): readonly HealthProblem[] {
  if (overdueMs === 0) return [];
  const text = `The rounds are late: the next one is overdue by ${formatDuration(overdueMs)}.`;
  return [{ about: 'rounds', text, cause: 'The rounds are late.' }];
}

/** A ban of our own address, reported early: some bans first affect only telephony, and the exporter later. */
function banProblems(target: StatusTarget, view: View): readonly HealthProblem[] {
  if (shownParts(target, view).security?.value.ownAddressBanned !== true) return [];
  const text =
    'The PBX has banned the address of the exporter: add it to the allow-list of the PBX, and look for wrong logins from it.';
  return [{ about: 'login', text, cause: text }];
}

function collectorProblems({ record }: StatusTarget): readonly HealthProblem[] {
  return Object.entries(record.collectors)
    .filter(([, { success }]) => !success)
    .map(([name, { reason, detail }]) => {
      const why = reason === undefined ? 'no reason is known' : failureText(reason, detail);
      const text = sentence(`Reading ${collectorName(name)} failed: ${why}`);
      return { about: 'collectors', text, cause: text };
    });
}

function trunkProblems(target: StatusTarget, view: View): readonly HealthProblem[] {
  const trunks = shownParts(target, view).trunks?.value ?? [];
  const out = trunks.filter(isOutOfService);
  if (out.length === 0) return [];
  const named = out.slice(0, 3).map((trunk) => `${trunkName(trunk)} (${trunk.state})`);
  const more = out.length > named.length ? `, and ${out.length - named.length} more` : '';
  const which = `${named.join(', ')}${more}.`;
  const text = `${out.length} of ${countOf(trunks.length, 'trunk')} not in service: ${which}`;
  return [{ about: 'trunks', text, cause: `${countOf(out.length, 'trunk')} not in service: ${which}` }];
}

function peerProblems(target: StatusTarget, view: View): readonly HealthProblem[] {
  const peers = shownParts(target, view).peers?.value ?? [];
  const { reachable, unreachable, unregistered } = countPeers(peers);
  const away = unreachable + unregistered;
  if (reachable > 0 || away < 2) return [];
  return [
    { about: 'peers', text: `None of ${countOf(away, 'peer')} can be reached.`, cause: 'No peer can be reached.' },
  ];
}

/** Returns the detail of a failure, or the meaning of its reason if there is no detail. */
export function failureText(reason: FailureReason, detail = ''): string {
  return detail === '' ? failureMeaning(reason) : shorten(detail, 300);
}

/** Returns {@link failureText} as a sentence. */
export function failureSentence(reason: FailureReason, detail?: string): string {
  return sentence(failureText(reason, detail));
}

/** Returns the words for a collector within a sentence. */
export function collectorName(name: string): string {
  return name === 'system' ? 'version and model' : `the ${name}`;
}

/** Display name of a trunk: its name on the PBX, or its id. */
function trunkName({ id, name }: Trunk): string {
  return shorten(name === undefined || name === '' ? id : name, 60);
}
