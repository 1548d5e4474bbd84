import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withIdentity } from '../../deploy/rules/files.ts';
import { casesOfExporters, exporterCases, oneExporterLost } from '../../deploy/rules/cases/exporters.ts';
import { endingCases } from '../../deploy/rules/cases/endings.ts';
import { ruleFiles } from '../../deploy/rules/index.ts';
import { parseSettings, parseThresholds, thresholdNames } from '../../deploy/rules/settings.ts';
import { evaluate } from '../support/promql-evaluate.ts';
import type { Series } from '../support/promql-series.ts';
import { parseExpression } from '../support/promql.ts';
import { momentsOf } from '../support/rule-cases.ts';
import { ruleFileSchema } from '../support/rule-file.ts';
import { type Rule, RuleSimulation } from '../support/rule-simulation.ts';

type Generated = Rule & { readonly annotations: Readonly<Record<string, string>> };

function generated(settings: string, thresholds = ''): readonly Generated[] {
  const files = ruleFiles(parseSettings(settings), parseThresholds(thresholds));
  const rulesOf = (text: string): readonly Generated[] =>
    ruleFileSchema.parse(parse(text)).groups.flatMap(({ rules }) => rules);
  return [...rulesOf(files['recording.yml']), ...rulesOf(files['alerts.yml'])];
}

const stepMs = 30_000;
const scrapes = 16;
const constant = (labels: Readonly<Record<string, string>>, value: number): Series => ({
  labels: { job: 'pbx-exporter', instance: 'exporter-1:10560', ...labels },
  points: Array.from({ length: scrapes }, (_, index) => ({ at: index * stepMs, value })),
});

