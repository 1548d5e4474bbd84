import { describe, expect, test } from 'vitest';
import { pbxPage } from '../../../src/server/pages/pbx-page.ts';
import type { StatusTarget } from '../../../src/server/pages/view.ts';
import { asked, plainText } from './page-text.ts';
import { peer, target, trunk, view } from './status-targets.ts';

const both = target('both', {
  retained: {
    trunks: [trunk('telvia'), trunk('door')],
    peers: [peer('100', 'unreachable', { name: 'Anna' }), peer('101'), peer('102')],
  },
});
const page = (query: string, of: StatusTarget = both): string => pbxPage(of, asked(query), view);
const headings = (query: string, of: StatusTarget = both): readonly string[] =>
  [...page(query, of).matchAll(/<h2 id="(?:peers|trunks)">.*?<\/h2>/gsu)].map(([heading]) => plainText(heading));

describe('a search on the page of a PBX', () => {
  test('leads to its hits: lists that have some come first, with the number of hits', () => {
    expect(page('')).toContain('action="pbx#hits"');
    expect(headings('')).toEqual(['Trunks 2', 'Peers 3']);
    expect(headings('?q=10')).toEqual(['Peers 3', 'Trunks 0 of 2']);
    expect(headings('?q=anna')).toEqual(['Peers 1 of 3', 'Trunks 0 of 2']);
    expect(headings('?q=telvia')).toEqual(['Trunks 1 of 2', 'Peers 0 of 3']);
    expect(page('?q=anna')).toMatch(/<div id="hits"><section aria-labelledby="peers">/u);
  });

  test('a list without hits steps back to its heading', () => {
    expect(page('?q=anna')).toContain(
      '<section aria-labelledby="trunks"><h2 id="trunks">Trunks <small>0 of 2</small></h2></section>',
    );
  });

  test('without any hit it says so where it leads', () => {
    expect(page('?q=nobody')).toContain('<div id="hits"><p class="none">No trunks or peers match.</p></div>');
    expect(headings('?q=nobody')).toEqual(['Trunks 0 of 2', 'Peers 0 of 3']);
  });

  test('the number is that of the rows below where a state is chosen, too', () => {
    expect(headings('?state=unreachable')).toEqual(['Trunks 2', 'Peers 1 of 3']);
    expect(headings('?q=10&state=reachable')).toEqual(['Peers 2 of 3', 'Trunks 0 of 2']);
    expect(headings('?trunk-state=registered&q=door')).toEqual(['Trunks 1 of 2', 'Peers 0 of 3']);
  });

  test('a list that could not be read is no list without hits', () => {
    const unread = target('u', {
      retained: { peers: [peer('100')] },
      record: { collectors: { peers: { success: true }, trunks: { success: false, reason: 'timeout' } } },
    });
    expect(headings('?q=100', unread)).toEqual(['Peers 1', 'Trunks']);
    expect(plainText(page('?q=100', unread))).toContain('The list of trunks could not be read.');
  });
});
