import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** One query of a panel. */
const targetSchema = z.object({
  refId: z.string(),
  expr: z.string(),
  legendFormat: z.string().optional(),
  instant: z.boolean().optional(),
  interval: z.string().optional(),
  datasource: z.object({ uid: z.string() }),
});

const panelSchema = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(targetSchema).optional(),
  interval: z.string().optional(),
  fieldConfig: z
    .object({ defaults: z.object({ unit: z.string().optional(), noValue: z.string().optional() }) })
    .optional(),
  transformations: z.array(z.object({ id: z.string(), options: z.record(z.string(), z.unknown()) })).optional(),
});

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  panels: z.array(panelSchema),
  templating: z.object({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        includeAll: z.boolean().optional(),
        allValue: z.string().optional(),
        definition: z.string().optional(),
        regex: z.string().optional(),
      }),
    ),
  }),
  annotations: z.object({
    list: z.array(
      z.object({ name: z.string(), enable: z.boolean(), expr: z.string(), step: z.string(), titleFormat: z.string() }),
    ),
  }),
  links: z.array(z.object({ tags: z.array(z.string()), includeVars: z.boolean().optional() })),
});

/** The parts of a dashboard file that the tests use. */
export type DashboardFile = z.infer<typeof dashboardSchema>;
/** A panel of a dashboard; rows are panels of the type `row`. */
export type PanelOfFile = DashboardFile['panels'][number];

/** The file names of all dashboards. */
export const dashboardNames = [
  'fleet.json',
  'pbx.json',
  'exporter.json',
  'site.json',
  'phone.json',
  'manager.json',
] as const;

const committed = fileURLToPath(new URL('../../grafana', import.meta.url));

/** Returns the text of a committed dashboard, or of one in another folder. */
export function dashboardText(file: string, folder = committed): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Reads a committed dashboard, or one in another folder. */
export function readDashboard(file: string, folder = committed): DashboardFile {
  return dashboardSchema.parse(JSON.parse(dashboardText(file, folder)));
}

/** Returns all panels except rows. */
export function shownPanels({ panels }: DashboardFile): readonly PanelOfFile[] {
  return panels.filter(({ type }) => type !== 'row');
}
