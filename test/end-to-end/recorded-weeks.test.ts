import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { dashboardNames, readDashboard, shownPanels } from '../support/dashboard-file.ts';
import { type Choices, interpolate } from '../support/grafana-variables.ts';
import { ruleFileSchema } from '../support/rule-file.ts';
import { panelAnswers } from './panel-answers.ts';
import { type Past, startPast } from './past.ts';
import { alertsOfFleet, away, monthOfFleet, probedPbx, probingExporter } from './past-fleet.ts';

const minute = 60;
/** Steps of graphs and annotations, in seconds. */
const graphStep = 30;
const annotationStep = 120;

/** Fills in variables as Grafana does with the data source of deploy/grafana/provisioning, which has a scrape interval of 30 s. */
function filled(expression: string, interval: string | undefined, choices: Choices): string {
  const minimumStep = interval === '1m' || interval === '60s' ? 60 : 30;
  return interpolate(expression, choices, { range: 3600, step: graphStep, minimumStep });
}

describe.skipIf(inject('unavailable').prometheus !== '')('dashboards on recorded weeks', () => {
  let past: Past;
  const panels = panelAnswers(() => past.prometheus, readDashboard, filled);

  beforeAll(async () => {
    past = await startPast((now) => [monthOfFleet(), [...probedPbx(now), ...probingExporter(now), ...alertsOfFleet()]]);
  });

  afterAll(() => past.close());

  test('a month: availability, the budget that is left of the goal, both weeks, and how much of it is known', async () => {
    const { thisWeek, weekBefore, monthsBegin } = away;
    const [known, ofWeek] = [120, 28];
    const share = (thisWeek + weekBefore + monthsBegin) / known;
    const shaky = 1 - share;
    const budget = 1 - share / 0.001;
    const [week, before] = [1 - thisWeek / ofWeek, 1 - weekBefore / ofWeek];
    const close = (...numbers: readonly number[]): unknown[] =>
      numbers.toSorted((a, b) => a - b).map((one): unknown => expect.closeTo(one, 6));
    expect(await panels.values('manager.json', 'PBXs')).toEqual([
      ...close(shaky, 1, 1),
      ...close(budget, 1, 1),
      ...close(week, 1, 1),
      ...close(before, 1),
      ...close(4, known, known),
    ]);
    expect(await panels.values('manager.json', 'Trunks')).toEqual([
      ...close(shaky),
      ...close(budget),
      ...close(week),
      ...close(before),
      ...close(known),
    ]);
  });

  test('peaks against the limit, week over week; what ends when; versions', async () => {
    const peaks = await panels.values('manager.json', 'Call peaks, this week and the week before');
    expect(peaks).toEqual([18, 9, 20, 0.9]);
    expect(await panels.values('manager.json', 'Current usage of limits')).toEqual([2, 20, 0.1]);
    const ends = await panels.series('manager.json', 'Upcoming expiry dates');
    const left = ends.slice(2).map(({ labels, samples }) => [labels['kind'], samples[0]?.value]);
    expect(Object.fromEntries(left)).toEqual({
      license: expect.closeTo(864_000, -3) as number,
      certificate: expect.closeTo(86_400, -3) as number,
    });
    expect(await panels.values('manager.json', 'Devices and their firmware')).toEqual([7, 1]);
    const [version, family] = await panels.series('manager.json', 'Versions');
    expect(version?.labels).toEqual({ pbx: 'shaky', version: '20.1', model: 'box' });
    expect(family?.labels).toEqual({ pbx: 'shaky', family: 'asterisk' });
  });

  test('the most restless and the slowest, with the week before', async () => {
    expect(await panels.values('manager.json', 'Phones with most changes')).toEqual([28, 28]);
    expect(await panels.values('manager.json', 'Trunks with most changes')).toEqual([6]);
    expect(await panels.values('manager.json', 'Slowest phones')).toEqual([80, 300]);
  });

  test('what the rules record of the last hour', async () => {
    const text = readFileSync(new URL('../../deploy/prometheus/rules/dashboards.yml', import.meta.url), 'utf8');
    const rules = ruleFileSchema.parse(parse(text)).groups.flatMap((group) => group.rules);
    const recorded = async (record: string): Promise<number | undefined> => {
      const rule = rules.find((one) => one.record === record);
      const [series] = await past.prometheus.range(rule?.expr ?? '', { start: past.now, end: past.now, step: 1 });
      return series?.samples[0]?.value;
    };
    expect(await recorded('pbx:up:avg1h')).toBeCloseTo(50 / 60, 6);
    expect(await recorded('pbx:trunk_up:avg1h')).toBeCloseTo(45 / 60, 6);
    expect(await recorded('pbx:calls:max1h')).toBe(18);
    expect(await recorded('pbx:peer_reachable_changes:increase1h')).toBeCloseTo(180, 0);
    expect(await recorded('pbx:trunk_state_changes:increase1h')).toBeCloseTo(1, 1);
    expect(await recorded('pbx:peer_roundtrip_microseconds:worst')).toBe(12_000);
  });

  test('the list of alerts has what fires, of ours', async () => {
    const firing = await panels.series('fleet.json', 'Firing alerts');
    const names = firing.map(({ labels }) => [labels['alertname'], labels['pbx'], labels['severity']].join(' '));
    expect(names.toSorted()).toEqual([
      'PbxDown elsewhere critical',
      'PbxExporterDown  critical',
      'PbxTrunkOutOfService shaky warning',
      'Watchdog  none',
    ]);
  });

  test('marks in graphs: what fired and what happened, when it did, of the PBX that is shown', async () => {
    const marked = await marksOf('pbx.json', { pbx: 'shaky' });
    expect(marked).toEqual({
      Alerts: {
        'PbxTrunkOutOfService shaky carrier': [-8, -6, -4, -2, 0],
        'PbxDown shaky ': [-44, -42],
        'PbxExporterDown  ': [-2, 0],
      },
      Reloads: { 'Reload exporter:10560': [-20, -18] },
      Restarts: { 'shaky restarted': [-28] },
      'PBXs up and down': { 'shaky went up or down': [-48, -38] },
      'Trunk states': { 'shaky carrier changed its state': [-14, -12] },
    });
    const ofFleet = await marksOf('fleet.json', {});
    expect(Object.keys(ofFleet['Alerts'] ?? {})).not.toContain('PbxDown elsewhere ');
    expect(Object.keys((await marksOf('exporter.json', {}))['Alerts'] ?? {})).toContain('PbxDown elsewhere ');
  });

  test('a PBX that is probed every 60 s: every rate has a value, at the interval of 30 s that the data source has', async () => {
    const rates = dashboardNames.flatMap((file) =>
      shownPanels(readDashboard(file)).flatMap(({ title, targets = [] }) =>
        targets.filter(({ expr }) => expr.includes('$__rate_interval')).map((target) => ({ file, title, ...target })),
      ),
    );
    expect(rates.length).toBeGreaterThan(12);
    const span = { start: past.now - 3600, end: past.now, step: graphStep };
    for (const { file, title, expr, interval } of rates) {
      const series = await past.prometheus.range(filled(expr, interval, {}), span);
      const wanted = expr.includes('pbx_trunk_state_changes_total') ? 1 : span.end - span.start;
      const points = Math.max(0, ...series.map(({ samples }) => samples.length));
      expect([file, title, points * graphStep >= wanted]).toEqual([file, title, true]);
    }
  });

  test('PBXs that are probed belong to whichever exporter is chosen: their instance is no exporter', async () => {
    for (const instance of [undefined, 'exporter:10560']) {
      expect(await panels.values('exporter.json', 'PBXs', { instance })).toEqual([1]);
      expect(await panels.values('exporter.json', 'PBXs down', { instance })).toEqual([0]);
      expect(await panels.values('exporter.json', 'Failed rounds by reason', { instance })).toHaveLength(1);
      expect(await panels.values('exporter.json', 'Requests that failed', { instance })).toHaveLength(1);
      expect(await panels.values('exporter.json', 'Logins by result', { instance })).toHaveLength(1);
    }
  });

  /** Returns the times of annotations, in minutes relative to now, by annotation name and text. */
  async function marksOf(file: string, choices: Choices): Promise<Readonly<Record<string, Record<string, number[]>>>> {
    const { list } = readDashboard(file).annotations;
    const span = { start: past.now - 3600, end: past.now, step: annotationStep };
    const marks = list.map(async ({ name, expr, titleFormat }) => {
      const times = { range: 3600, step: annotationStep, minimumStep: 60 };
      const series = await past.prometheus.range(interpolate(expr, choices, times), span);
      const byText = series.map(({ labels, samples }) => [
        titleFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? ''),
        samples.map(({ time }) => (time - past.now) / minute),
      ]);
      return [name, Object.fromEntries(byText) as Record<string, number[]>] as const;
    });
    return Object.fromEntries(await Promise.all(marks));
  }
});
