import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { fleetLabels } from './identity.ts';
import type { PanelLink } from './panels.ts';

/** Some panels under one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

/** What a dashboard is made of. */
export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly sections: readonly Section[];
  /** The PBXs whose annotations are shown; of all, if left out. */
  readonly narrowTo?: string;
  /** How far back it looks at first, e.g. `now-6h`. */
  readonly from: string;
}

/** Short names under which the dashboards link to each other; part of their address in Grafana. */
export const uids = {
  fleet: 'pbx-fleet',
  pbx: 'pbx-one',
  exporter: 'pbx-exporter',
  site: 'pbx-site',
  phone: 'pbx-phone',
  manager: 'pbx-month',
} as const;

/** Address of the dashboard of one PBX, from the row of a table whose cell holds its name. */
export const pbxOfRow = pbxAddress(
  '${__value.text:percentencode}',
  (label) => `\${__data.fields.${label}:percentencode}`,
);

/** The same from a line of a graph. */
export const pbxOfLine = pbxAddress(
  '${__field.labels.pbx:percentencode}',
  (label) => `\${__field.labels.${label}:percentencode}`,
);

/** Address of the page of a phone, from the row of a table whose cell holds its number. */
export const phoneOfRow = `/d/${uids.phone}?var-phone=\${__value.text:percentencode}&var-datasource=\${datasource}&\${__url_time_range}`;

/** Further labels of the identity come along; what else is chosen does not, so that the page of one PBX is found whatever it was. */
function pbxAddress(name: string, other: (label: string) => string): string {
  const labels = fleetLabels.map((label) => `&var-${label}=${other(label)}`).join('');
  return `/d/${uids.pbx}?var-pbx=${name}${labels}&var-datasource=\${datasource}&\${__url_time_range}`;
}

/** Address of the dashboard of all PBXs. */
export const fleetAddress = `/d/${uids.fleet}?var-datasource=\${datasource}&\${__url_time_range}`;

/** A link to another panel of the same dashboard, in full size, with what is chosen. The generator puts in its number. */
export function panelLink(dashboard: keyof typeof uids, title: string): PanelLink {
  return {
    title: `Show "${title}"`,
    url: `/d/${uids[dashboard]}?viewPanel=panel(${title})&\${__all_variables}&\${__url_time_range}`,
  };
}

/** The dashboard as Grafana stores it; every panel has a number. */
export function build(plan: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['pbx-exporter'])
    .editable()
    .refresh('30s')
    .time({ from: plan.from, to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...plan.variables])
    .annotations(annotations(plan.narrowTo))
    .links([otherDashboards()]);
  for (const { title, panels } of plan.sections) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(panel);
  }
  return numbered(dashboard.build());
}

function otherDashboards(): Builder<Dashboard['links'] extends (infer Link)[] | undefined ? Link : never> {
  return (
    new DashboardLinkBuilder('PBX dashboards')
      .type(DashboardLinkType.Dashboards)
      .tags(['pbx-exporter'])
      .asDropdown(true)
      // Not the variables: one PBX here would be a filter there that nobody set, and "all" no name of one PBX.
      .includeVars(false)
      .keepTime(true)
  );
}

function numbered(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] };
}

/** The text of its file, with the numbers of panels to which links lead. Throws on a link to none. */
export function fileOf(dashboard: Dashboard): string {
  const panels = dashboard.panels?.filter(({ type }) => type !== 'row') ?? [];
  const text = JSON.stringify(dashboard, null, 2).replaceAll(/viewPanel=panel\((.+?)\)/g, (_, title: string) => {
    const number = panels.find((panel) => panel.title === title)?.id;
    if (number === undefined) throw new Error(`a link leads to a panel "${title}" that is not there`);
    return `viewPanel=${number}`;
  });
  return `${text}\n`;
}
