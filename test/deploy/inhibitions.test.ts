import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Case, type Shown, stylesOf } from '../../deploy/rules/cases/case.ts';
import { cases } from '../../deploy/rules/cases/index.ts';
import { phones } from '../../deploy/rules/cases/peers.ts';
import { ruleFiles } from '../../deploy/rules/index.ts';
import { parseSettings, parseThresholds } from '../../deploy/rules/settings.ts';
import { committedInhibitions } from '../support/inhibitions.ts';
import { lateMessages } from '../support/late-messages.ts';
import { durationMs, evaluate } from '../support/promql-evaluate.ts';
import type { Series } from '../support/promql-series.ts';
import { lastScrapeOf, simulationOf, stepMs } from '../support/rule-cases.ts';
import { ruleFileSchema } from '../support/rule-file.ts';

// With a limit, so that PbxCallsNearLimit exists, too.
const files = ruleFiles(
  parseSettings(''),
  parseThresholds('thresholds: [{ of: { pbx: a }, set: { calls_limit: 30 } }]'),
);
const [recordings = [], alertRules = []] = (['recording.yml', 'alerts.yml'] as const).map((name) =>
  ruleFileSchema.parse(parse(files[name])).groups.flatMap(({ rules }) => rules),
);
const rules = [...recordings, ...alertRules];
const alerts = new Map(
  alertRules.flatMap((rule) => {
    const { alert, labels } = rule;
    if (alert === undefined) return [];
    const [wait = 0, keep = 0] = [rule.for, rule.keep_firing_for].map((time) => durationMs(time) / 60_000);
    return [[alert, { wait, keep, severity: labels['severity'] }] as const];
  }),
);
const inhibitions = committedInhibitions([...alerts.keys()]);
const pairs = inhibitions.flatMap(({ source, target }) =>
  source.flatMap((one) => target.map((other) => [one, other] as const)),
);
type Pair = (typeof pairs)[number];

/** Times in minutes. */
function timesOf(name: string): {
  readonly wait: number;
  readonly keep: number;
  readonly severity: string | undefined;
} {
  const found = alerts.get(name);
  if (found === undefined) throw new Error(`no alert is called ${name}`);
  return found;
}

/** A PBX is not read while one of these alerts fires, so its last values are kept, and no condition about them begins. */
const notRead = ['PbxExporterMissing', 'PbxDown', 'PbxUnreadable', 'PbxLoginRefused', 'PbxNotWatched'];
const aboutExporters = /^Pbx(Exporter\w+|NotWatched|Vanished|ProbeFailing)$/;

/** Whether the cause of the source also raises the target. Otherwise, the condition of the target is older than that of the source. */
const sameCause = ([source, target]: Pair): boolean =>
  !notRead.includes(source) || (source === 'PbxExporterMissing' && aboutExporters.test(target));
const mayFireUnder = (pair: Pair): boolean => sameCause(pair) || timesOf(pair[1]).wait > timesOf(pair[0]).wait;

/** After the exporter is back, its first round and a scrape take up to two minutes; everything else takes an evaluation. */
const margin = (source: string): number => (source.startsWith('PbxExporter') ? 2 : 1);
const outlasts = ([source, target]: Pair): boolean => timesOf(source).keep >= timesOf(target).keep + margin(source);
const inWords = ([source, target]: Pair): string => `${source} > ${target}`;

/**
 * Warnings that keep firing for longer than a page should, so that values near a threshold do not send one message after the other. They
 * report what was measured before or besides the outage, and may be sent after it.
 */
const ownNews = [
  'PbxCallsNearLimit',
  'PbxCertificateEnds',
  'PbxLicenseEnds',
  'PbxNearLimit',
  'PbxRoundtripHigh',
  'PbxRowsSkipped',
  'PbxTrunkFlapping',
  'PbxTrunkRoundtripHigh',
  'PbxUnreadable',
];