/** Returns eight minutes of series for a PBX that is up or down, with calls. */
function pbxSeries(
  labels: Readonly<Record<string, string>>,
  up: 0 | 1,
  more: Readonly<Record<string, number>> = {},
): readonly Series[] {
  const { site, ...own } = labels;
  const rounds = constant({ ...own, __name__: 'pbx_last_round_timestamp_seconds' }, 0);
  return [
    constant({ ...own, __name__: 'pbx_up' }, up),
    { ...rounds, points: rounds.points.map(({ at }) => ({ at, value: at / 1_000 })) },
    constant({ ...own, __name__: 'pbx_target_info', family: 'asterisk', ...(site === undefined ? {} : { site }) }, 1),
    ...(up === 0 ? [constant({ ...own, __name__: 'pbx_last_failure', reason: 'connect' }, 1)] : []),
    ...Object.entries(more).map(([metric, value]) => {
      const [name = '', resource] = metric.split(/[{}]|resource=|"/).filter((part) => part !== '');
      return constant({ ...own, __name__: name, ...(resource === undefined ? {} : { resource }) }, value);
    }),
  ];
}

function firing(
  rules: readonly Rule[],
  series: readonly Series[],
  alert: string,
): readonly Readonly<Record<string, string>>[] {
  const at = (scrapes - 1) * stepMs;
  const all = new RuleSimulation(rules, series, stepMs).seriesAt(at);
  const value = evaluate(`ALERTS{alertname="${alert}"}`, all, at);
  return typeof value === 'number' ? [] : value.map(({ labels }) => labels);
}

test('a label of the identity by which alerts are grouped anyway stands in a list once, also when it is written again', () => {
  const once = withIdentity('group_by: [alertname, cluster, site]\nequal: [cluster, pbx]\n', ['site', 'pbx']);
  expect(once).toBe('group_by: [alertname, cluster, site]\nequal: [cluster, site, pbx]\n');
  expect(withIdentity(once, ['site', 'pbx'])).toBe(once);
});

describe('--identity customer,pbx', () => {
  const rules = generated('identity: [customer, pbx]\nlabels: [team]');

  test('every expression can be parsed, and joins find one series', () => {
    const parsed = rules.map(({ expr }) => parseExpression(expr));
    expect(parsed.flatMap(({ errors }) => errors)).toEqual([]);
    expect(parsed.flatMap(({ ambiguousJoins }) => ambiguousJoins)).toEqual([]);
  });

  test('no expression tells PBXs apart by their name alone', () => {
    expect(rules.filter(({ expr }) => /\b(by|on) \(pbx\b/.test(expr)).map(({ expr }) => expr)).toEqual([]);
  });

  test('of two PBXs of one name the one that is down is told, with its customer', () => {
    const series = [
      ...pbxSeries({ customer: 'first', pbx: 'hq' }, 1),
      ...pbxSeries({ customer: 'second', pbx: 'hq' }, 0),
    ];
    expect(firing(rules, series, 'PbxDown')).toMatchObject([{ customer: 'second', pbx: 'hq', family: 'asterisk' }]);
    expect(firing(generated(''), series, 'PbxDown')).toEqual([]);
  });

  test('a customer whose only exporter leaves the list of targets is reported, although others have theirs', () => {
    const [first, second] = ['first', 'second'].map((customer) => constant({ __name__: 'up', customer }, 1));
    if (first === undefined || second === undefined) throw new Error('two series are needed');
    const left = {
      ...first,
      points: first.points.map((point, index) => (index < 4 ? point : { ...point, stale: true })),
    };
    expect(firing(rules, [left, second], 'PbxExporterTooFew')).toMatchObject([{ customer: 'first' }]);
  });

  test('the last label of an identity is pbx', () => {
    expect(() => parseSettings('identity: [pbx, customer]')).toThrow('the last one must be');
  });
});

describe('thresholds.yml', () => {
  const thresholds = `
thresholds:
  - of: { pbx: hq }
    set: { calls_limit: 10, data_age_seconds: 5000 }
  - of: { site: berlin }
    set: { calls_limit: 100 }
severities:
  - of: { pbx: hq }
    alert: PbxDown
    severity: info`;
  const rules = generated('', thresholds);

  test('a limit counts for its PBX, the one of the site for the others there, and none elsewhere', () => {
    const calls = { pbx_calls: 9 };
    const series = [
      ...pbxSeries({ pbx: 'hq', site: 'berlin' }, 1, calls),
      ...pbxSeries({ pbx: 'branch', site: 'berlin' }, 1, calls),
      ...pbxSeries({ pbx: 'depot' }, 1, calls),
    ];
    expect(firing(rules, series, 'PbxCallsNearLimit')).toMatchObject([
      { pbx: 'hq', site: 'berlin', severity: 'warning' },
    ]);
  });

  test('calls near a limit of thresholds.yml and near the one that the PBX tells are one message', () => {
    const near = { pbx_calls: 9, 'pbx_used{resource="calls"}': 9, 'pbx_limit{resource="calls"}': 10 };
    const series = [
      ...pbxSeries({ pbx: 'hq' }, 1, near),
      ...pbxSeries({ pbx: 'branch', site: 'berlin' }, 1, near),
      ...pbxSeries({ pbx: 'depot' }, 1, { 'pbx_used{resource="users"}': 9, 'pbx_limit{resource="users"}': 10 }),
    ];
    expect(firing(rules, series, 'PbxCallsNearLimit').map(({ pbx }) => pbx)).toEqual(['hq']);
    expect(firing(rules, series, 'PbxNearLimit').map(({ pbx }) => pbx)).toEqual(['branch', 'depot']);
  });

  test('a limit that is changed for one PBX stays as it was for the others', () => {
    const series = ['hq', 'branch'].flatMap((pbx) => pbxSeries({ pbx }, 1, { pbx_snapshot_age_seconds: 2000 }));
    expect(firing(rules, series, 'PbxDataStale').map(({ pbx }) => pbx)).toEqual(['branch']);
  });

  test('every limit can be changed, and none is asked for where it is not', () => {
    const all = thresholdNames.map((name) => `${name}: 1`).join(', ');
    const asked = (text: string): ReadonlySet<string> =>
      new Set(generated('', text).flatMap(({ expr }) => expr.match(/pbx:threshold:\w+/g) ?? []));
    expect([...asked(`thresholds: [{ of: { pbx: hq }, set: { ${all} } }]`)].toSorted()).toEqual(
      thresholdNames.map((name) => `pbx:threshold:${name}`).toSorted(),
    );
    expect(asked('').size).toBe(0);
  });

  test('a severity is a template where it differs, and a word where it does not', () => {
    const severities = (alert: string): unknown => rules.find((rule) => rule.alert === alert)?.labels['severity'];
    expect(severities('PbxDown')).toBe('{{ if and true (eq $labels.pbx "hq") }}info{{ else }}critical{{ end }}');
    expect(severities('PbxNotWatched')).toBe('critical');
  });

  test.each([
    ['thresholds: [{ of: {}, set: {} }]', '1:20: thresholds[0].of: name a PBX'],
    ['thresholds: [{ of: { pbx: hq }, set: { calls: 1 } }]', '1:38: thresholds[0].set: '],
    ['limits: []', '1:1: Unrecognized key: "limits"'],
    [
      'severities:\n  - of: { pbx: hq }\n    alert: PbxDwon\n    severity: info',
      '3:12: severities[0].alert: no alert is called "PbxDwon"; did you mean PbxDown?',
    ],
    ['severities: [{ of: { pbx: hq }, severity: info }]', '1:14: severities[0].alert: the name of an alert is missing'],
    ['severities: [', 'Flow sequence'],
  ])('refuses %s', (text, message) => {
    expect(() => parseThresholds(text)).toThrow(`thresholds.yml:${message.startsWith('Flow') ? ' ' : ''}${message}`);
  });
});

test('addresses of runbooks and dashboards reach every alert', () => {
  const rules = generated('runbook_url: https://wiki.example.org/pbx\ndashboard_url: https://grafana.example.org/');
  const alerts = rules.filter(({ alert }) => alert !== undefined);
  expect(
    alerts.filter(({ annotations }) => !annotations['runbook_url']?.startsWith('https://wiki.example.org/pbx/')),
  ).toEqual([]);
  expect(alerts.find(({ alert }) => alert === 'PbxDown')?.annotations['dashboard_url']).toBe(
    'https://grafana.example.org/d/pbx-one?var-pbx={{ urlquery $labels.pbx }}',
  );
  expect(alerts.filter(({ annotations }) => annotations['dashboard_url'] === undefined)).toEqual([]);
});

describe('the number of exporters that there are to be', () => {
  test('fewer raise an alert at once, whatever there was before', () => {
    const series = [...pbxSeries({ pbx: 'hq' }, 1), constant({ __name__: 'up' }, 1)];
    expect(firing(generated('exporters: 3'), series, 'PbxExporterTooFew')).toHaveLength(1);
    expect(firing(generated(''), series, 'PbxExporterTooFew')).toEqual([]);
  });

  test.each([1, 2, 5])('%i: the cases hold, one of them about a lost exporter', (exporters) => {
    const rules = generated(`exporters: ${exporters}`);
    const own = [...casesOfExporters([...exporterCases, ...endingCases], exporters), oneExporterLost(exporters)];
    for (const one of own)
      for (const { time, firing: found, expected } of momentsOf(rules, one, 'own schedule'))
        expect([one.name, time, ...found]).toEqual([one.name, time, ...expected]);
    expect(Object.values(own.at(-1)?.firing ?? {}).flat()).toContain(
      exporters === 1 ? 'PbxExporterMissing' : 'PbxExporterTooFew',
    );
  });
});
