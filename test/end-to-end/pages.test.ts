import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { source as axeSource } from 'axe-core';
import type { Clock } from '../../src/clock.ts';
import { documentedFamilies, readFamilyPage } from '../../src/commands/status-pages.ts';
import { defaults } from '../../src/config/defaults.ts';
import { Journal } from '../../src/journal/journal.ts';
import { silentLog } from '../../src/log.ts';
import { configRoute } from '../../src/server/config-page.ts';
import { eventsRoute } from '../../src/server/events.ts';
import { createWebServer, type WebServer } from '../../src/server/server.ts';
import { familyPageRoute, pbxCsvRoute, pbxPageRoute, statusPageRoute } from '../../src/server/status-page.ts';
import { script } from '../../src/server/pages/style.ts';
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

const large = target('large', { retained: { peers: manyPeers(5000), trunks: [trunk('t')] } });
const injecting = target(hostile, {
  identity: { labels: { a: hostile } },
  retained: {
    peers: [peer(hostile, 'unreachable', { name: hostile }), ...manyPeers(3)],
    trunks: [trunk(hostile, 'rejected', { name: hostile, kind: hostile, host: hostile, rawState: hostile })],
    system: { version: hostile, model: hostile },
  },
  record: { collectors: { queues: { success: false, reason: 'protocol', detail: hostile } } },
});
const branches = Array.from({ length: 14 }, (_, index) =>
  target(`branch-${index + 1}`, {
    record: {
      up: false,
      upSinceWall: wall - 600_000,
      lastRound: { endedAtWall: wall, durationMs: 3, reason: 'connect', detail: 'the connection was refused' },
    },
  }),
);
const targets = [...mixedFleet, large, injecting, ...branches];
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
    const journal = new Journal(defaults.journal, wall - 3_600_000);
    for (const one of targets) journal.note({ identity: one.identity, record: one.record });
    const setup = {
      fleet: () => fleet,
      clock,
      version: '1.2.3',
      hashName: view.hashName,
      journal,
      configured: () => ({ url: new URL('https://pbx.example.org/'), webPage: new URL('https://pbx.example.org/') }),
      documented: documentedFamilies(),
      reloadCommand: () => 'sudo systemctl reload pbx-exporter.service',
      grafanaUrl: new URL('https://grafana.example.org'),
    };
    const routes = [
      statusPageRoute(setup),
      pbxPageRoute(setup),
      pbxCsvRoute(setup),
      eventsRoute(setup),
      familyPageRoute(setup, readFamilyPage),
      configRoute(() => ({ targets: [], concurrency: 32 }), setup),
    ];
    server = createWebServer({ host: '127.0.0.1', port: 0 }, routes, silentLog);
    base = `http://127.0.0.1:${await server.start()}`;
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** Opens a page, passes it to `look` and saves a screenshot. Fails if the browser blocked something or reported a problem. */
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
    // The screenshot comes last, because it changes attributes of the page.
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
        expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('16 PBXs are down');
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
        expect(await page.getByText('Logins are suspended for another 14 min').isVisible()).toBe(true);
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
      expect(await page.locator('script').allTextContents()).toEqual([script.text]);
      expect(await page.locator('img, iframe, object, embed, base, [onerror], [style]').count()).toBe(0);
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
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    });
  });

  const everyPage = [
    ['/', 'fleet'],
    ['/pbx?target=berlin-hq', 'pbx'],
    ['/pbx?target=berlin-hq&q=1001', 'pbx-search'],
    ['/pbx?target=hamburg', 'pbx-down'],
    ['/pbx?target=nobody', 'pbx-unknown'],
    ['/events', 'events'],
    ['/config', 'config'],
    ['/family?name=mikopbx', 'family'],
  ] as const;
  const looks = [
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
    ['dark', 320],
  ] as const;

  test.each(everyPage.flatMap((page) => looks.map((look) => [...page, ...look] as const)))(
    '%s (%s), %s, %i px wide: no rule of axe-core is broken, and nothing is wider than the screen',
    async (path, name, colorScheme, width) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${base}${path}`);
      await page.addScriptTag({ content: axeSource });
      const found = await page.evaluate<readonly Violation[]>(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 200) + ' ' + failureSummary) })))`,
      );
      await page.screenshot({ path: join(artifacts, `axe-${name}-${colorScheme}-${width}.png`) });
      expect(found).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await context.close();
    },
  );

  test('PBXs with the same trouble are one row, opened and followed with the keyboard alone, without scripts', async () => {
    await visit(
      '/',
      'fleet-folded',
      async (page) => {
        expect(await page.getByRole('link', { name: 'branch-7', exact: true }).isVisible()).toBe(false);
        const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent');
        for (let step = 0; step < 60 && (await focused()) !== '14 PBXs'; step += 1) await page.keyboard.press('Tab');
        expect(await focused()).toBe('14 PBXs');
        await page.keyboard.press('Enter');
        expect(await page.getByRole('link', { name: 'branch-7', exact: true }).isVisible()).toBe(true);
        await page.keyboard.press('Tab');
        expect(await focused()).toBe('branch-1');
        await page.keyboard.press('Enter');
        await page.waitForURL(/target=branch-1$/u);
        expect(await page.getByRole('heading', { level: 2, name: 'The connection was refused' }).isVisible()).toBe(
          true,
        );
      },
      { javaScriptEnabled: false },
    );
  });

  test('a search jumps to its hits', async () => {
    await visit('/pbx?target=berlin-hq', 'pbx-hits', async (page) => {
      await page.getByRole('searchbox').fill('telvia backup');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#hits$/u);
      expect(await page.getByRole('heading', { name: 'Trunks 1 of 6' }).isVisible()).toBe(true);
      expect(await page.evaluate<number>('scrollY')).toBeGreaterThan(0);
    });
  });

  test.each([
    ['Australia/Darwin', '2026-03-14 03:07:09 UTC (12:37:09 Australia/Darwin)'],
    ['America/New_York', '2026-03-14 03:07:09 UTC (2026-03-13 23:07:09 America/New_York)'],
    ['UTC', '2026-03-14 03:07:09 UTC'],
  ])('a reader in %s sees the own time beside UTC', async (timezoneId, shown) => {
    const read = async (page: Page): Promise<void> =>
      expect(await page.locator('.refresh time').textContent()).toBe(shown);
    await visit('/', 'fleet-zone', read, { timezoneId });
  });

  test('on paper there are no forms, and the numbers stay', async () => {
    await visit('/', 'fleet-paper', async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await page.getByRole('table', { name: 'PBXs' }).isVisible()).toBe(true);
    });
  });
});

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/** Returns the sum of red, green and blue of a computed colour. */
function brightness(colour: string): number {
  return (colour.match(/\d+/gu) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}
