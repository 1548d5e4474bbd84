import { type Settings, thresholdDefaults, type ThresholdName, type Thresholds } from './settings.ts';

/** How expressions and texts are put together for one set of settings. */
export interface Words {
  readonly settings: Settings;
  readonly thresholds: Thresholds;
  /** Labels that tell one PBX from all others, for `by` and `on`. */
  readonly id: string;
  /** Labels that are carried from `pbx_target_info` into alerts. */
  readonly carried: string;
  /** Labels beside `pbx` of the identity: what a fleet is; empty for one fleet. */
  readonly fleet: string;
  /** The PBX and its site, in a text. */
  readonly pbx: string;
  /** A selector of the PBX of the alert inside a query of a text. */
  readonly query: (format: string, ...labels: readonly string[]) => string;
  /** What was last known, for as long as nobody looks: see `held.ts`. */
  readonly held: (record: string, expression: string) => string;
  /** Like `held`, of what one collector reads: it is also kept while that collector fails. */
  readonly heldOfCollector: (record: string, collector: string, expression: string) => string;
  /** With the labels of the PBX that people need. */
  readonly withLabels: (expression: string) => string;
  /** A comparison with a limit that `thresholds.yml` may change. */
  readonly above: (expression: string, name: ThresholdName, operator?: '>' | '>=') => string;
}

/** A PBX of which a round has ended since its exporter started: `pbx_up` is 0 before. */
export const looked = '(pbx_up and pbx_last_round_timestamp_seconds)';

/** Jobs of which each target is the probe of one PBX. */
export const probeJobs = 'job=~".*pbx-probe.*"';

/** Makes the words. */
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

/** `for` of an alert that is to bear an outage of so many minutes: see the head of alerts.yml. */
export function afterOutageOf(minutes: number): string {
  return `${minutes + 2}m`;
}

/** Each line two spaces further in. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** `by (a, b)`, or nothing where there is one group for all. */
export function by(labels: string): string {
  return labels === '' ? '' : ` by (${labels})`;
}
