import { editDistance } from '../config/suggest.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';

/** Maximum number of names in a list; longer lists are replaced by a reference to `/sd`. */
const maximumNamesListed = 20;

/** The response to a request that does not name an existing target. */
interface UnknownTarget {
  readonly status: 400 | 404;
  readonly problem: string;
}

/** Returns the target named by a parameter of a request, or the response if there is none. */
export function namedTarget({ pathname, searchParams }: URL, parameter: string, fleet: Fleet): Target | UnknownTarget {
  const names = searchParams.getAll(parameter);
  const [name = ''] = names;
  if (names.length !== 1 || name === '')
    return { status: 400, problem: howToAsk(names.length, `${pathname}?${parameter}=NAME`) };
  return fleet.get(name) ?? { status: 404, problem: unknownName(name, fleet) };
}

function howToAsk(count: number, path: string): string {
  const problem = count > 1 ? 'Only one target can be requested at a time.' : 'The target is missing.';
  return `${problem} Request ${path}, where NAME is the name of a target in the configuration.\n`;
}

function unknownName(name: string, fleet: Fleet): string {
  const names = fleet.targets.map((target) => target.name);
  const shown = JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
  const meant = nearestNames(name, names, 3);
  const lines = [
    `There is no target ${shown} in the configuration.`,
    /[:/]/.test(name) ? 'Use the name of a target, not its address.' : '',
    meant.length > 0 ? `Did you mean ${meant.map((one) => JSON.stringify(one)).join(', ')}?` : '',
    names.length <= maximumNamesListed
      ? `Targets: ${names.join(', ')}`
      : `It has ${names.length} targets; /sd lists them.`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Maximum number of names compared by edit distance, because each comparison takes time. */
const mostCompared = 300;
const longestCompared = 64;

/** Returns up to `count` names that are most similar to `written`; dissimilar names are omitted. */
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

/** Reports whether one name contains the other; names of one or two letters do not count. */
function holds(name: string, wanted: string): boolean {
  const own = name.toLowerCase();
  return (wanted.length >= 3 && own.includes(wanted)) || (own.length >= 3 && wanted.includes(own));
}
