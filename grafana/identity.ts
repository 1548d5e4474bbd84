import { parseArgs } from 'node:util';

/**
 * Labels that tell one PBX from another, `pbx` last. Where one Prometheus keeps several fleets, `npm run dashboards -- --identity customer,pbx`
 * writes dashboards that tell them apart as the rules do. Throws on a list that is none.
 */
export function identityOf(commandArguments: readonly string[]): readonly [string, ...string[]] {
  const { values } = parseArgs({
    args: [...commandArguments],
    options: { identity: { type: 'string', default: 'pbx' } },
    strict: false,
  });
  const [first = '', ...others] = String(values.identity).split(',');
  const labels: readonly [string, ...string[]] = [first, ...others];
  const complete = labels.at(-1) === 'pbx' && labels.every((label) => /^[a-zA-Z_]\w*$/.test(label));
  if (!complete) throw new Error('--identity is a list of labels with "pbx" at its end, such as customer,pbx');
  return labels;
}

/** The labels of these dashboards. */
export const identity = identityOf(process.argv.slice(2));

/** The same as in `by (...)` and `on (...)`. */
export const id = identity.join(', ');

/** Labels beside `pbx`; each is a variable of the dashboards. */
export const fleetLabels = identity.slice(0, -1);
