import { describe, expect, test } from 'vitest';
import type { Journal } from '../../../src/journal/journal.ts';
import { pbxPage } from '../../../src/server/pages/pbx-page.ts';
import type { PeerNameMode } from '../../../src/snapshot/record.ts';
import { peers, Rounds, startWall, trunks } from '../../journal/rounds.ts';
import { asked, columnTitles, plainText, row, rowNames, withoutOwnScript } from './page-text.ts';
import { hostile, peer, target, trunk, view } from './status-targets.ts';

interface Shown {
  readonly name?: string;
  readonly wall?: number;
  readonly names?: PeerNameMode;
}

function page(journal: Journal, { name = 'hq', wall = startWall + 600_000, names = 'plain' }: Shown = {}): string {
  const retained = { peers: [peer('201'), peer('202', 'unregistered')], trunks: [trunk('city', 'rejected')] };
  return pbxPage(target(name, { identity: { peerNames: names }, retained }), asked(), { ...view, wall, journal });
}

function someRounds(pbx = 'hq'): Rounds {
  const rounds = new Rounds();
  rounds.round({ ...peers({ 201: 'reachable', 202: 'reachable' }), ...trunks({ city: 'registered' }) }, { pbx });
  rounds.round(
    { ...peers({ 201: 'reachable', 202: 'unregistered' }), ...trunks({ city: 'rejected' }, '403') },
    { pbx },
  );
  return rounds;
}

const since = 'In this state';

describe('since when', () => {
  test('each trunk and phone says it', () => {
    const html = page(someRounds().journal);
    expect(row(html, 'Peers', '201')[since]).toBe('since before the start');
    expect(row(html, 'Peers', '202')[since]).toBe('since 14:01 UTC');
    expect(row(html, 'Trunks', 'city')[since]).toBe('since 14:01 UTC');
    expect(html).toContain('title="2026-03-14 14:01:00 UTC, 9 min ago"');
  });

  test('with the day where that was not within the last one', () => {
    const html = page(someRounds().journal, { wall: startWall + 3 * 86_400_000 });
    expect(row(html, 'Peers', '202')[since]).toBe('since 2026-03-14 14:01 UTC');
  });

  test('in doubt where nothing was read for long, before the first read where that was late', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ 201: 'reachable', 202: 'reachable' }), ...trunks({}) }, { afterMs: 3_600_000 });
    rounds.round({ ...peers({ 201: 'reachable', 202: 'unregistered' }), ...trunks({}) }, { afterMs: 3_600_000 });
    const html = page(rounds.journal, { wall: rounds.wall });
    expect(row(html, 'Peers', '201')[since]).toBe('since before 15:00 UTC');
    expect(row(html, 'Peers', '202')[since]).toBe('changed between 15:00 UTC and 16:00 UTC');
    expect(row(html, 'Trunks', 'city')[since]).toBe('since before 15:00 UTC');
  });

  test('nothing is said of a list that was never read, nor without a journal', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ 201: 'reachable' }) });
    expect(row(page(rounds.journal), 'Trunks', 'city')[since]).toBe('');
    const bare = pbxPage(target('hq', { retained: { peers: [peer('201')] } }), asked(), view);
    expect(columnTitles(bare, 'Peers')).not.toContain(since);
    expect(bare).not.toContain('id="events"');
  });
});

