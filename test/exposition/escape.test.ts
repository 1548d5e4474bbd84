import { describe, expect, it } from 'vitest';
import { escapeHelp, escapeLabelValue } from '../../src/exposition/escape.ts';

describe('a label value', () => {
  it.each([
    ['', ''],
    ['plain 0100', 'plain 0100'],
    ['a\\b', String.raw`a\\b`],
    ['say "hi"', String.raw`say \"hi\"`],
    ['two\nlines', String.raw`two\nlines`],
    [String.raw`\n is not a newline`, String.raw`\\n is not a newline`],
    ['{a="b"}', String.raw`{a=\"b\"}`],
    ['tab\t return\r stay', 'tab\t return\r stay'],
    ['Büro 😀', 'Büro 😀'],
    ['half \ud83d', 'half \ufffd'],
    ['\udc00"', '\ufffd\\"'],
  ])('%j is written %j', (value, written) => {
    expect(escapeLabelValue(value)).toBe(written);
  });
});

it('a help text has its quotes escaped in OpenMetrics only', () => {
  expect(escapeHelp('a "b" \\ c\nd', 'text')).toBe(String.raw`a "b" \\ c\nd`);
  expect(escapeHelp('a "b" \\ c\nd', 'openmetrics')).toBe(String.raw`a \"b\" \\ c\nd`);
});
