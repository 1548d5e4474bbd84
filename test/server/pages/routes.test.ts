import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { silentLog } from '../../../src/log.ts';
import { pbxPageRoute, statusPageRoute } from '../../../src/server/status-page.ts';
import { serveRoutes } from '../../support/web-bench.ts';
import { linkNamed, plainText } from './page-text.ts';
import { hostile, mixedFleet, monotonic, target, view, wall } from './status-targets.ts';

const clock: Clock = { wallTime: () => wall, monotonicTime: () => monotonic, after: () => ({ stop: () => undefined }) };
const targets = [...mixedFleet, target(hostile), target('a/b?c=d&e#f g+h%')];
const fleet = { targets, get: (name: string) => targets.find(({ identity }) => identity.name === name) };
const setup = { fleet: () => fleet, clock, version: '1.2.3', hashName: view.hashName };
const serve = (): Promise<string> => serveRoutes([statusPageRoute(setup), pbxPageRoute(setup)]);

describe('the pages over HTTP', () => {
  test.each(['/', '/pbx?target=berlin-hq', '/pbx?target=nobody'])(
    '%s lets a browser do nothing but show it',
    async (path) => {
      const answer = await fetch(`${await serve()}${path}`);
      const html = await answer.text();
      const style = /<style>(.*?)<\/style>/su.exec(html)?.[1] ?? '';
      const [, script = ''] = /<script>(.*?)<\/script>/su.exec(html) ?? [];
      const [look, run] = [style, script].map((text) => createHash('sha256').update(text).digest('base64'));
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${look}'; script-src 'sha256-${run}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(html).not.toMatch(/(?:src|href|action)="(?:https?:|\/)/u);
    },
  );

  test("keep to the admin's own policy where there is one", async () => {
    const headers = { 'Content-Security-Policy': "default-src 'self'", 'X-Frame-Options': 'sameorigin' };
    const routes = [statusPageRoute(setup), pbxPageRoute(setup)];
    const base = await serveRoutes(routes, silentLog, { headers, users: new Map() });
    for (const path of ['/', '/pbx?target=berlin-hq', '/pbx?target=nobody']) {
      const answer = await fetch(`${base}${path}`);
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'self'");
      expect(answer.headers.get('x-frame-options')).toBe('sameorigin');
    }
  });

  test('every link to a PBX leads to its page, whatever its name', async () => {
    const base = await serve();
    const page = await (await fetch(`${base}/`)).text();
    for (const { identity } of targets) {
      const shown = plainText(identity.name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
      const answer = await fetch(new URL(linkNamed(page, shown), `${base}/`));
      expect(answer.status).toBe(200);
      expect(plainText(/<h1>(.*?)<\/h1>/su.exec(await answer.text())?.[1] ?? '')).toBe(shown);
    }
  });

  test('a name that no PBX has is a 404 that helps', async () => {
    const answer = await fetch(`${await serve()}/pbx?target=berlin-h`);
    const html = await answer.text();
    expect(answer.status).toBe(404);
    expect(plainText(html)).toContain('There is no PBX berlin-h');
    expect(linkNamed(html, 'berlin-hq')).toBe('pbx?target=berlin-hq');
  });

  test('without a name it asks which PBX', async () => {
    const answer = await fetch(`${await serve()}/pbx`);
    expect(answer.status).toBe(404);
    expect(plainText(await answer.text())).toContain('Which PBX?');
  });
});
