import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';
import { nearestNames } from './nearest-names.ts';

/** More names than this are not listed: nobody reads them. */
const mostNamesListed = 20;

/** The answer to a request that names no target that there is. */
export interface UnknownTarget {
  readonly status: 400 | 404;
  readonly problem: string;
}

/** The one target that a parameter of a request names. */
export function namedTarget({ pathname, searchParams }: URL, parameter: string, fleet: Fleet): Target | UnknownTarget {
  const names = searchParams.getAll(parameter);
  const [name = ''] = names;
  if (names.length !== 1 || name === '')
    return { status: 400, problem: howToAsk(names.length, `${pathname}?${parameter}=NAME`) };
  return fleet.get(name) ?? { status: 404, problem: unknownName(name, fleet) };
}

function howToAsk(count: number, path: string): string {
  const problem = count > 1 ? 'Only one target can be asked at a time.' : 'Which target?';
  return `${problem} Ask for ${path}, where NAME is the name of a target in the configuration.\n`;
}

function unknownName(name: string, fleet: Fleet): string {
  const names = fleet.targets.map((target) => target.name);
  const shown = JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
  const meant = nearestNames(name, names, 3);
  const lines = [
    `There is no target ${shown} in the configuration.`,
    /[:/]/.test(name) ? 'A target is asked for by its name, not by its address.' : '',
    meant.length > 0 ? `Did you mean ${meant.map((one) => JSON.stringify(one)).join(', ')}?` : '',
    names.length <= mostNamesListed
      ? `Targets: ${names.join(', ')}`
      : `It has ${names.length} targets; /sd lists them.`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
