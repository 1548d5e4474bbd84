import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markup } from '../../../src/server/html.ts';
import { plainText } from './page-text.ts';

test('texts are escaped, HTML is kept, lists are joined, nothing is nothing', () => {
  const inner = markup`<b>${'<&>'}</b>`;
  expect(markup`<p title="${`"'`}">${inner}${['a', inner, 1]}${undefined}${false}${0}</p>`.text).toBe(
    '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b>a<b>&lt;&amp;&gt;</b>10</p>',
  );
});

test('no text can open an element or leave an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const html = markup`<p title="${text}">${text}</p>`.text;
      expect(html.match(/[<>]/gu)).toHaveLength(4);
      expect(html.match(/"/gu)).toHaveLength(2);
      expect(html).not.toContain("'");
    }),
  );
});

test('what is escaped reads as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ';', 'l', 't') }), (text) => {
      expect(plainText(markup`<p>${text}</p>`.text)).toBe(text);
    }),
  );
});
