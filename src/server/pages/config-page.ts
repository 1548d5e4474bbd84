import { markup } from '../html.ts';
import { renderPage } from './layout.ts';
import { knownParameters } from './list-query.ts';
import { reloadHelp } from './parts.ts';
import type { View } from './view.ts';

/** The configuration in use as a page. */
export function configPage(text: string, asked: URLSearchParams, view: View): string {
  const parameters = knownParameters(asked, ['refresh']);
  const about =
    'Every default is filled in and every secret hidden. Changes of the file count from the next reload or start on.';
  const content = markup`<nav class="crumbs" aria-label="Way back"><a href="./">← All PBXs</a></nav>
<h1>Configuration in use</h1>
<p>${about} <a href="?format=yaml">The same as plain text</a></p>
${reloadHelp([about], view)}
<pre class="card file" tabindex="0" aria-label="The configuration">${text}</pre>`;
  return renderPage({ title: 'Configuration · pbx-exporter', tone: 'good', content, view, parameters });
}
