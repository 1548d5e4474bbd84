import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { redactedConfig } from '../config/redacted.ts';
import { markup } from './html.ts';
import { renderPage } from './pages/layout.ts';
import { knownParameters } from './pages/list-query.ts';
import { reloadHelp } from './pages/parts.ts';
import type { View } from './pages/view.ts';
import { preferredType, type Route, sendText } from './routes.ts';
import { sendHtml, type StatusPageSetup, viewNow } from './status-page.ts';

/**
 * `/config`: the configuration in use, with all defaults filled in and every secret hidden. Browsers get a page; other clients
 * and requests with `format=yaml` get YAML.
 */
export function configRoute(config: () => Config, setup: StatusPageSetup): Route {
  return {
    path: '/config',
    methods: ['GET'],
    handle(context) {
      const { request, response, url } = context;
      const text = stringify(redactedConfig(config()), { lineWidth: 0 });
      response.setHeader('Vary', 'Accept');
      const type =
        url.searchParams.get('format') === 'yaml' ? 'text/plain' : preferredType(request, ['text/plain', 'text/html']);
      if (type === 'text/html') return sendHtml(context, 200, configPage(text, url.searchParams, viewNow(setup)));
      // Sent as plain text, because browsers save YAML instead of showing it.
      sendText(response, 200, text);
    },
  };
}

/** Renders the page of the configuration in use. */
export function configPage(text: string, asked: URLSearchParams, view: View): string {
  const parameters = knownParameters(asked, ['refresh']);
  const about =
    'Defaults are filled in, and secrets are hidden. Changes of the file take effect at the next reload or start.';
  const content = markup`<nav class="crumbs" aria-label="Way back"><a href="./">← All PBXs</a></nav>
<h1>Configuration in use</h1>
<p>${about} <a href="?format=yaml">The same as plain text</a></p>
${reloadHelp([about], view)}
<pre class="card file" tabindex="0" aria-label="The configuration">${text}</pre>`;
  return renderPage({ title: 'Configuration · pbx-exporter', tone: 'good', content, view, parameters });
}
