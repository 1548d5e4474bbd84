import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { redactedConfig } from '../config/redacted.ts';
import { type Route, sendText } from './routes.ts';

/** `/config`: the configuration in use, with all defaults filled in and every secret hidden. */
export function configRoute(config: () => Config): Route {
  return {
    path: '/config',
    methods: ['GET'],
    handle: ({ response }) =>
      // Browsers show plain text; YAML they would save.
      sendText(response, 200, stringify(redactedConfig(config()), { lineWidth: 0 })),
  };
}
