import { build, fileOf } from './dashboard.ts';
import { exporter } from './exporter.ts';
import { fleet } from './fleet.ts';
import { manager } from './manager.ts';
import { pbx } from './pbx.ts';
import { phone } from './phone.ts';
import { site } from './site.ts';

/** Text of every dashboard file beside this one, by file name. */
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
