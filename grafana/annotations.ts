import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { id } from './identity.ts';
import { chosenDataSource } from './panels.ts';
import { colours } from './words.ts';

/** What is marked in every graph: alerts at first; the others can be switched on above. */
export function annotations(): Builder<AnnotationQuery>[] {
  return [
    marks('Alerts', 'ALERTS{alertname=~"Pbx.+",alertstate="firing"}', '{{alertname}} {{pbx}} {{trunk}}', colours.bad),
    marks(
      'Reloads',
      'changes(pbx_exporter_config_last_reload_success_timestamp_seconds[1m]) > 0',
      'Reload {{instance}}',
      colours.neutral,
      false,
    ),
    marks(
      'Reboots',
      `max by (${id}) (resets(pbx_uptime_seconds[2m])) > 0`,
      '{{pbx}} started anew',
      colours.warning,
      false,
    ),
    marks(
      'PBXs up and down',
      `max by (${id}) (changes(pbx_up[1m])) > 0`,
      '{{pbx}} went up or down',
      colours.unknown,
      false,
    ),
    marks(
      'Trunk states',
      `max by (${id}, trunk) (increase(pbx_trunk_state_changes_total[2m])) > 0`,
      '{{pbx}} {{trunk}} changed its state',
      colours.off,
      false,
    ),
  ];
}

function marks(
  name: string,
  expression: string,
  title: string,
  colour: string,
  enabled = true,
): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(chosenDataSource)
    .enable(enabled)
    .iconColor(colour)
    .expr(expression)
    .step('60s')
    .titleFormat(title);
}
