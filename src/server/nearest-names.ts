import { editDistance } from '../config/suggest.ts';

/** Comparing names takes time; of thousands of targets this many are looked at closely. */
const mostCompared = 300;
const longestCompared = 64;

/** Up to `count` names that are most like the one written; names that have nothing to do with it are left out. */
export function nearestNames(written: string, names: readonly string[], count: number): string[] {
  const wanted = written.trim().toLowerCase().slice(0, longestCompared);
  if (wanted === '') return [];
  return names
    .filter((name) => holds(name, wanted) || Math.abs(name.length - wanted.length) <= 3)
    .slice(0, mostCompared)
    .map((name) => ({
      name,
      distance: holds(name, wanted) ? 0 : editDistance(wanted, name.toLowerCase().slice(0, longestCompared)),
    }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Whether one of the two names is a part of the other; a letter or two say nothing. */
function holds(name: string, wanted: string): boolean {
  const own = name.toLowerCase();
  return (wanted.length >= 3 && own.includes(wanted)) || (own.length >= 3 && wanted.includes(own));
}
