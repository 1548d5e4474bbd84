import { Marked, type Tokens } from 'marked';
import { Markup, markup } from '../html.ts';
import { renderPage } from './layout.ts';
import { knownParameters } from './list-query.ts';
import { familyLink } from './parts.ts';
import type { View } from './view.ts';

/** The documentation of a family as a page. The text is the program's own: it comes with it. */
export function familyPage(family: string, text: string, asked: URLSearchParams, view: View): string {
  const parameters = knownParameters(asked, ['name']);
  const html = createMarked(view).parse(text, { async: false });
  const content = markup`<nav class="crumbs" aria-label="Way back"><a href="./">← All PBXs</a></nav>
<article class="documentation">${new Markup(html)}</article>`;
  return renderPage({ title: `${family} · pbx-exporter`, tone: 'good', content, view, parameters });
}

/** The page for a family of which there is no documentation. */
export function unknownFamilyPage(view: View): string {
  const links = [...(view.documented ?? [])].toSorted().map((family) => {
    return markup`<li><a href="${familyLink(family, view) ?? './'}">${family}</a></li>`;
  });
  const content = markup`<nav class="crumbs" aria-label="Way back"><a href="./">← All PBXs</a></nav>
<h1>Which family?</h1>
${links.length === 0 ? markup`<p>The documentation is not installed with this program.</p>` : markup`<ul>${links}</ul>`}`;
  return renderPage({
    title: 'Families · pbx-exporter',
    tone: 'wait',
    content,
    view,
    parameters: new URLSearchParams(),
  });
}

function createMarked(view: View): Marked {
  return new Marked({
    renderer: {
      heading({ tokens, depth, text }): string {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }): string {
        const words = this.parser.parseInline(tokens);
        const address = shownAddress(href, view);
        return address === undefined ? words : markup`<a href="${address}">${new Markup(words)}</a>`.text;
      },
      image: ({ text }): string => markup`${text}`.text,
      // Whoever has no mouse scrolls it, too.
      code: ({ text }): string => markup`<pre tabindex="0"><code>${text}</code></pre>\n`.text,
      table({ header, rows }): string {
        const cell = ({ tokens }: Tokens.TableCell, isHead: boolean): string => {
          const content = this.parser.parseInline(tokens);
          return isHead && content !== '' ? `<th scope="col">${content}</th>` : `<td>${content}</td>`;
        };
        const cells = (row: readonly Tokens.TableCell[], isHead: boolean): string =>
          row.map((one) => cell(one, isHead)).join('');
        const body = rows.map((row) => `<tr>${cells(row, false)}</tr>`).join('\n');
        return `<div class="scroll" tabindex="0"><table><thead><tr>${cells(header, true)}</tr></thead><tbody>${body}</tbody></table></div>`;
      },
    },
  });
}

/** Anchors as the places where the documentation is published make them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** A place on the same page, another family's page, or one elsewhere; the rest of the documentation is not here. */
function shownAddress(href: string, view: View): string | undefined {
  if (/^(?:#|https:\/\/)/.test(href)) return href;
  const [, family = '', anchor = ''] = /^([a-z0-9-]+)\.md(#[\w-]+)?$/.exec(href) ?? [];
  const link = familyLink(family, view);
  return link && `${link}${anchor}`;
}
