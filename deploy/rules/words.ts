import { type Settings, thresholdDefaults, type ThresholdName, type Thresholds } from './settings.ts';

/** Building blocks of expressions and texts for the given settings. */
export interface Words {
  readonly settings: Settings;
  readonly thresholds: Thresholds;
  /** Labels that identify a PBX, for `by` and `on`. */
  readonly id: string;
  /** Labels copied from `pbx_target_info` to alerts. */
  readonly carried: string;
  /** Labels of the identity except `pbx`, which identify a fleet; empty if there is only one fleet. */
  readonly fleet: string;
  /** Template with the PBX and its site, for texts. */
  readonly pbx: string;
  /** Returns a selector for the PBX of the alert, for queries in texts. */
  readonly query: (format: string, ...labels: readonly string[]) => string;
  /** Returns an expression that keeps the last known value while the PBX is not monitored; see `held.ts`. */
  readonly held: (record: string, expression: string) => string;
  /** Like `held`, for values of one collector; they are also kept while this collector fails. */
  readonly heldOfCollector: (record: string, collector: string, expression: string) => string;
  /** Adds the labels of the PBX for display. */
  readonly withLabels: (expression: string) => string;
  /** Returns a comparison with a threshold that `thresholds.yml` can change. */
  readonly above: (expression: string, name: ThresholdName, operator?: '>' | '>=') => string;
}

/** Selects PBXs with at least one completed round since the start of the exporter; before that, `pbx_up` is 0. */
export const looked = '(pbx_up and pbx_last_round_timestamp_seconds)';

/** Selects jobs in which each target is the probe of one PBX. */
export const probeJobs = 'job=~".*pbx-probe.*"';

/** Creates the building blocks. */
export function words(settings: Settings, thresholds: Thresholds): Words {
  const id = settings.identity.join(', ');
  const carried = [...new Set(['family', 'site', ...settings.labels])].filter(
    (label) => !settings.identity.includes(label),
  );
  const others = settings.identity.slice(0, -1);
  const kept = (record: string, unless: string): string =>
    `(last_over_time(${record}[3m]) unless on (${id}) ${unless})\nand on (${id}) pbx:known:held`;
  return {
    settings,
    thresholds,
    id,
    carried: carried.join(', '),
    fleet: others.join(', '),
    pbx: `PBX {{ $labels.pbx }}${others.map((label) => `{{ with $labels.${label} }} of {{ . }}{{ end }}`).join('')}{{ with $labels.site }} ({{ . }}){{ end }}`,
    query(format, ...labels) {
      const selector = [...settings.identity, ...labels].map((label) => `${label}=%q`).join(',');
      const values = [...settings.identity, ...labels].map((label) => `$labels.${label}`).join(' ');
      return `printf "${format.replace('ID', selector)}" ${values} | query`;
    },
    held: (record, expression) => `${expression}\nor\n${kept(record, looked)}`,
    heldOfCollector: (record, collector, expression) =>
      `${expression}\nor\n${kept(
        record,
        `(\n  ${looked} unless on (${id}) max by (${id}) (pbx_collector_success{collector="${collector}"}) == 0\n)`,
      )}`,
    withLabels: (expression) =>
      `(\n${indented(expression)}\n)\n* on (${id}) group_left (${carried.join(', ')}) pbx:target_info:held`,
    above(expression, name, operator = '>') {
      const usual = thresholdDefaults[name];
      const overridden = thresholds.thresholds.some(({ set }) => set[name] !== undefined);
      const own = `${expression} ${operator} on (${id}) group_left () pbx:threshold:${name}`;
      const plain = `${expression} ${operator} ${usual}`;
      if (!overridden) return plain;
      if (usual === undefined) return `(${own})`;
      return `((${plain} unless on (${id}) pbx:threshold:${name}) or ${own})`;
    },
  };
}

/** Returns `for` of an alert that tolerates an outage of a number of minutes; see the head of alerts.yml. */
export function afterOutageOf(minutes: number): string {
  return `${minutes + 2}m`;
}

/** Indents each line by two spaces. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** Returns `by (a, b)`, or an empty text if there are no labels. */
export function by(labels: string): string {
  return labels === '' ? '' : ` by (${labels})`;
}