describe('events of a PBX', () => {
  test('newest first, twenty of them, those of others not', () => {
    const rounds = someRounds();
    rounds.round({ ...peers({ other: 'reachable' }), ...trunks({}) }, { pbx: 'branch' });
    const short = page(rounds.journal);
    expect(rowNames(short, 'Events')).toEqual(['peer 202 Name of 202', 'trunk city', 'PBX']);
    expect(short).not.toContain('All 3 events');
    const ids = Array.from({ length: 24 }, (_, index) => `p${index}`);
    rounds.round({ ...peers(Object.fromEntries(ids.map((id) => [id, 'reachable']))), ...trunks({ city: 'rejected' }) });
    const long = page(rounds.journal);
    expect(rowNames(long, 'Events')).toHaveLength(20);
    expect(long).toContain('<a href="events?pbx=hq">All 29 events of this PBX</a>');
  });

  test('names follow peers.names', () => {
    const { journal } = someRounds();
    expect(page(journal, { names: 'none' })).not.toContain('Name of 202');
    expect(page(journal, { names: 'hash' })).not.toContain('Name of 202');
    expect(page(journal, { names: 'hash' })).toContain(view.hashName('Name of 202', 'hq'));
  });

  test('texts of a PBX stay harmless', () => {
    const rounds = someRounds(hostile);
    rounds.round(
      { ...peers({ [hostile]: 'reachable' }), ...trunks({ [hostile]: 'failed' }, hostile) },
      { pbx: hostile },
    );
    rounds.round({ reason: 'protocol', detail: hostile }, { pbx: hostile });
    const html = page(rounds.journal, { name: hostile });
    expect(withoutOwnScript(html)).not.toContain('<script');
    expect(html).not.toContain('<img');
  });
});

describe('the last hours', () => {
  const labels = (html: string): readonly string[] =>
    [...html.matchAll(/role="img" aria-label="([^"]*)"/gu)].map((match) => plainText(match[1] ?? ''));
  const paths = (html: string): readonly string[] =>
    [...html.matchAll(/<path class="(?:line|bars)" d="([^"]*)"/gu)].map((match) => match[1] ?? '');

  test('gaps are gaps, in the picture and in words, and both say the same', () => {
    const rounds = new Rounds();
    for (let index = 0; index < 10; index += 1) {
      const other = index === 4 ? 'unreachable' : 'reachable';
      rounds.round(
        { ...peers({ 201: 'reachable', 202: other }), ...trunks({ city: 'registered' }) },
        { afterMs: 60_000 },
      );
    }
    rounds.now += 1_800_000;
    for (let index = 0; index < 3; index += 1) rounds.round({ reason: 'timeout' }, { afterMs: 60_000 });
    for (let index = 0; index < 3; index += 1)
      rounds.round(
        { ...peers({ 201: 'reachable', 202: 'reachable' }), ...trunks({ city: 'registered' }) },
        { afterMs: 60_000 },
      );
    const html = page(rounds.journal, { wall: rounds.wall });
    const words = 'Last 2, lowest 1 at 14:05, highest 2 at 14:01. No values from 08:47 to 14:01, from 14:10 to 14:44.';
    expect(labels(html)).toEqual([
      `Peers reachable, the last six hours. ${words}`,
      'Trunks in service, the last six hours. Always 1. No values from 08:47 to 14:01, from 14:10 to 14:44.',
      'Failed rounds, the last six hours. 3, from 14:41 to 14:43. No values from 08:47 to 14:01, from 14:10 to 14:41.',
    ]);
    expect(plainText(html).replaceAll(/ (?=[.,])/gu, '')).toContain(words);
    const [phones, , failed] = paths(html);
    expect(phones?.match(/M/gu)).toHaveLength(2);
    expect(phones).toContain('L318 30.0L');
    expect(failed).toBe('M354 60L354 0.0M355 60L355 0.0M356 60L356 0.0');
  });

  test('a PBX that is asked every five minutes has no gap between two rounds', () => {
    const rounds = new Rounds();
    for (let index = 0; index < 80; index += 1)
      rounds.round({ ...peers({ 201: 'reachable' }), ...trunks({}) }, { afterMs: 300_000 });
    const slow = { ...target('hq'), intervalMs: 300_000 };
    const html = pbxPage(slow, asked(), { ...view, wall: rounds.wall, journal: rounds.journal });
    expect(paths(html)[0]?.match(/M/gu)).toHaveLength(1);
    expect(labels(html)[0]).toBe('Peers reachable, the last six hours. Always 1.');
  });

  test('nothing is drawn before the first round', () => {
    expect(page(new Rounds().journal)).not.toContain('id="hours"');
  });
});
