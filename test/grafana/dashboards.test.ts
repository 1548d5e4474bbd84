import { describe, expect, test } from 'vitest';
import { dashboardFiles } from '../../grafana/index.ts';
import {
  dashboardNames,
  dashboardText,
  type PanelOfFile,
  readDashboard,
  shownPanels,
} from '../support/dashboard-file.ts';
import { complaintsAbout, knownMetrics, possibleLabels } from '../support/known-metrics.ts';
import { withoutGrafanaTimes } from '../support/promql.ts';

const known = await knownMetrics();
const generated = dashboardFiles();

test('every dashboard is generated, and no other', () => {
  expect(Object.keys(generated).sort()).toEqual([...dashboardNames].sort());
});

describe.each(dashboardNames)('%s', (file) => {
  const dashboard = readDashboard(file);
  const panels = shownPanels(dashboard);

  test('is what the sources generate: "npm run dashboards" writes it anew', () => {
    expect(dashboardText(file)).toBe(generated[file]);
  });

  test('every expression can be parsed and names only metrics, labels and states that exist', () => {
    const complaints = panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr }) =>
        complaintsAbout(withoutGrafanaTimes(expr), known).map((complaint) => `${title}: ${complaint}`),
      ),
    );
    expect(complaints).toEqual([]);
  });

  test('every label in a legend, and every column of a table, comes from the queries', () => {
    expect(panels.flatMap((panel) => namesWithoutSource(panel))).toEqual([]);
  });

  test('every panel says what it shows, in which unit, and what it means when it is empty', () => {
    const silent = panels.filter(({ title, description = '', fieldConfig, targets = [] }) => {
      const { unit = '', noValue = '' } = fieldConfig?.defaults ?? {};
      return title === '' || description.length < 10 || unit === '' || noValue === '' || targets.length === 0;
    });
    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  test('roundtrips are in microseconds', () => {
    const mixed = panels.filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes('_microseconds')));
    const graphs = mixed.filter(({ type }) => type !== 'table');
    expect(graphs.filter(({ fieldConfig }) => fieldConfig?.defaults.unit !== 'µs')).toEqual([]);
    const tables = mixed.filter(({ type }) => type === 'table');
    expect(tables.filter((table) => !JSON.stringify(rawPanel(file, table.id)).includes('"µs"'))).toEqual([]);
  });

  test('every query has a letter of its own and asks the chosen data source', () => {
    const wrong = panels.filter(({ targets = [] }) => {
      const letters = new Set(targets.map(({ refId }) => refId));
      const lettersFit = letters.size === targets.length && [...letters].every((letter) => /^[A-Z]$/.test(letter));
      return !lettersFit || targets.some(({ datasource }) => datasource.uid !== '${datasource}');
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });

  test('panels have numbers of their own and do not cover each other', () => {
    const numbers = dashboard.panels.map(({ id }) => id);
    expect(new Set(numbers).size).toBe(numbers.length);
    const overlapping = dashboard.panels.flatMap((panel, index) =>
      dashboard.panels
        .slice(index + 1)
        .filter((other) => overlap(panel, other))
        .map((other) => `${panel.title} and ${other.title}`),
    );
    expect(overlapping).toEqual([]);
    expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  test('every variable that a query uses exists, and the other dashboards can be reached', () => {
    const variables = dashboard.templating.list.map(({ name }) => name);
    const used = [...dashboardText(file).matchAll(/\$\{?(?!__)([a-z_]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].filter((name) => name === undefined || !variables.includes(name))).toEqual([]);
    expect(variables[0]).toBe('datasource');
    expect(dashboard.links.some(({ tags }) => tags.includes('pbx-exporter'))).toBe(true);
  });

  test('choosing all sets no filter, so that PBXs without the label are found', () => {
    const several = dashboard.templating.list.filter(({ includeAll }) => includeAll === true);
    expect(several.length).toBeGreaterThan(0);
    expect(several.filter(({ allValue }) => allValue !== '.*')).toEqual([]);
  });

  test('variables list labels that exist', () => {
    const lookups = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(lookups.length).toBeGreaterThan(0);
    const wrong = lookups.filter((lookup) => {
      const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(lookup) ?? [];
      return complaintsAbout(selector, known).length > 0 || !possibleLabels(selector, known).has(label);
    });
    expect(wrong).toEqual([]);
  });
});

test.each(['fleet.json', 'pbx.json'])('%s has the variables family, site and PBX', (file) => {
  const names = readDashboard(file).templating.list.map(({ name }) => name);
  expect(names).toEqual(['datasource', 'family', 'site', 'pbx']);
});

test('names and addresses of the dashboards are unique', () => {
  const all = dashboardNames.map((file) => readDashboard(file));
  expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
});

test('links lead to dashboards that exist', () => {
  const uids = dashboardNames.map((file) => readDashboard(file).uid);
  const links = dashboardNames.flatMap((file) => [...dashboardText(file).matchAll(/"\/d\/([^?"]+)/g)]);
  expect(links.length).toBeGreaterThan(0);
  expect(links.map(([, uid]) => uid).filter((uid) => uid === undefined || !uids.includes(uid))).toEqual([]);
});

function namesWithoutSource({ title, targets = [], transformations = [] }: PanelOfFile): string[] {
  const labels = new Set(targets.flatMap(({ expr }) => [...possibleLabels(withoutGrafanaTimes(expr), known)]));
  const values = targets.map(({ refId }) => `Value #${refId}`);
  const inLegends = targets.flatMap(({ legendFormat = '' }) =>
    [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name),
  );
  const organised = transformations.find(({ id }) => id === 'organize')?.options['renameByName'];
  const columns = Object.keys(organised ?? {}).filter((name) => name !== 'Value' && !values.includes(name));
  return [...inLegends, ...columns].filter((name) => !labels.has(name)).map((name) => `${title}: ${name}`);
}

function rawPanel(file: string, id: number): unknown {
  const { panels } = JSON.parse(dashboardText(file)) as { panels: { id: number }[] };
  return panels.find((panel) => panel.id === id);
}

function overlap({ gridPos: one }: PanelOfFile, { gridPos: other }: PanelOfFile): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}
