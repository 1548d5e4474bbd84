import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import { createWebServer, type WebServer } from '../../src/server/server.ts';
import { pbxPageRoute, statusPageRoute } from '../../src/server/status-page.ts';
import {
  hostile,
  manyPeers,
  mixedFleet,
  monotonic,
  peer,
  target,
  trunk,
  view,
  wall,
} from '../server/pages/status-targets.ts';
import { installBrowser, startBrowser } from './browser.ts';
import { projectFolder } from './testbed.ts';

const artifacts = join(projectFolder, 'test-artifacts', 'pages');
const missing = await installBrowser();
if (missing !== '')
  process.stderr.write(`\n### SKIPPED: ${missing}. NOT tested: the status pages in a browser (pages.test.ts)\n\n`);

const large = target('large', { held: { peers: manyPeers(5000), trunks: [trunk('t')] } });
const injecting = target(hostile, {
  identity: { labels: { a: hostile } },
  held: {
    peers: [peer(hostile, 'unreachable', { name: hostile }), ...manyPeers(3)],
    trunks: [trunk(hostile, 'rejected', { name: hostile, kind: hostile, host: hostile, rawState: hostile })],
    system: { version: hostile, model: hostile },
  },
  record: { collectors: { queues: { success: false, reason: 'protocol', detail: hostile } } },
});
const targets = [...mixedFleet, large, injecting];
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe.skipIf(missing !== '')('the status pages in Chromium', () => {
  let server: WebServer;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    mkdirSync(artifacts, { recursive: true });
    const clock: Clock = {
      wallTime: () => wall,
      monotonicTime: () => monotonic,
      after: () => ({ stop: () => undefined }),
    };
    const fleet = { targets, get: (name: string) => targets.find(({ identity }) => identity.name === name) };
    const setup = { fleet: () => fleet, clock, version: '1.2.3', hashName: view.hashName };
    server = createWebServer({ host: '127.0.0.1', port: 0 }, [statusPageRoute(setup), pbxPageRoute(setup)], silentLog);
    base = `http://127.0.0.1:${await server.start()}`;
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** Opens a page, hands it on, keeps its picture; fails on anything the browser refused or complained about. */
  async function visit(
    path: string,
    picture: string,
    look: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${base}${path}`);
    await look(page);
    // The picture comes last: taking it changes attributes of the page.
    await page.screenshot({ path: join(artifacts, `${picture}.png`), fullPage: true });
    expect(complaints.filter((text) => !text.includes('status of 404'))).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${base}/`) && !url.startsWith('data:'))).toEqual([]);
    await context.close();
  }

  const rowNames = (page: Page, caption: string): Promise<string[]> =>
    page.getByRole('table', { name: caption }).getByRole('rowheader').locator('a:not(.label)').allInnerTexts();

  test.each(['light', 'dark'] as const)('the fleet, %s', async (colorScheme) => {
    await visit(
      '/',
      `fleet-${colorScheme}`,
      async (page) => {
        expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('2 PBXs are down');
        const colour = (name: string): Promise<string> => page.evaluate(`getComputedStyle(document.body).${name}`);
        const [paper, ink] = [brightness(await colour('backgroundColor')), brightness(await colour('color'))];
        expect(paper > ink).toBe(colorScheme === 'light');
      },
      { colorScheme },
    );
  });

  test('sorting, searching and narrowing work without scripts', async () => {
    await visit(
      '/?refresh=60',
      'fleet-searched',
      async (page) => {
        await page.getByRole('link', { name: 'hamburg', exact: true }).click();
        expect(await page.getByText('No login for another 14 min').isVisible()).toBe(true);
        await page.getByRole('link', { name: 'All PBXs' }).click();
        expect(await rowNames(page, 'PBXs')).toHaveLength(targets.length);
        await page.getByRole('link', { name: 'PBX', exact: true }).click();
        expect((await rowNames(page, 'PBXs')).slice(-1)).toEqual(['münchen-lager']);
        await page.getByRole('searchbox').fill('site');
        await page.getByLabel('State').selectOption('down');
        await page.getByRole('button', { name: 'Show' }).click();
        expect(await rowNames(page, 'PBXs')).toEqual(['hamburg', 'münchen-lager']);
        expect(new URL(page.url()).searchParams.get('refresh')).toBe('60');
        expect(await page.getByRole('columnheader', { name: 'PBX', exact: true }).getAttribute('aria-sort')).toBe(
          'ascending',
        );
      },
      { javaScriptEnabled: false },
    );
  });

  test.each([
    ['/', 'fleet-phone'],
    ['/pbx?target=berlin-hq', 'pbx-phone'],
    [`/pbx?${new URLSearchParams({ target: hostile }).toString()}`, 'hostile-phone'],
  ])('%s fits the width of a phone', async (path, picture) => {
    await visit(
      path,
      picture,
      async (page) => {
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      },
      phone,
    );
  });

  test('five thousand peers: pages, search, narrowing', async () => {
    await visit('/pbx?target=large', 'peers-5000', async (page) => {
      const rows = page.getByRole('table', { name: 'Peers' }).getByRole('rowheader');
      expect(await rows.count()).toBe(200);
      await page
        .getByRole('navigation', { name: 'Peers, pages, below the table' })
        .getByRole('link', { name: 'Next' })
        .click();
      expect(await page.getByText('201–400 of 5,000').first().isVisible()).toBe(true);
      await page.getByRole('searchbox').fill('4711');
      await page.getByRole('button', { name: 'Search' }).click();
      expect(await rows.allInnerTexts()).toEqual(['4711']);
    });
  });

  test.each([
    ['/', 'hostile-fleet'],
    [`/?${new URLSearchParams({ q: hostile }).toString()}`, 'hostile-search'],
    [`/pbx?${new URLSearchParams({ target: hostile }).toString()}`, 'hostile-pbx'],
    [`/pbx?${new URLSearchParams({ target: `${hostile}?` }).toString()}`, 'hostile-unknown'],
  ])('names with HTML stay text: %#', async (path, picture) => {
    await visit(path, picture, async (page) => {
      expect(await page.title()).not.toBe('injected');
      expect(await page.locator('script, img, iframe, object, embed, base, [onerror], [style]').count()).toBe(0);
      expect(await page.locator('style').count()).toBe(1);
      expect(
        (await page.getByText("<script>document.title='injected'</script>").count()) +
          Number(picture === 'hostile-search'),
      ).toBeGreaterThan(0);
    });
  });

  test('a script that got into a page would not run', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${base}/`);
    await page
      .addScriptTag({ content: "document.title='injected'" })
      .catch((error: unknown) => complaints.push(String(error)));
    expect(await page.title()).not.toBe('injected');
    expect(complaints.join('\n')).toContain('Content Security Policy');
    await context.close();
  });

  test('the page can be walked with the keyboard, and the place is seen', async () => {
    await visit('/', 'fleet-focus', async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    });
  });

  test('on paper there are no forms, and the numbers stay', async () => {
    await visit('/', 'fleet-paper', async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await page.getByRole('table', { name: 'PBXs' }).isVisible()).toBe(true);
    });
  });
});

/** Sum of red, green and blue of a computed colour. */
function brightness(colour: string): number {
  return (colour.match(/\d+/gu) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}
