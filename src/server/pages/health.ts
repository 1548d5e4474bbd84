import type { Trunk } from '../../snapshot/reading.ts';
import { countOf, formatDuration, formatTimeLeft, sentence, shorten } from './format.ts';
import { failureInWords } from './hints.ts';
import { countPeers, isOutOfService } from './states.ts';
import { isTried, shownParts, type StatusTarget, suspensionLeft, type View } from './view.ts';

/** How a PBX is doing: down; up, but with something to look at; not tried yet; good. */
export type HealthLevel = 'down' | 'trouble' | 'waiting' | 'good';

/** Worst first. */
export const healthLevels: readonly HealthLevel[] = ['down', 'trouble', 'waiting', 'good'];

/** How a PBX is doing, and why, in sentences; worst first. */
export interface Health {
  readonly level: HealthLevel;
  readonly troubles: readonly Trouble[];
}

/** One thing to look at. */
export interface Trouble {
  readonly about: 'login' | 'rounds' | 'trunks' | 'peers' | 'collectors';
  /** A whole sentence. */
  readonly text: string;
}

/** Judges a target by its record alone. A phone that is away is no trouble of the PBX; all of them at once are. */
export function healthOf(target: StatusTarget, view: View): Health {
  if (!isTried(target)) return { level: 'waiting', troubles: [] };
  if (!target.record.up) return { level: 'down', troubles: whyDown(target, view) };
  const troubles = [
    ...lateTroubles(target),
    ...trunkTroubles(target, view),
    ...peerTroubles(target, view),
    ...collectorTroubles(target),
  ];
  return { level: troubles.length === 0 ? 'good' : 'trouble', troubles };
}

function whyDown(target: StatusTarget, view: View): readonly Trouble[] {
  const { reason } = target.record.lastRound ?? {};
  const left = suspensionLeft(target, view);
  const texts = [
    reason === undefined || reason === 'suspended' ? '' : sentence(failureInWords(reason)),
    left > 0 ? `No login for another ${formatTimeLeft(left)}.` : '',
    left === 0 && reason === 'suspended' ? 'The exporter waits a little before the next login.' : '',
  ];
  return texts.filter((text) => text !== '').map((text) => ({ about: 'login', text }));
}

/** A healthy face on old data would be a lie. */
function lateTroubles({ overdueMs }: StatusTarget): readonly Trouble[] {
  return overdueMs === 0
    ? []
    : [{ about: 'rounds', text: `The rounds are late: the next one is overdue by ${formatDuration(overdueMs)}.` }];
}

function collectorTroubles({ record }: StatusTarget): readonly Trouble[] {
  return Object.entries(record.collectors)
    .filter(([, { success }]) => !success)
    .map(([name, { reason }]) => {
      const why = reason === undefined ? 'no reason is known' : failureInWords(reason);
      return { about: 'collectors', text: `Reading ${collectorWords(name)} failed: ${why}.` };
    });
}

function trunkTroubles(target: StatusTarget, view: View): readonly Trouble[] {
  const trunks = shownParts(target, view).trunks?.value ?? [];
  const out = trunks.filter(isOutOfService);
  if (out.length === 0) return [];
  const named = out.slice(0, 3).map((trunk) => `${trunkName(trunk)} (${trunk.state})`);
  const more = out.length > named.length ? `, and ${out.length - named.length} more` : '';
  const text = `${out.length} of ${countOf(trunks.length, 'trunk')} not in service: ${named.join(', ')}${more}.`;
  return [{ about: 'trunks', text }];
}

function peerTroubles(target: StatusTarget, view: View): readonly Trouble[] {
  const peers = shownParts(target, view).peers?.value ?? [];
  const { reachable, unreachable, unregistered } = countPeers(peers);
  const away = unreachable + unregistered;
  return reachable > 0 || away < 2
    ? []
    : [{ about: 'peers', text: `None of ${countOf(away, 'peer')} can be reached.` }];
}

/** A collector as a part of a sentence. */
export function collectorWords(name: string): string {
  return name === 'system' ? 'version and model' : `the ${name}`;
}

/** Name of a trunk for people: what the PBX calls it, or its id. */
export function trunkName({ id, name }: Trunk): string {
  return shorten(name === undefined || name === '' ? id : name, 60);
}
