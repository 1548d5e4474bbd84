import { describe, expect, test } from 'vitest';
import { fleetPage } from '../../../src/server/pages/fleet-page.ts';
import type { StatusTarget } from '../../../src/server/pages/view.ts';
import type { RoundFacts } from '../../../src/snapshot/record.ts';
import { asked, linkNamed, plainText, rowNames } from './page-text.ts';
import { hostile, peer, target, trunk, view, wall } from './status-targets.ts';

const refusedConnection: Partial<RoundFacts> = {
  reason: 'connect',
  detail: 'the connection was refused (ECONNREFUSED)',
};

function down(name: string, facts: Partial<RoundFacts> = refusedConnection, minutes = 5): StatusTarget {
  const lastRound = { endedAtWall: wall, durationMs: 1, ...facts };
  return target(name, { record: { up: false, upSinceWall: wall - minutes * 60_000, lastRound } });
}

const site = (count: number): readonly StatusTarget[] =>
  Array.from({ length: count }, (_, index) => down(`branch-${index + 1}`, refusedConnection, index + 1));
const page = (targets: readonly StatusTarget[], query = ''): string => fleetPage(targets, asked(query), view);
const names = (targets: readonly StatusTarget[], query = ''): readonly string[] =>
  rowNames(page(targets, query), 'PBXs');
const groupText = (html: string): string => plainText(/<details.*?<\/details>/su.exec(html)?.[0] ?? '');

describe('PBXs with the same problem', () => {
  test('share one row with the list of them, before those with a problem of their own', () => {
    const targets = [down('alone', { reason: 'timeout', detail: 'no answer within 20 s' }), ...site(14)];
    const html = page(targets);
    const [first, second] = [...html.matchAll(/<tr role="row" class="old">.*?<\/tr>/gsu)].map(([text]) =>
      plainText(text),
    );
    expect(first).toMatch(/^down for 60 s to 14 min 14 PBXs branch-1 asterisk, for 60 s branch-2 /u);
    expect(first).toContain('branch-14 asterisk, for 14 min The connection was refused (ECONNREFUSED).');
    expect(second).toContain('alone asterisk No answer within 20 s.');
    expect(html).toContain('<h2 id="pbxs">PBXs <small>15</small></h2>');
    expect(plainText(html)).toContain('15 PBXs are down');
    expect(linkNamed(html, 'branch-7')).toBe('pbx?target=branch-7');
  });

  test('two are no crowd', () => {
    expect(names(site(2))).toEqual(['branch-1', 'branch-2']);
  });

  test('another cause, or another level, is another row', () => {
    const other = ['x', 'y', 'z'].map((name) => down(name, { reason: 'connect', detail: 'the connection failed' }));
    expect([...page([...site(3), ...other]).matchAll(/<summary>3 PBXs<\/summary>/gu)]).toHaveLength(2);
  });

  test('what differs from PBX to PBX keeps nobody apart: waits, lateness, numbers of phones', () => {
    const refused = site(3).map((one, index) => ({
      ...one,
      record: { ...one.record, suspendedUntilWall: index === 0 ? 0 : wall + index * 60_000 },
    }));
    expect(plainText(page(refused))).toContain('Logins are suspended at 2 of them, for another 2 min at most.');
    const late = ['a', 'b', 'c'].map((name, index) => ({ ...target(name), overdueMs: 1000 + 60_000 * index }));
    expect(plainText(page(late))).toContain('The rounds are late.');
    const away = [2, 3, 4].map((count) =>
      target(`away-${count}`, {
        retained: { peers: Array.from({ length: count }, (_, id) => peer(`${id}`, 'unreachable')) },
      }),
    );
    expect(groupText(page(away))).toContain('3 PBXs away-2');
    expect(plainText(page(away))).toContain('No peer can be reached. 0 of 9');
  });

  test("a carrier's outage is one row, and numbers of some say of how many", () => {
    const out = ['a', 'b', 'c'].map((name) =>
      target(name, {
        retained: { trunks: [trunk('Telvia', 'rejected'), trunk('own')], ...(name === 'c' && { peers: [peer('1')] }) },
      }),
    );
    const text = plainText(page(out));
    expect(text).toContain('1 trunk not in service: Telvia (rejected). 3 of 6 1 of 1 from 1 PBX up to 5 s ago');
  });

  test('each has its own row where it is asked for, and in any other order', () => {
    const own = linkNamed(page(site(4)), 'Show each PBX in its own row');
    expect(own).toBe('?fold=no#pbxs');
    expect(names(site(4), own)).toEqual(['branch-1', 'branch-2', 'branch-3', 'branch-4']);
    expect(linkNamed(page(site(4), own), 'Group PBXs with the same problem')).toBe('?#pbxs');
    expect(names(site(4), '?sort=name')).toHaveLength(4);
    expect(page(site(4), '?sort=name')).not.toContain('in its own row');
    expect(page(site(2))).not.toContain('in its own row');
    expect(page(site(4), '?fold=no&q=branch')).toContain('<input type="hidden" name="fold" value="no">');
  });

  test('the list is open where somebody searches', () => {
    expect(page(site(3))).toContain('<details><summary>');
    expect(page(site(3), '?q=branch')).toContain('<details open><summary>');
    expect(names(site(3), '?q=branch-2')).toEqual(['branch-2']);
  });

  test('a thousand of them stay a small page, and lead to all', () => {
    const html = page(site(1000));
    expect(html.length).toBeLessThan(80_000);
    const all = linkNamed(html, 'All 1,000 of them');
    expect(plainText(page([...site(1000), down('other', { reason: 'dns' })], all))).toContain('1–200 of 1,000');
  });

  test('names stay text', () => {
    const html = page(
      [`${hostile}1`, `${hostile}2`, `${hostile}3`].map((name) => down(name, { reason: 'dns', detail: hostile })),
    );
    expect(html).not.toContain('<script>document');
    expect(html).not.toContain('<img');
  });
});
