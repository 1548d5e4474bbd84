import { describe, expect, test } from 'vitest';
import { documentedFamilies, readFamilyPage } from '../../../src/commands/status-pages.ts';
import { families } from '../../../src/drivers/index.ts';
import { familyPage } from '../../../src/server/pages/family-page.ts';
import { familyPageRoute } from '../../../src/server/status-page.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { serveRoutes } from '../../support/web-bench.ts';
import { linkNamed, plainText } from './page-text.ts';
import { view } from './status-targets.ts';

const documented = documentedFamilies();
const shown = { ...view, documented };
const page = (text: string): string => familyPage('x', text, new URLSearchParams('name=x'), shown);

describe('the documentation of a family as a page', () => {
  test.each(families.map(({ name }) => name))(
    '%s: headings, tables and every link within it lead somewhere',
    (name) => {
      const html = familyPage(name, readFamilyPage(name), new URLSearchParams({ name }), shown);
      expect(html.match(/<h1[ >]/gu)).toHaveLength(1);
      expect(html).toMatch(/<div class="scroll" tabindex="0"><table>/u);
      const article = /<article.*<\/article>/su.exec(html)?.[0] ?? '';
      const links = [...article.matchAll(/href="([^"]*)"/gu)].map(([, href = '']) => href);
      const isGood = (href: string): boolean =>
        href.startsWith('#')
          ? html.includes(`id="${href.slice(1)}"`)
          : /^(?:https:\/\/|family\?name=[a-z0-9-]+(?:#[\w-]+)?$)/u.test(href);
      expect(links.filter((href) => !isGood(href))).toEqual([]);
    },
  );

  test('pages that are not here are words, not dead links; pictures are their descriptions', () => {
    const html = page('See [operations](../operations.md#state), [Asterisk](asterisk.md), ![a picture](x.png).');
    expect(plainText(html)).toContain('See operations, Asterisk , a picture.');
    expect(html).not.toContain('operations.md');
    expect(html).not.toContain('<img');
    expect(linkNamed(html, 'Asterisk')).toBe('family?name=asterisk');
  });

  test('over HTTP: a family, and a list of them for a name that is none', async () => {
    const clock = createHandClock();
    const setup = {
      fleet: () => ({ targets: [], get: () => undefined }),
      clock,
      version: '1',
      hashName: view.hashName,
    };
    const base = await serveRoutes([familyPageRoute({ ...setup, documented }, readFamilyPage)]);
    const found = await fetch(`${base}/family?name=mikopbx`);
    expect(found.status).toBe(200);
    expect(await found.text()).toContain('<h1 id="mikopbx">MikoPBX</h1>');
    for (const name of ['', 'nobody', '../decisions', '__proto__']) {
      const answer = await fetch(`${base}/family?${new URLSearchParams({ name }).toString()}`);
      expect(answer.status).toBe(404);
      expect(linkNamed(await answer.text(), 'asterisk')).toBe('family?name=asterisk');
    }
  });
});