describe('every alert that suppresses another one', () => {
  test('fires before it or together with it, if both have the same cause', () => {
    const later = pairs.filter((pair) => sameCause(pair) && timesOf(pair[0]).wait > timesOf(pair[1]).wait);
    expect(later.map(inWords)).toEqual([]);
  });

  test('outlasts it, so that the end of an outage is no news of its own', () => {
    const short = pairs.filter((pair) => mayFireUnder(pair) && !outlasts(pair));
    expect(short.map(inWords).filter((words) => !ownNews.some((name) => words.endsWith(` > ${name}`)))).toEqual([
      // The trunks were lost within the last minute before the exporter. With five minutes, PbxManyDown would end under the source.
      'PbxExporterMissing > PbxTrunksAllDown',
    ]);
    expect(
      [...new Set(short.map(([, target]) => target))].filter((name) => name !== 'PbxTrunksAllDown').toSorted(),
    ).toEqual(ownNews);
    expect(ownNews.filter((name) => timesOf(name).severity !== 'warning')).toEqual([]);
  });

  // Alertmanager sends neither the end of an alert that ends while it is suppressed, nor its next start within repeat_interval.
  test('ends before a page that was always sent earlier', () => {
    const long = pairs.filter((pair) => {
      const [source, target] = pair.map(timesOf);
      if (source === undefined || target?.severity !== 'critical' || mayFireUnder(pair)) return false;
      const untilRead = pair[0] === 'PbxExporterMissing' ? 1 : 0;
      return source.keep > target.keep + untilRead;
    });
    expect(long.map(inWords)).toEqual(['PbxUnreadable > PbxTrunksAllDown', 'PbxUnreadable > PbxPeersUnreachable']);
  });
});

/** Cases of few PBXs. The others have the same alerts on more PBXs. */
const small = cases.filter(({ courses, interval }) => interval === undefined && courses.length <= 4);

describe('no suppressed alert is sent only because an outage ends', () => {
  test.each(small.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    for (const style of stylesOf(one)) {
      const late = lateMessages(simulationOf(rules, one, style), inhibitions, lastScrapeOf(one), stepMs);
      expect([style, ...late]).toEqual([style]);
    }
  });

  const allPhones = phones(40, 0, 0);
  const fewPhones = phones(10, 30, 0);
  const registered: Shown = { trunks: { northline: 'registered' }, ...allPhones };
  const lost: Shown = { trunks: { northline: 'unregistered' }, ...fewPhones };
  /** The phones a week ago: promtool cannot combine a week with steps of 30 s. */
  const lastWeek: Series = {
    labels: { __name__: 'pbx:peers_reachable:held', pbx: 'hq' },
    points: Array.from({ length: 12 }, (_, index) => ({
      at: durationMs('30m') * (index - 4) - durationMs('168h'),
      value: 40,
    })),
  };

  test.each<readonly [name: string, Case['courses'][number]['stretches']]>([
    [
      'a switch fails',
      [
        [20, registered],
        [50, { ...registered, ...fewPhones }],
        [20, registered],
      ],
    ],
    [
      'a line fails, and the trunks are back before the phones',
      [
        [20, registered],
        [50, lost],
        [1, { ...registered, ...fewPhones }],
        [20, registered],
      ],
    ],
  ])('%s for longer than it takes to miss the phones of last week', (_name, stretches) => {
    const one = { courses: [{ pbx: 'hq', stretches }] };
    const simulation = simulationOf(rules, one, 'own schedule', [lastWeek]);
    const at = durationMs('30m');
    expect(evaluate('ALERTS{alertname="PbxPeersFewerThanUsual"}', simulation.seriesAt(at), at)).toHaveLength(1);
    const again = simulationOf(rules, one, 'own schedule', [lastWeek]);
    expect(lateMessages(again, inhibitions, lastScrapeOf(one), stepMs)).toEqual([]);
  });
});
