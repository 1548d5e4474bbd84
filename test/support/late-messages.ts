import { type Inhibition, suppressing } from './inhibitions.ts';
import { evaluate } from './promql-evaluate.ts';
import type { Labels } from './promql-series.ts';
import type { RuleSimulation } from './rule-simulation.ts';

/** `group_interval` of `alertmanager.yml`: a group is sent again at any time within it, also right after a suppression ends. */
const groupIntervalMs = 300_000;

interface Episode {
  readonly labels: Labels;
  /** The sources that suppressed the alert last; empty if it was never suppressed, or only after it could be sent. */
  sources: readonly string[];
  /** Time of the first evaluation in which it could be sent. */
  free?: number;
  /** Whether it was suppressed once more after that. */
  suppressedAgain?: true;
}

/**
 * Plays rules up to a time and applies the inhibitions. Returns the alerts that were suppressed from the start and are news only because
 * their source ends: they end in the same evaluation, or soon after it, or before another source takes over.
 */
export function lateMessages(
  simulation: RuleSimulation,
  inhibitions: readonly Inhibition[],
  until: number,
  stepMs: number,
): readonly string[] {
  const active = new Map<string, Episode>();
  const late: string[] = [];
  for (let at = 0; at <= until; at += stepMs) {
    const firing = firingAt(simulation, at);
    const sourcesOf = (labels: Labels): readonly string[] => suppressing(inhibitions, labels, firing);
    late.push(...removeEnded(active, firing, sourcesOf, at));
    for (const labels of firing) update(active, labels, sourcesOf(labels), at);
  }
  return late;
}

/** Removes the alerts that no longer fire, and returns the late ones with what suppressed them. */
function removeEnded(
  active: Map<string, Episode>,
  firing: readonly Labels[],
  sourcesOf: (labels: Labels) => readonly string[],
  at: number,
): readonly string[] {
  const keys = new Set(firing.map(keyOf));
  const ended = [...active].filter(([key]) => !keys.has(key));
  for (const [key] of ended) active.delete(key);
  return ended.flatMap(([, episode]) =>
    endsLate(episode, sourcesOf(episode.labels), at)
      ? [`${nameOf(episode.labels)}: ${episode.sources.join(', ')}`]
      : [],
  );
}

function update(active: Map<string, Episode>, labels: Labels, sources: readonly string[], at: number): void {
  const key = keyOf(labels);
  const episode = active.get(key) ?? { labels, sources };
  active.set(key, episode);
  if (sources.length === 0) episode.free ??= at;
  else if (episode.free === undefined) episode.sources = sources;
  else if (episode.sources.length > 0) episode.suppressedAgain = true;
}

/** Whether an alert that has ended was suppressed from the start, and not until its end. */
function endsLate(
  { sources, free, suppressedAgain }: Episode,
  sourcesAtItsEnd: readonly string[],
  at: number,
): boolean {
  if (sources.length === 0) return false;
  if (free === undefined) return sourcesAtItsEnd.length === 0;
  return suppressedAgain === true || at - free < groupIntervalMs;
}

function firingAt(simulation: RuleSimulation, at: number): readonly Labels[] {
  const value = evaluate('ALERTS', simulation.seriesAt(at), at);
  return typeof value === 'number' ? [] : value.map(({ labels }) => labels);
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function nameOf({ alertname = '', pbx, instance }: Labels): string {
  return [alertname, pbx ?? instance ?? ''].join(' ').trim();
}
