import { parse } from 'yaml';
import { ruleFiles } from '../../deploy/rules/index.ts';
import { parseSettings, parseThresholds } from '../../deploy/rules/settings.ts';
import { committedInhibitions, type Inhibition } from './inhibitions.ts';
import { ruleFileSchema } from './rule-file.ts';

// With a limit, so that PbxCallsNearLimit exists, too.
const files = ruleFiles(
  parseSettings(''),
  parseThresholds('thresholds: [{ of: { pbx: a }, set: { calls_limit: 30 } }]'),
);
const [recordings = [], alerts = []] = (['recording.yml', 'alerts.yml'] as const).map((name) =>
  ruleFileSchema.parse(parse(files[name])).groups.flatMap(({ rules }) => rules),
);

/** The alerts with the default settings. */
export const alertRules = alerts;
/** The recordings and alerts with the default settings. */
export const rules = [...recordings, ...alerts];
/** The inhibitions of the committed `alertmanager.yml`, with the alerts that they concern. */
export const inhibitions: readonly Inhibition[] = committedInhibitions([
  ...new Set(alerts.flatMap(({ alert }) => (alert === undefined ? [] : [alert]))),
]);
