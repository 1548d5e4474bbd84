import { stringify } from 'yaml';
import { type Case, firingIn, type Style } from './case.ts';
import { seriesOf } from './series.ts';
import type { ExpectedAlert } from './text.ts';
import { texts } from './texts.ts';

/** Prometheus evaluates groups in no fixed order. Here, recording rules come first, so that times are exact. */
const groups = [
  'pbx-recording',
  'pbx-held',
  'pbx',
  'pbx-lists',
  'pbx-trunks',
  'pbx-peers',
  'pbx-service',
  'pbx-quality',
  'pbx-exporter',
];

/** Returns the links of an alert by annotation name. The only variables in these templates are those of the PBX. */
export type LinksOf = (alert: string) => Readonly<Record<string, string>>;

/** A case in one of its styles. */
export interface StyledCase {
  readonly one: Case;
  readonly style: Style;
}

/** Returns cases as a file for promtool. `links` returns the links of an alert. */
export function casesFile(cases: readonly StyledCase[], evaluationInterval: string, links: LinksOf): string {
  const head = `# promtool test rules FILE
# Who is told of what, and of what not. Written by "npm run rules" from deploy/rules/cases: change it there.
`;
  const file = {
    rule_files: ['rules/alerts.yml', 'rules/recording.yml'],
    evaluation_interval: evaluationInterval,
    group_eval_order: groups,
    tests: cases.map((styled) => testOf(styled, links)),
  };
  return head + stringify(file, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}

function testOf({ one, style }: StyledCase, links: LinksOf): object {
  const full = (alert: string, { labels, summary, description }: ExpectedAlert): object => ({
    exp_labels: labels,
    exp_annotations: {
      summary,
      description,
      ...Object.fromEntries(
        Object.entries(links(alert)).map(([key, url]) => [key, url.replace(/\{\{.*?\}\}/, labels['pbx'] ?? '')]),
      ),
    },
  });
  return {
    name: `${one.name} (${style})`,
    interval: one.interval ?? '30s',
    input_series: seriesOf(one, style),
    promql_expr_test: Object.entries(firingIn(one, style)).map(([time, alerts]) => ({
      expr: `count by (alertname, pbx) (ALERTS{alertstate="firing",alertname!~"${['Watchdog', ...(one.besides ?? [])].join('|')}"})`,
      eval_time: time,
      exp_samples: alerts.map(sampleOf),
    })),
    ...(one.texts === undefined
      ? {}
      : {
          alert_rule_test: Object.entries(one.texts).map(([alertname, at]) => ({
            eval_time: at,
            alertname,
            exp_alerts: (texts[alertname] ?? []).map((alert) => full(alertname, alert)),
          })),
        }),
  };
}

/** The expected sample for `2 PbxTrunkNotRegistered hq`, with the count as its value. */
function sampleOf(text: string): object {
  const [, count = '1', alert = '', pbx] = /^(?:(\d+) )?(\w+)(?: (\S+))?$/.exec(text) ?? [];
  const labels = pbx === undefined ? '' : `, pbx="${pbx}"`;
  return { labels: `{alertname="${alert}"${labels}}`, value: Number(count) };
}
