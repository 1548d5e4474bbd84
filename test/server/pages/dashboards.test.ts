import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pbxPage } from '../../../src/server/pages/pbx-page.ts';
import { dashboardLink } from '../../../src/server/pages/parts.ts';
import { asked, linkNamed } from './page-text.ts';
import { headquarters, target, view } from './status-targets.ts';

const shown = { ...view, grafanaUrl: new URL('https://example.org/grafana/?orgId=2') };

interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

test('the links are those of the dashboards of this project and of variables that they have', () => {
  for (const [file, link] of [
    ['pbx.json', linkNamed(pbxPage(headquarters, asked(), shown), 'Dashboard of this PBX')],
    ['site.json', linkNamed(pbxPage(headquarters, asked(), shown), 'Dashboard of its site')],
    ['fleet.json', linkNamed(pbxPage(headquarters, asked(), shown), 'Dashboards')],
  ] as const) {
    const text = readFileSync(new URL(`../../../grafana/${file}`, import.meta.url), 'utf8');
    const { uid, templating } = JSON.parse(text) as Dashboard;
    const { pathname, searchParams } = new URL(link);
    expect(pathname).toBe(`/grafana/d/${uid}`);
    expect(searchParams.get('orgId')).toBe('2');
    const names = new Set(templating.list.map(({ name }) => `var-${name}`));
    expect([...searchParams.keys()].filter((key) => key !== 'orgId' && !names.has(key))).toEqual([]);
  }
  expect(linkNamed(pbxPage(headquarters, asked(), shown), 'Dashboard of this PBX')).toContain('var-pbx=berlin-hq');
});

test('a name with signs stays one value, and without Grafana or a site there is no link', () => {
  expect(dashboardLink('pbx-one', { pbx: 'a&b=c#d' }, shown)).toContain('var-pbx=a%26b%3Dc%23d');
  expect(pbxPage(headquarters, asked(), view)).not.toContain('ashboard');
  expect(pbxPage(target('x'), asked(), shown)).not.toContain('its site');
});
