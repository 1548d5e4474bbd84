import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { committedSettings } from '../../deploy/rules/settings.ts';
import { labelMeanings } from '../../src/exposition/label-values.ts';
import { metricTable } from '../../src/exposition/metric-table.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { callDirections } from '../../src/snapshot/reading.ts';
import { parseExpression } from './promql.ts';

const { settings } = committedSettings();

/** Labels that Prometheus itself adds to every series of a target. */
const targetLabels = ['job', 'instance', ...settings.identity.slice(0, -1)];
/** Series that Prometheus creates for every target. */
const madeByPrometheus = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped'];
const alertLabels = ['alertname', 'alertstate', 'severity', 'pbx', 'trunk', 'site', 'family', 'instance'];
/** Labels from the configuration that dashboards and alerts use if they are present. */
const configuredLabels: Readonly<Record<string, readonly string[]>> = {
  pbx_target_info: ['site', ...settings.labels],
};

/** Every series name that an expression may use, with its labels: from the metric table, the process and the recording rules. */
export type KnownMetrics = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns every series that a query may use. */
export async function knownMetrics(): Promise<KnownMetrics> {
  const known = new Map<string, ReadonlySet<string>>();
  // First, because the process metrics include the exporter's own metrics; the table overrides these with their labels.
  for (const name of [...madeByPrometheus, ...(await processMetrics())]) known.set(name, new Set(targetLabels));
  known.set('ALERTS', new Set(alertLabels));
  for (const { name, type, labels } of metricTable) {
    const all = [...labels, ...(configuredLabels[name] ?? []), ...targetLabels];
    if (type === 'histogram') {
      known.set(`${name}_bucket`, new Set([...all, 'le']));
      known.set(`${name}_sum`, new Set(all));
      known.set(`${name}_count`, new Set(all));
    } else known.set(name, new Set(all));
  }
  for (const { name, labels } of recorded()) known.set(name, new Set(labels));
  return known;
}

/**
 * Returns the problems of an expression: syntax errors, unknown metrics, labels or label values, and joins that fail if there are two
 * series.
 */
export function complaintsAbout(expression: string, known: KnownMetrics): readonly string[] {
  const { errors, selectors, labelLists, ambiguousJoins, addedLabels } = parseExpression(expression);
  const labelsOf = (metric: string): readonly string[] => [...(known.get(metric) ?? [])];
  return [
    ...errors,
    ...ambiguousJoins.map((join) => `may find two series where one is needed: ${join}`),
    ...selectors.flatMap(({ metric }) => (known.has(metric) ? [] : [`no such metric: ${metric}`])),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => !labelsOf(metric).includes(label))
        .map(({ label }) => `${metric} has no label ${label}`),
    ),
    ...selectors.flatMap(({ matchers }) => matchers.flatMap(unknownStates)),
    ...labelLists.flatMap(({ use, labels, metrics }) =>
      labels
        .filter((label) => ![...metrics.flatMap(labelsOf), ...addedLabels].includes(label))
        .map((label) => `${use} by ${label}, which none of ${metrics.join(', ')} has`),
    ),
  ];
}

/** Returns the labels that a series of this expression could have. */
export function possibleLabels(expression: string, known: KnownMetrics): ReadonlySet<string> {
  const { selectors, addedLabels } = parseExpression(expression);
  return new Set([...selectors.flatMap(({ metric }) => [...(known.get(metric) ?? [])]), ...addedLabels]);
}

const closedSets: Readonly<Record<string, readonly string[]>> = {
  state: [
    ...Object.keys(labelMeanings.peerStates),
    ...Object.keys(labelMeanings.trunkStates),
    ...Object.keys(labelMeanings.agentStates),
  ],
  collector: Object.keys(labelMeanings.collectors),
  reason: [...Object.keys(labelMeanings.failureReasons), ...Object.keys(labelMeanings.skipReasons)],
  direction: callDirections,
  result: ['ok', 'success', 'failure', ...Object.keys(labelMeanings.failureReasons)],
};

function unknownStates({ label, value }: { readonly label: string; readonly value: string }): string[] {
  const words = closedSets[label];
  if (words === undefined || value.startsWith('$')) return [];
  return value.split('|').flatMap((word) => (words.includes(word) ? [] : [`${label} is never ${word}`]));
}

async function processMetrics(): Promise<string[]> {
  const own = createOwnMetrics({ version: '0', collectDefaults: true });
  const text = await own.render('text');
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return names.flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ record: z.string().optional(), expr: z.string() })) })),
});

/** Returns the series that the rules record, with every label by which their expressions group or match. */
function recorded(): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return ['alerts.yml', 'recording.yml', 'dashboards.yml'].flatMap((file) => {
    const path = new URL(`../../deploy/prometheus/rules/${file}`, import.meta.url);
    const { groups } = rulesSchema.parse(parse(readFileSync(path, 'utf8')));
    return groups.flatMap(({ rules }) =>
      rules.flatMap(({ record, expr }) => {
        const labels = parseExpression(expr).labelLists.flatMap((list) => list.labels);
        return record === undefined ? [] : [{ name: record, labels: labels.length > 0 ? labels : ['pbx'] }];
      }),
    );
  });
}
