import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { eventsRoute } from '../../src/server/events.ts';
import { eventsPage } from '../../src/server/pages/events-page.ts';
import { peers, Rounds, startWall, trunks } from '../journal/rounds.ts';
import { serveRoutes } from '../support/web-bench.ts';
import { hostile, target, view } from './pages/status-targets.ts';
import { withoutOwnScript } from './pages/page-text.ts';

const clock: Clock = {
  wallTime: () => startWall + 3_600_000,
  monotonicTime: () => 3_600_000,
  after: () => ({ stop: () => undefined }),
};

interface Answer {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly next: string;
  readonly more: boolean;
  readonly gap: boolean;
}

async function bench(rounds = new Rounds(), names: 'plain' | 'hash' | 'none' = 'plain') {
  const targets = ['hq', 'branch', hostile].map((name) => target(name, { identity: { peerNames: names } }));
  const fleet = { targets, get: (name: string) => targets.find(({ identity }) => identity.name === name) };
  const { journal } = rounds;
  const base = await serveRoutes([
    eventsRoute({ fleet: () => fleet, clock, version: '1.2.3', hashName: view.hashName, journal }),
  ]);
  const get = (query = '', headers: Record<string, string> = {}) =>
    fetch(`${base}/events?${query}`, { headers: { accept: 'application/json', ...headers } });
  const json = async (query = ''): Promise<Answer> => (await (await get(query)).json()) as Answer;
  const page = async (query = '') => (await get(query, { accept: 'text/html,*/*' })).text();
  return { rounds, get, json, page };
}

function someRounds(): Rounds {
  const rounds = new Rounds();
  rounds.round({ ...peers({ 201: 'reachable', 202: 'reachable' }), ...trunks({ city: 'registered' }) });
  rounds.round({ ...peers({ 201: 'reachable', 202: 'unregistered' }), ...trunks({ city: 'rejected' }, '403') });
  rounds.round({ reason: 'timeout', detail: 'no answer within 20 s' });
  rounds.round({ ...peers({}), ...trunks({}) }, { pbx: 'branch' });
  return rounds;
}

describe('/events as JSON', () => {
  test('tells everything about each event, oldest first', async () => {
    const { json } = await bench(someRounds());
    const { events, more, gap } = await json();
    expect({ more, gap }).toEqual({ more: false, gap: false });
    expect(events.map(({ pbx, kind, id, from, to }) => [pbx, kind, id, from, to])).toEqual([
      ['hq', 'pbx', undefined, null, 'up'],
      ['hq', 'trunk', 'city', 'registered', 'rejected'],
      ['hq', 'peer', '202', 'reachable', 'unregistered'],
      ['hq', 'pbx', undefined, 'up', 'down'],
      ['branch', 'pbx', undefined, null, 'up'],
    ]);
    expect(events[1]).toMatchObject({ said: '403', time: '2026-03-14T14:01:00.000Z', changes: 1 });
    expect(events[2]).toMatchObject({ name: 'Name of 202' });
    expect(events[3]).toMatchObject({ reason: 'timeout', detail: 'no answer within 20 s' });
  });

  test('narrows to one PBX, one kind, a moment, a number of events', async () => {
    const { json } = await bench(someRounds());
    expect((await json('pbx=branch')).events).toHaveLength(1);
    expect((await json('kind=trunk')).events).toHaveLength(1);
    expect((await json('since=2026-03-14T14:01:30Z')).events).toHaveLength(2);
    expect((await json('since=2026-03-14T15:01:30%2B01:00')).events).toHaveLength(2);
    expect((await json('limit=2')).events.map(({ pbx }) => pbx)).toEqual(['hq', 'branch']);
  });

  test('a script that follows the cursor gets every event once, also while they are made', async () => {
    const { rounds, json } = await bench();
    const seen: unknown[] = [];
    let { next } = await json();
    for (let index = 0; index < 12; index += 1) {
      const states = Object.fromEntries(
        Array.from({ length: 7 }, (_, row) => [`p${index}-${row}`, 'reachable' as const]),
      );
      rounds.round({ ...peers(states), ...trunks({}) });
      for (let more = true; more;) {
        const answer = await json(`limit=5&since=${next}`);
        expect(answer.gap).toBe(false);
        seen.push(...answer.events);
        ({ next, more } = answer);
      }
    }
    const cursors = seen.map((event) => (event as { cursor: string }).cursor);
    expect(new Set(cursors).size).toBe(cursors.length);
    expect(cursors).toHaveLength(rounds.journal.sequence);
    expect((await json(`since=${next}`)).events).toEqual([]);
  });

  test('a folded entry comes again with what it replaces', async () => {
    const { rounds, json } = await bench();
    for (let index = 0; index < 6; index += 1)
      rounds.round({ ...peers({ a: index % 2 === 0 ? 'reachable' : 'unreachable' }), ...trunks({}) });
    const { events } = await json();
    expect(events.at(-1)).toMatchObject({ id: 'a', changes: 3, replaces: expect.stringMatching(/-\d+$/) as string });
  });

  test('says so when events behind the cursor are lost', async () => {
    const { rounds, json } = await bench(new Rounds({ perPbx: 10, total: 100 }));
    const { next } = await json();
    rounds.round({ ...peers({}), ...trunks({}) });
    for (let index = 0; index < 20; index += 1)
      rounds.round({ ...peers({ [`p${index}`]: 'reachable' }), ...trunks({}) });
    expect((await json(`since=${next}`)).gap).toBe(true);
    expect((await json(`since=${next}&pbx=hq`)).gap).toBe(true);
    expect((await json(`since=other1-7`)).gap).toBe(true);
    expect((await json(`since=${(await json()).next}`)).gap).toBe(false);
  });

  test('answers 304 while nothing has changed', async () => {
    const { rounds, get } = await bench(someRounds());
    const tag = (await get()).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect((await get('', { 'if-none-match': `"x", W/${tag}` })).status).toBe(304);
    rounds.round({ ...peers({}), ...trunks({}) });
    expect((await get('', { 'if-none-match': tag })).status).toBe(200);
  });

  test.each([
    ['since=yesterday', 'since must be the "next" of an earlier answer'],
    ['since=2026-13-45T99:99:99Z', 'since must be'],
    ['since=', 'since must be'],
    [`since=${startWall.toString(36)}-99999`, 'since must be'],
    ['limit=0', 'limit must be a whole number from 1 to 1000'],
    ['limit=1001', 'limit must be'],
    ['limit=1e2', 'limit must be'],
    ['limit=-1', 'limit must be'],
    ['kind=phone', 'kind must be one of exporter, pbx, login, collector, trunk, peer'],
    ['pbx=hp', 'Did you mean "hq"?'],
    ['pbx=', 'pbx must be'],
    ['limit=1&limit=2', 'limit can be given only once'],
    ['limt=3', 'There is no parameter "limt". Parameters: since, pbx, kind, limit, format'],
    ['format=xml', 'format must be json or html'],
    ['kind=__proto__', 'kind must be'],
    [`pbx=${'x'.repeat(5_000)}`, 'pbx must be'],
  ])('?%.40s is a 400 that says what is accepted', async (query, words) => {
    const { get } = await bench(someRounds());
    const answer = await get(query);
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain(words);
    expect(text.length).toBeLessThan(400);
  });

  test('names follow peers.names', async () => {
    const hashed = JSON.stringify(await (await bench(someRounds(), 'hash')).json());
    expect(hashed).not.toContain('Name of');
    expect(hashed).toContain(view.hashName('Name of 202', 'hq') ?? 'no hash');
    const none = await bench(someRounds(), 'none');
    expect(JSON.stringify(await none.json())).not.toContain('Name of');
    expect(await none.page('q=Name')).not.toContain('Name of 202');
  });
});

