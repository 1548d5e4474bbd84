import { describe, expect, test } from 'vitest';
import { type Case, type Shown, stylesOf } from '../../deploy/rules/cases/case.ts';
import { cases } from '../../deploy/rules/cases/index.ts';
import { phones } from '../../deploy/rules/cases/peers.ts';
import { inhibitions, rules } from '../support/default-rules.ts';
import { lateMessages } from '../support/late-messages.ts';
import { durationMs, evaluate } from '../support/promql-evaluate.ts';
import type { Series } from '../support/promql-series.ts';
import { lastScrapeOf, simulationOf, stepMs } from '../support/rule-cases.ts';

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
