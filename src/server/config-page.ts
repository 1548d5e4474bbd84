import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { redactedConfig } from '../config/redacted.ts';
import { configPage } from './pages/config-page.ts';
import { type Route, sendText } from './routes.ts';
import { sendHtml, type StatusPageSetup, viewNow } from './status-page.ts';

/**
 * `/config`: the configuration in use, with all defaults filled in and every secret hidden. A page for browsers; YAML for all
 * others and with `format=yaml`.
 */
export function configRoute(config: () => Config, setup: StatusPageSetup): Route {
  return {
    path: '/config',
    methods: ['GET'],
    handle(context) {
      const { request, response, url } = context;
      const text = stringify(redactedConfig(config()), { lineWidth: 0 });
      response.setHeader('Vary', 'Accept');
      const isForPeople = /\btext\/html\b/i.test(request.headers.accept ?? '');
      if (isForPeople && url.searchParams.get('format') !== 'yaml')
        return sendHtml(context, 200, configPage(text, url.searchParams, viewNow(setup)));
      // Browsers show plain text; YAML they would save.
      sendText(response, 200, text);
    },
  };
}
