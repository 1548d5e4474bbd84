import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

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
  /** How far back it looks at first, e.g. `now-6h`. */
  readonly from: string;
}

/** Short names under which the dashboards link to each other; part of their address in Grafana. */
export const uids = { fleet: 'pbx-fleet', pbx: 'pbx-one', exporter: 'pbx-exporter' } as const;

/** Address of the dashboard of one PBX; `name` is a Grafana variable that holds its name. */
export function pbxAddress(name: string): string {
  return `/d/${uids.pbx}?var-pbx=${name}&var-datasource=\${datasource}&\${__url_time_range}`;
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
    .links([otherDashboards()]);
  for (const { title, panels } of plan.sections) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(panel);
  }
  return numbered(dashboard.build());
}

function otherDashboards(): Builder<Dashboard['links'] extends (infer Link)[] | undefined ? Link : never> {
  return new DashboardLinkBuilder('PBX dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags(['pbx-exporter'])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}

function numbered(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] };
}
