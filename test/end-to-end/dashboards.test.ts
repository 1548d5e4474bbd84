import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { setExtension, setTrunk } from '../../src/simulator/kit/world.ts';
import { readDashboard, shownPanels } from '../support/dashboard-file.ts';
import { interpolate } from '../support/grafana-variables.ts';
import { type AlertingLab, startAlertingLab } from './alerting-lab.ts';
import { eventually } from './eventually.ts';

/** Dashboards about the current state. recorded-dashboards.test.ts covers those that need hours of data or typed input. */
const dashboardNames = ['fleet.json', 'pbx.json', 'exporter.json'] as const;

/** One query of a dashboard, with a name made of its dashboard, its panel and its letter. */
interface Query {
  readonly name: string;
  readonly expression: string;
}

describe.skipIf(inject('unavailable').prometheus !== '')('dashboards', () => {
  let lab: AlertingLab;

  beforeAll(async () => {
    lab = await startAlertingLab({ troubled: true });
    await eventually('every PBX but the locked one is up', async () => {
      const up = await lab.prometheus.values('pbx_up', 'pbx');
      return Object.keys(lab.pbxs).every((name) => up[name] === 1) && up['locked'] === 0;
    });
    await makeTrouble();
  });

  afterAll(() => lab.close());

  test.each(dashboardNames)('%s: every query is accepted by Prometheus and has something to show', async (file) => {
    // Queries about PBXs that no exporter exports any more are tested in recorded-dashboards.test.ts.
    let pending = queriesOf(file).filter(({ expression }) => !expression.endsWith('< 0)'));
    expect(pending.length).toBeGreaterThan(10);
    await eventually(
      'every query has data',
      async () => {
        const counts = await Promise.all(pending.map((query) => countSeries(query)));
        pending = pending.filter((_, index) => counts[index] === 0);
        return pending.length === 0;
      },
      () => pending.map(({ name, expression }) => `${name}\n    ${expression}`).join('\n'),
    );
  });

  test('where a PBX tells no roundtrips, those panels are empty, and all others are not', async () => {
    let measured: Readonly<Record<string, number>> = {};
    await eventually('roundtrips are there', async () => {
      measured = await lab.prometheus.values('count by (pbx) (pbx_peer_roundtrip_microseconds)', 'pbx');
      return (measured['hq'] ?? 0) > 0;
    });
    const without = Object.keys(lab.pbxs).filter((name) => measured[name] === undefined && name !== 'branch');
    expect(without.length).toBeGreaterThan(0);
    for (const name of without) {
      const queries = queriesOf('pbx.json').filter(({ expression }) => expression.includes('_microseconds'));
      const counts = await Promise.all(queries.map((query) => countSeries(query, name)));
      expect(counts.filter((count) => count > 0)).toEqual([]);
      const states = queriesOf('pbx.json').filter(({ name: query }) => query.includes('State of every trunk'));
      await eventually(`the states of the trunks of ${name} are there`, async () =>
        (await Promise.all(states.map((query) => countSeries(query, name)))).every((count) => count > 0),
      );
    }
  });

  test('the heat map counts every peer once', async () => {
    const buckets = queriesOf('pbx.json').find(({ name }) => name.includes('Roundtrips of all peers'));
    let counted: Readonly<Record<string, number>> = {};
    let all: number | undefined;
    // A late scrape on a busy machine leaves a gap without values.
    await eventually('roundtrips are there', async () => {
      counted = await lab.prometheus.values(filled(buckets?.expression ?? '', 'hq'), 'le');
      all = await lab.prometheus.value('count(pbx_peer_roundtrip_microseconds{pbx="hq"})');
      return all !== undefined && counted['+Inf'] === all;
    });
    const bands = Object.entries(counted).sort(([left], [right]) => Number(left.replace('+', '')) - Number(right));
    expect(bands.length).toBe(11);
    const counts = bands.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
  });

  test('the state timeline has the number of the state that each trunk is in', async () => {
    const timeline = queriesOf('pbx.json').find(({ name }) => name.includes('State of every trunk'));
    let numbers: Readonly<Record<string, number>> = {};
    await eventually('states are there', async () => {
      numbers = await lab.prometheus.values(filled(timeline?.expression ?? '', 'hq'), 'trunk');
      return Object.keys(numbers).length > 0;
    });
    expect(numbers).toEqual({ northline: 4, bluewire: 6, telvia: 1, harbourtel: 1 });
  });

  test.each(dashboardNames)('%s: every variable has values', async (file) => {
    const lookups = readDashboard(file).templating.list.flatMap(({ definition }) => definition ?? []);
    for (const lookup of lookups) {
      const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(lookup) ?? [];
      const values = Object.keys(await lab.prometheus.values(filled(selector), label));
      expect(values.filter((value) => value !== '').length).toBeGreaterThan(0);
    }
  });

  /** Breaks one trunk and one phone, stops one PBX and ends the sessions of another, so that panels about faults have data. */
  async function makeTrouble(): Promise<void> {
    const { hq, branch } = lab.pbxs;
    if (hq === undefined || branch === undefined) throw new Error('the laboratory lacks a PBX');
    setTrunk(hq.world, 'northline', { state: 'rejected' });
    setExtension(hq.world, '1001', { state: 'unreachable' });
    hq.endSessions();
    await branch.stop();
    await eventually('Prometheus knows of the lost trunk and the lost PBX', async () => {
      const trunk = await lab.prometheus.value('pbx_trunk_up{pbx="hq",trunk="northline"}');
      const up = await lab.prometheus.value('pbx_up{pbx="branch"}');
      return trunk === 0 && up === 0;
    });
  }

  /** Counts the series of a query. A query about one PBX is run for the given PBX, or for each PBX until one has data. */
  async function countSeries({ expression }: Query, pbx?: string): Promise<number> {
    const names = pbx === undefined ? [...Object.keys(lab.pbxs), 'locked'] : [pbx];
    const expressions = new Set(names.map((name) => filled(expression, name)));
    for (const one of expressions) {
      const series = await lab.prometheus.history(one);
      if (series.length > 0) return series.length;
    }
    return 0;
  }
});

function queriesOf(file: string): readonly Query[] {
  const dashboard = readDashboard(file);
  return shownPanels(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => ({ name: `${dashboard.title}: ${title}: ${refId}`, expression: expr })),
  );
}

/** Fills in Grafana's variables: everything selected, or one PBX. Rates cover five minutes, so that all changes of the test are included. */
function filled(expression: string, pbx?: string): string {
  const faster = expression.replaceAll(':30s]', ':1s]');
  return interpolate(faster, { pbx }, { range: 300, step: 300, minimumStep: 1 });
}
