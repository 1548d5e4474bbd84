import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { id, identity } from './identity.ts';
import { chosenDataSource } from './panels.ts';
import { colours } from './words.ts';

const pbx = identity.map((label) => `{{${label}}}`).join(' ');

/**
 * Returns the annotations of all graphs. Alerts are shown by default; users can enable the others. `pbxs` limits them to these PBXs; alerts
 * without a PBX are always shown.
 */
export function annotations(pbxs?: string): Builder<AnnotationQuery>[] {
  const of = (expression: string): string => (pbxs === undefined ? expression : `${expression} and on (${id}) ${pbxs}`);
  const alerts = alert('alertname=~"Pbx.+",alertstate="firing"');
  const others = alert('alertname=~"Pbx.+",alertstate="firing",pbx=""');
  return [
    marks(
      'Alerts',
      pbxs === undefined ? alerts : `${of(alerts)} or ${others}`,
      `{{alertname}} ${pbx} {{trunk}}`,
      colours.bad,
    ),
    marks(
      'Reloads',
      'changes(pbx_exporter_config_last_reload_success_timestamp_seconds[$__rate_interval]) > 0',
      'Reload {{instance}}',
      colours.neutral,
      false,
    ),
    marks(
      'Restarts',
      of(`max by (${id}) (resets(pbx_uptime_seconds[$__rate_interval])) > 0`),
      `${pbx} restarted`,
      colours.warning,
      false,
    ),
    marks(
      'PBXs up and down',
      of(`max by (${id}) (changes(pbx_up[$__rate_interval])) > 0`),
      `${pbx} went up or down`,
      colours.unknown,
      false,
    ),
    marks(
      'Trunk states',
      of(`max by (${id}, trunk) (increase(pbx_trunk_state_changes_total[$__rate_interval])) > 0`),
      `${pbx} {{trunk}} changed its state`,
      colours.off,
      false,
    ),
  ];
}

/** An expression that includes alerts between two points, because Grafana requests only about a hundred points for any time range. */
function alert(conditions: string): string {
  return `max_over_time(ALERTS{${conditions}}[$__interval])`;
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
