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

/** Further labels of the identity come along; what else is chosen does not, so that the page of one PBX is found whatever it was. */
function pbxAddress(name: string, other: (label: string) => string): string {
  const labels = fleetLabels.map((label) => `&var-${label}=${other(label)}`).join('');
  return `/d/${uids.pbx}?var-pbx=${name}${labels}&var-datasource=\${datasource}&\${__url_time_range}`;
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
