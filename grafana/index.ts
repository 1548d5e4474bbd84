import { build } from './dashboard.ts';
import { exporter } from './exporter.ts';
import { fleet } from './fleet.ts';
import { manager } from './manager.ts';
import { pbx } from './pbx.ts';
import { phone } from './phone.ts';
import { site } from './site.ts';

/** Text of every dashboard file beside this one, by file name. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return {
    'fleet.json': text(build(fleet)),
    'pbx.json': text(build(pbx)),
    'exporter.json': text(build(exporter)),
    'site.json': text(build(site)),
    'phone.json': text(build(phone)),
    'manager.json': text(build(manager)),
  };
}

function text(dashboard: unknown): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
