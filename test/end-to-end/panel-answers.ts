import { dashboardNames, type DashboardFile, readDashboard, shownPanels } from '../support/dashboard-file.ts';
import { type Choices, interpolate } from '../support/grafana-variables.ts';
import type { PrometheusServer, Series } from './prometheus-server.ts';

/** Results of the queries of panels, as Grafana sends them, from a Prometheus that scrapes every second. */
export interface PanelAnswers {
  series(file: string, title: string, choices?: Choices): Promise<readonly Series[]>;
  /** Returns the values of a panel, query by query, in ascending order within each query. */
  values(file: string, title: string, choices?: Choices): Promise<readonly number[]>;
  /** Returns PBX and state of each row of a table. */
  rows(file: string, title: string, choices?: Choices): Promise<readonly unknown[]>;
  /** Returns the variables of the phone dashboard, as Grafana fills them from the typed text. */
  searching(phone: string): Promise<Choices>;
  /** Throws at the first query that Prometheus rejects. */
  everyQueryIsAccepted(choices: Choices): Promise<void>;
}

/** Creates the panel queries. `read` returns a dashboard, by default a committed one; `fill` inserts the values chosen for variables. */
export function panelAnswers(
  prometheus: () => PrometheusServer,
  read: (file: string) => DashboardFile = readDashboard,
  fill: typeof filled = filled,
): PanelAnswers {
  const answersOf = async (file: string, title: string, choices: Choices): Promise<readonly (readonly Series[])[]> => {
    const panel = shownPanels(read(file)).find((one) => one.title === title);
    if (panel === undefined) throw new Error(`${file} has no panel "${title}"`);
    return Promise.all(
      (panel.targets ?? []).map(({ expr, interval }) => prometheus().history(fill(expr, interval, choices))),
    );
  };
  const series: PanelAnswers['series'] = async (file, title, choices = {}) =>
    (await answersOf(file, title, choices)).flat();
  return {
    series,
    async values(file, title, choices = {}) {
      const answers = await answersOf(file, title, choices);
      return answers.flatMap((one) => one.map(({ samples }) => samples[0]?.value ?? NaN).toSorted((a, b) => a - b));
    },
    async rows(file, title, choices = {}) {
      const all = await series(file, title, choices);
      return all
        .map(({ labels: { pbx = '', state = '' } }) => ({ pbx, state }))
        .toSorted((left, right) => left.pbx.localeCompare(right.pbx));
    },
    async searching(phone) {
      let choices: Choices = { phone };
      for (const { name, definition, regex = '' } of read('phone.json').templating.list) {
        const [, expression] = /^query_result\((.+)\)$/.exec(definition ?? '') ?? [];
        if (expression === undefined) continue;
        const found = await prometheus().history(fill(expression, undefined, choices));
        choices = { ...choices, [name]: foundNames(found, regex) };
      }
      return choices;
    },
    async everyQueryIsAccepted(choices) {
      const dashboards = dashboardNames.map((file) => read(file));
      const targets = dashboards.flatMap((one) => shownPanels(one).flatMap((panel) => panel.targets ?? []));
      const marks = dashboards.flatMap(({ annotations }) => annotations.list);
      for (const { expr, interval } of targets) await prometheus().history(fill(expr, interval, choices));
      for (const { expr, step } of marks) await prometheus().history(fill(expr, step, choices));
    },
  };
}

/** Applies the regular expression of a variable to the series, formatted as in Grafana (`metric_find_query.ts`), without escaping. */
function foundNames(series: readonly Series[], regex: string): readonly string[] {
  const pattern = new RegExp(regex.slice(1, -1));
  const lines = series.map(({ labels, samples }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `{${pairs.join(',')}} ${samples[0]?.value} ${(samples[0]?.time ?? 0) * 1000}`;
  });
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).toSorted();
}

function filled(expression: string, interval: string | undefined, choices: Choices): string {
  const minimumStep = interval === '1m' || interval === '60s' ? 60 : 1;
  // Scrapes are every second here, not every 30 s.
  const faster = expression.replaceAll(':30s]', ':1s]');
  return interpolate(faster, choices, { range: 30, step: 30, minimumStep });
}
