import { describe, expect, test } from 'vitest';
import { alertRules, inhibitions } from '../support/default-rules.ts';
import { durationMs } from '../support/promql-evaluate.ts';

const alerts = new Map(
  alertRules.flatMap((rule) => {
    const { alert, labels } = rule;
    if (alert === undefined) return [];
    const [wait = 0, keep = 0] = [rule.for, rule.keep_firing_for].map((time) => durationMs(time) / 60_000);
    return [[alert, { wait, keep, severity: labels['severity'] }] as const];
  }),
);
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
