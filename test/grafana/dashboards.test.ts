import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
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

  test('roundtrips are shown in milliseconds; only the bands of a heat map are in microseconds', () => {
    const mixed = panels.filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes('_microseconds')));
    const wrong = mixed.filter(({ id, type, targets = [] }) => {
      const text = JSON.stringify(rawPanel(file, id));
      if (type === 'heatmap') return !text.includes('"µs"');
      const divided = targets.every(({ expr }) => !expr.includes('_microseconds') || expr.includes('/ 1000'));
      return !text.includes('"ms"') || text.includes('"µs"') || !divided;
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });

  test('no panel asks more often than is scraped, and rates find two values of a PBX that is probed every 60 s', () => {
    const hasty = panels.filter(({ interval }) => interval !== '30s');
    expect(hasty.map(({ title }) => title)).toEqual([]);
    const rates = panels.flatMap(({ targets = [] }) => targets.filter(({ expr }) => expr.includes('$__rate_interval')));
    expect(rates.filter(({ interval }) => interval !== '1m')).toEqual([]);
  });

  test('every variable in a query has the format under which no name breaks it, between backquotes', () => {
    const queries = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
    ];
    const rest = queries.map((text) =>
      text
        .replaceAll(/=~`(\(\?i\)(\.\*)?)?\$\{\w+:regex\}(\.\*)?`/g, '')
        .replaceAll('${goal:raw}', '')
        .replaceAll(/\$__\w+/g, ''),
    );
    expect(rest.filter((text) => text.includes('$'))).toEqual([]);
  });

  test('links lead to one PBX by its own name, and take no other filter along', () => {
    const addresses = [...dashboardText(file).matchAll(/"url": "([^"]+)"/g)].map(([, url = '']) => url);
    const toOne = addresses.filter((url) => url.startsWith('/d/pbx-one') && !url.includes('viewPanel='));
    expect(toOne.filter((url) => !/[?&]var-pbx=\$\{__(value|field|data)[^}]*:percentencode\}/.test(url))).toEqual([]);
    expect(addresses.filter((url) => /var-\w+=\$\{(family|site|pbx)\b/.test(url))).toEqual([]);
    expect(dashboard.links.filter(({ includeVars }) => includeVars === true)).toEqual([]);
  });

  test('numbers and graphs of PBXs lead on: to a panel that is there, or to the PBX of the line', () => {
    const raw = panels.map(({ id, title, type, targets = [] }) => ({
      title,
      type,
      legends: targets.map(({ legendFormat = '' }) => legendFormat).join(' '),
      text: JSON.stringify(rawPanel(file, id)),
    }));
    const lines = raw.filter(
      ({ type, legends }) => /^(timeseries|state-timeline)$/.test(type) && legends.includes('{{pbx}}'),
    );
    expect(lines.filter(({ text }) => !text.includes('__field.labels.pbx')).map(({ title }) => title)).toEqual([]);
    const numbers = new Set(dashboard.panels.map(({ id }) => String(id)));
    const targets = raw.flatMap(({ text }) =>
      [...text.matchAll(/viewPanel=([^&"]*)/g)].map(([, number = '']) => number),
    );
    expect(targets.filter((number) => !numbers.has(number))).toEqual([]);
    expect(targets.length > 0).toBe(['fleet.json', 'pbx.json'].includes(file));
  });

  test('no panel without data says that all is well of what nobody reads', () => {
    const sayings = panels.map(({ fieldConfig }) => fieldConfig?.defaults.noValue ?? '');
    const good = sayings.filter((text) => /^(all|no .* (was down|failed)|not suspended|nothing failed)/i.test(text));
    expect(
      good.filter((text) => !/with a known state .*; all PBXs are being read|while it was monitored/.test(text)),
    ).toEqual([]);
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

  test('choosing all sets no filter, so that PBXs without the label are found; of what a search finds, all is the list', () => {
    const several = dashboard.templating.list.filter(({ includeAll }) => includeAll === true);
    const wrong = several.filter(({ allValue, definition = '' }) =>
      definition.startsWith('query_result(') ? allValue !== undefined : allValue !== '.*',
    );
    expect(wrong).toEqual([]);
  });

  test('variables list labels that exist', () => {
    const lookups = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(lookups.length > 0).toBe(file !== 'manager.json');
    const wrong = lookups.filter((lookup) => {
      const [, selector = '', label = ''] =
        /^label_values\((.+), (\w+)\)$/.exec(lookup) ?? /^query_result\((count by \((\w+)\) .+)\)$/.exec(lookup) ?? [];
      return complaintsAbout(selector, known).length > 0 || !possibleLabels(selector, known).has(label);
    });
    expect(wrong).toEqual([]);
  });
});

test.each([
  ['fleet.json', ['datasource', 'family', 'site', 'pbx']],
  ['pbx.json', ['datasource', 'pbx']],
])('%s has its variables; where one PBX is meant, no filter can hide it', (file, names) => {
  expect(readDashboard(file).templating.list.map(({ name }) => name)).toEqual(names);
});

test('every recorded series is shown by a dashboard or needed by a rule', () => {
  const recorded = [...known.keys()].filter((name) => name.startsWith('pbx:'));
  const rules = ['alerts.yml', 'recording.yml', 'dashboards.yml'].map((file) =>
    readFileSync(new URL(`../../deploy/prometheus/rules/${file}`, import.meta.url), 'utf8').replaceAll(
      /record: .*/g,
      '',
    ),
  );
  const used = [...rules, ...dashboardNames.map((file) => dashboardText(file))].join('\n');
  expect(recorded.length).toBeGreaterThan(10);
  expect(recorded.filter((name) => !used.includes(name))).toEqual([]);
});

test('alerts are marked in the graphs of every dashboard, and reloads, reboots and changes of state can be', () => {
  const annotations = z.object({
    annotations: z.object({ list: z.array(z.object({ name: z.string(), enable: z.boolean(), expr: z.string() })) }),
  });
  for (const file of dashboardNames) {
    const { list } = annotations.parse(JSON.parse(dashboardText(file))).annotations;
    expect(list.filter(({ enable }) => enable).map(({ name }) => name)).toEqual(['Alerts']);
    expect(list.map(({ name }) => name)).toEqual(['Alerts', 'Reloads', 'Restarts', 'PBXs up and down', 'Trunk states']);
    expect(list.flatMap(({ expr }) => complaintsAbout(withoutGrafanaTimes(expr), known))).toEqual([]);
    // Points can be an hour apart, so a fixed range would miss events between them.
    expect(list.filter(({ expr }) => /\[\d/.test(expr))).toEqual([]);
  }
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
