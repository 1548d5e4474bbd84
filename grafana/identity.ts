import { committedSettings } from '../deploy/rules/settings.ts';

/**
 * Labels that identify a PBX, with `pbx` last, from `deploy/prometheus/settings.yml`. If one Prometheus has several fleets,
 * `npm run rules -- --identity customer,pbx` writes rules and dashboards that distinguish them.
 */
export const { identity } = committedSettings().settings;

/** The identity labels as text for `by (...)` and `on (...)`. */
export const id = identity.join(', ');

/** Identity labels except `pbx`; each is a variable of the dashboards. */
export const fleetLabels = identity.slice(0, -1);
