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

/** Panels under one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

/** The definition of a dashboard. */
export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly sections: readonly Section[];
  /** The PBXs with visible annotations. Default: all. */
  readonly narrowTo?: string;
  /** Start of the default time range, e.g. `now-6h`. */
  readonly from: string;
}

/** Identifiers of the dashboards, used in their links and in their URLs in Grafana. */
export const uids = {
  fleet: 'pbx-fleet',
  pbx: 'pbx-one',
  exporter: 'pbx-exporter',
  site: 'pbx-site',
  phone: 'pbx-phone',
  manager: 'pbx-month',
} as const;

/** URL of the dashboard of one PBX, from the table cell with its name. */
export const pbxOfRow = pbxAddress(
  '${__value.text:percentencode}',
  (label) => `\${__data.fields.${label}:percentencode}`,
);

/** URL of the dashboard of one PBX, from a line of a graph. */
export const pbxOfLine = pbxAddress(
  '${__field.labels.pbx:percentencode}',
  (label) => `\${__field.labels.${label}:percentencode}`,
);

/** URL of the dashboard of a phone, from the table cell with its number. */
export const phoneOfRow = `/d/${uids.phone}?var-phone=\${__value.text:percentencode}&var-datasource=\${datasource}&\${__url_time_range}`;

/** The URL passes all identity labels but no other variables, so that the link finds the PBX regardless of the current selection. */
function pbxAddress(name: string, other: (label: string) => string): string {
  const labels = fleetLabels.map((label) => `&var-${label}=${other(label)}`).join('');
  return `/d/${uids.pbx}?var-pbx=${name}${labels}&var-datasource=\${datasource}&\${__url_time_range}`;
}

/** URL of the dashboard of all PBXs. */
export const fleetAddress = `/d/${uids.fleet}?var-datasource=\${datasource}&\${__url_time_range}`;

/** Returns a link to another panel of the same dashboard in full size, with the current selection. {@link fileOf} inserts the panel id. */
export function panelLink(dashboard: keyof typeof uids, title: string): PanelLink {
  return {
    title: `Show "${title}"`,
    url: `/d/${uids[dashboard]}?viewPanel=panel(${title})&\${__all_variables}&\${__url_time_range}`,
  };
}

/** Returns the dashboard as stored by Grafana; every panel has an id. */
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
      // Variables are not passed: a single PBX would become an unwanted filter, and "All" is not the name of a PBX.
      .includeVars(false)
      .keepTime(true)
  );
}

function numbered(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] };
}

/** Returns the text of a dashboard file, with panel ids in links. Throws on a link to an unknown panel. */
export function fileOf(dashboard: Dashboard): string {
  const panels = dashboard.panels?.filter(({ type }) => type !== 'row') ?? [];
  const text = JSON.stringify(dashboard, null, 2).replaceAll(/viewPanel=panel\((.+?)\)/g, (_, title: string) => {
    const number = panels.find((panel) => panel.title === title)?.id;
    if (number === undefined) throw new Error(`a link leads to a panel "${title}" that is not there`);
    return `viewPanel=${number}`;
  });
  return `${text}\n`;
}