describe('/events as a page', () => {
  test('newest first, narrowed by PBX, kind and text', async () => {
    const { page } = await bench(someRounds());
    const html = await page();
    expect(html.indexOf('branch</bdi>')).toBeLessThan(html.indexOf('city</bdi>'));
    expect(html).toContain('aria-sort="descending"');
    const oldest = await page('order=asc');
    expect(oldest.indexOf('branch</bdi>')).toBeGreaterThan(oldest.indexOf('city</bdi>'));
    expect(html).toContain('PBX says: <bdi>403</bdi>');
    expect(await page('kind=trunk')).not.toContain('no answer within');
    expect(await page('pbx=branch')).not.toContain('city</bdi>');
    expect(await page('q=no+ANSWER')).toContain('1 of 5');
    expect(await page('q=nothing+like+it')).toContain('No events match.');
    expect(await page('pbx=nobody&kind=x&page=-1&since=x')).toContain('No events match.');
  });

  test('a search through many events lets others have their turn', async () => {
    const rounds = new Rounds({ perPbx: 10_000, total: 50_000 });
    const many = (from: number) =>
      peers(Object.fromEntries(Array.from({ length: 2_400 }, (_, row) => [`p${from + row}`, 'reachable' as const])));
    rounds.round({ ...many(0), ...trunks({}) });
    rounds.round({ ...many(2_400), ...trunks({}) });
    const { journal } = rounds;
    expect(journal.events().length).toBeGreaterThan(4_800);
    let turns = 0;
    const shown = eventsPage(journal, { get: () => undefined }, new URLSearchParams('q=p2401'), { ...view, wall: 0 });
    const counting = { stopped: false };
    const count = (): void => {
      if (counting.stopped) return;
      turns += 1;
      setImmediate(count);
    };
    setImmediate(count);
    const html = await shown;
    counting.stopped = true;
    expect(turns).toBeGreaterThanOrEqual(9);
    expect(html).toContain('p2401</bdi>');
  });

  test('names with every sort of character stay harmless in page and JSON', async () => {
    const rounds = new Rounds();
    const odd = [
      hostile,
      '\u0000\u001b[2J',
      '\ud800',
      '=1+1',
      '../..',
      'a\nb\r\nSet-Cookie: x',
      '__proto__',
      '😀'.repeat(300),
    ];
    rounds.round({ ...peers({}), ...trunks({}) }, { pbx: hostile });
    rounds.round(
      {
        ...peers(Object.fromEntries(odd.map((id) => [id, 'reachable']))),
        ...trunks({ [hostile]: 'rejected' }, hostile),
      },
      { pbx: hostile },
    );
    rounds.round({ reason: 'protocol', detail: hostile }, { pbx: hostile });
    const { page, json } = await bench(rounds);
    for (const query of ['', `q=${encodeURIComponent(hostile)}`, `pbx=${encodeURIComponent(hostile)}`]) {
      const html = await page(query);
      expect(withoutOwnScript(html)).not.toContain('<script');
      expect(html).not.toContain('<img');
      expect(html).not.toMatch(/"[^"<>]*onerror="/);
    }
    const { events } = await json(`pbx=${encodeURIComponent(hostile)}`);
    expect(events.flatMap(({ kind, id }) => (kind === 'peer' ? [id] : []))).toContain(hostile);
  });
});
