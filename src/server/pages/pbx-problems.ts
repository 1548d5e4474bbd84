import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { CollectorOutcome } from '../../snapshot/record.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatDuration, formatTimeLeft, loginRemedy, refusalsText } from './format.ts';
import { collectorName, failureSentence, failureText, type Health, type HealthProblem } from './health.ts';
import { audioHints, failureHints, failureMeaning, hintsFor } from './hints.ts';
import { familyLink, isolated, moment, reloadHelp, withCode } from './parts.ts';
import { isTried, lacksHashKey, shownAge, shownParts, type StatusTarget, suspensionLeft, type View } from './view.ts';

/** Renders the problems of a PBX with steps against them; empty if there are none. */
export function problemCards(target: StatusTarget, { level, problems }: Health, view: View): Markup {
  if (!isTried(target))
    return markup`<div class="card alert wait"><h2>Not polled yet</h2><p>The exporter was just started, or this PBX was just added. Its first round usually starts within ${formatDuration(target.intervalMs)}.</p></div>`;
  if (level === 'down') return downCard(target, view);
  const failed = Object.entries(target.record.collectors).filter(([, { success }]) => !success);
  return markup`${listCard(problems)}${audioCard(target, view)}${failed.map(([name, outcome]) => collectorCard(name, outcome, view))}${lateCard(target)}${keyCard(target, view)}`;
}

/** The problems visible in the lists of trunks and peers. */
function listCard(problems: readonly HealthProblem[]): Markup {
  const seen = problems.filter(({ about }) => about === 'trunks' || about === 'peers');
  if (seen.length === 0) return nothing;
  return markup`<div class="card alert warn short">${seen.map(({ about, text }) => markup`<p>${isolated(text)} <a href="#${about}">See the ${about}</a></p>`)}</div>`;
}

/** Section about poor audio on the page of each family that reports call quality. */
const audioSection = 'one-way-audio-and-packet-loss';

/** Card with what to check while running calls have poor audio. The PBX still counts as good, because a single phone may be the cause. */
function audioCard(target: StatusTarget, view: View): Markup {
  const hints = audioHints(shownParts(target, view).quality?.value.running);
  if (hints.length === 0) return nothing;
  const page = familyLink(target.identity.family, view);
  const more = page !== undefined && markup`<p><a href="${page}#${audioSection}">More about poor audio</a></p>`;
  return markup`<div class="card alert warn short">${hints.map((hint) => markup`<p>${withCode(hint)}</p>`)}${more}</div>`;
}

function downCard(target: StatusTarget, view: View): Markup {
  const { reason, detail, endedAtWall } = target.record.lastRound ?? {};
  const why = reason === undefined ? 'The reason is not known' : failureSentence(reason, detail).replace(/\.$/, '');
  const steps = hintsFor(reason, detail);
  return markup`<section class="card alert" aria-label="Why it is down"><h2>${isolated(why)}</h2>
${classOf(reason, detail)}
${suspension(target, view)}
${steps.length > 0 && markup`<ul>${steps.map((step) => markup`<li>${withCode(step)}</li>`)}</ul>`}
${reloadHelp([...steps, ...(suspensionLeft(target, view) > 0 ? [loginRemedy(target.record.refusals)] : [])], view)}
<p class="quiet">${endedAtWall !== undefined && `Last tried ${formatDuration(view.wall - endedAtWall)} ago. `}${tryingLess(target, view)} ${lastGood(target, view)} ${whatIsShown(target, view)}</p></section>`;
}

function collectorCard(name: string, { reason, detail }: CollectorOutcome, view: View): Markup {
  const why = reason === undefined ? 'no reason is known' : failureText(reason, detail);
  return markup`<section class="card alert warn" aria-label="${name} not read"><h2>Reading ${collectorName(name)} failed: ${isolated(why)}</h2>
${classOf(reason, detail)}
${reason !== undefined && markup`<ul>${failureHints[reason].map((step) => markup`<li>${withCode(step)}</li>`)}</ul>${reloadHelp(failureHints[reason], view)}`}</section>`;
}

function lateCard({ overdueMs, intervalMs }: StatusTarget): Markup {
  if (overdueMs === 0) return nothing;
  return markup`<div class="card alert warn"><h2>The rounds are late</h2><p>A round is due every ${formatDuration(intervalMs)}, and the next one is overdue by ${formatDuration(overdueMs)}. The exporter is overloaded: raise <code>scrape.concurrency</code>, or poll less often.</p></div>`;
}

function keyCard(target: StatusTarget, view: View): Markup {
  if (!lacksHashKey(target, view)) return nothing;
  return markup`<div class="card alert warn short"><p>No names are shown: <code>peers.names</code> is <code>hash</code>, and there is no <code>peers.hash_key_file</code> or <code>peers.hash_key_env</code> for the hash.</p></div>`;
}

/** The failure reason as in metrics, with its meaning if the heading shows the detail instead. */
function classOf(reason: FailureReason | undefined, detail = ''): Markup {
  const meaning = reason === undefined || detail === '' ? nothing : markup`: ${failureMeaning(reason)}`;
  return markup`<p class="said"><code>${reason ?? 'unknown'}</code>${meaning}</p>`;
}

function suspension(target: StatusTarget, view: View): Markup {
  const left = suspensionLeft(target, view);
  const { refusals } = target.record;
  if (left === 0) return nothing;
  return markup`<p class="until">Logins are suspended for another ${formatTimeLeft(left)}, until ${moment(target.record.suspendedUntilWall)}.</p>
<p>The exporter waits so that the PBX does not lock it out.${refusals !== undefined && isolated(` ${refusalsText(refusals)}`)} ${loginRemedy(refusals)}</p>`;
}

function lastGood({ record }: StatusTarget, view: View): string {
  if (record.lastSuccessAtWall === undefined) return 'No round has succeeded since the exporter started.';
  return `The last good round was ${formatDuration(view.wall - record.lastSuccessAtWall)} ago.`;
}

/** Maximum duration of a round (ms) that is not yet considered late, for slow PBXs. */
const longestRoundMs = 30_000;

/** After repeated failures, attempts become less frequent. Users who wait for the next attempt need to know that. */
function tryingLess({ record, intervalMs }: StatusTarget, view: View): string {
  const endedMsAgo = view.wall - (record.lastRound?.endedAtWall ?? view.wall);
  if (endedMsAgo <= 3 * intervalMs + longestRoundMs || record.suspendedUntilWall > 0) return '';
  return 'While this lasts, the exporter tries less often, but at least about every five minutes.';
}

function whatIsShown(target: StatusTarget, view: View): string {
  const age = shownAge(target, view);
  if (age === undefined) return 'No values are shown, because they are too old.';
  const left = target.identity.staleAfterMs - age;
  return `The values below are from an earlier round and disappear in ${formatTimeLeft(left)}.`;
}
