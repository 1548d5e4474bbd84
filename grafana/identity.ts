import { committedSettings } from '../deploy/rules/settings.ts';

/**
 * Labels that tell one PBX from another, `pbx` last, from `deploy/prometheus/settings.yml`: where one Prometheus keeps several fleets,
 * `npm run rules -- --identity customer,pbx` writes rules and dashboards that tell them apart.
 */
export const { identity } = committedSettings().settings;

/** The same as in `by (...)` and `on (...)`. */
export const id = identity.join(', ');

/** Labels beside `pbx`; each is a variable of the dashboards. */
export const fleetLabels = identity.slice(0, -1);
