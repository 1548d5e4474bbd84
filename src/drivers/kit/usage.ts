import { type Amounts, type Resource, resources, type Usage } from '../../snapshot/reading.ts';
import { countOf } from './fields.ts';

/** What a PBX told of some resources: JSON values of unknown type. */
export type ToldAmounts = Readonly<Partial<Record<Resource, unknown>>>;

/**
 * Use and limits out of an answer, each only where it is a whole number of 0 or more. A limit of 0 is how vendors say that
 * there is none.
 */
export function readUsage(used: ToldAmounts, limits: ToldAmounts): Usage {
  const inUse = amounts(used, 0);
  const most = amounts(limits, 1);
  return {
    ...(Object.keys(inUse).length === 0 ? {} : { used: inUse }),
    ...(Object.keys(most).length === 0 ? {} : { limits: most }),
  };
}

function amounts(told: ToldAmounts, least: number): Amounts {
  const counted = resources.map((resource) => [resource, countOf(told[resource])] as const);
  return Object.fromEntries(counted.filter(([, count]) => count !== undefined && count >= least));
}
