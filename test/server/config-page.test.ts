import { describe, expect, test } from 'vitest';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter } from '../support/exporter-bench.ts';
import { linkNamed, plainText } from './pages/page-text.ts';

const text = `targets: [{ name: '<b>hq</b>', family: asterisk, url: 'http://127.0.0.1:9', username: api, password: hunter2 }]\n`;
const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('/config', () => {
  test('is a page for browsers, with a way back, and YAML for all others', async () => {
    const { base } = await benchExporter(createHandClock(), text);
    const page = await fetch(`${base}/config`, browser);
    const html = await page.text();
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('vary')).toBe('Accept');
    expect(linkNamed(html, '← All PBXs')).toBe('./');
    expect(plainText(html)).toContain('name: <b>hq</b>');
    expect(html).not.toContain('<b>hq');
    const plain = await (await fetch(`${base}/config`)).text();
    expect(plain).toMatch(/^scrape:\n/u);
    expect(
      await (
        await fetch(`${base}/${linkNamed(html, 'The same as plain text').replace('?', 'config?')}`, browser)
      ).text(),
    ).toBe(plain);
    expect(html + plain).not.toContain('hunter2');
  });

  test.each(['*/*', 'application/yaml', 'text/html;q=0, */*', 'text/plain, text/html;q=0.5'])(
    'is YAML for a client that accepts %s',
    async (accept) => {
      const { base } = await benchExporter(createHandClock(), text);
      const answer = await fetch(`${base}/config`, { headers: { accept } });
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await answer.text()).toMatch(/^scrape:\n/u);
    },
  );
});
