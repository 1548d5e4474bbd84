import { build, fileOf } from './dashboard.ts';
import { exporter } from './exporter.ts';
import { fleet } from './fleet.ts';
import { manager } from './manager.ts';
import { pbx } from './pbx.ts';
import { phone } from './phone.ts';
import { site } from './site.ts';

/** Returns the texts of all dashboard files in this folder, by file name. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return {
    'fleet.json': fileOf(build(fleet)),
    'pbx.json': fileOf(build(pbx)),
    'exporter.json': fileOf(build(exporter)),
    'site.json': fileOf(build(site)),
    'phone.json': fileOf(build(phone)),
    'manager.json': fileOf(build(manager)),
  };
}
