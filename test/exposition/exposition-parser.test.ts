import { describe, expect, it } from 'vitest';
import { parseExposition } from '../support/exposition-parser.ts';

const header = '# HELP up Up.\n# TYPE up gauge\n';
const counter = '# HELP logins_total Logins.\n# TYPE logins_total counter\n';

describe('the strict reader of the tests refuses', () => {
  it.each([
    ['a page without a newline at its end', 'does not end in a newline', 'text', `${header}up 1`],
    ['an empty line', 'not a sample', 'text', `${header}\nup 1\n`],
    ['a sample without header', 'before any header', 'text', 'up 1\n'],
    ['a header without type', 'does not follow', 'text', '# HELP up Up.\nup 1\n'],
    ['a type for another metric', 'does not follow', 'text', '# HELP up Up.\n# TYPE down gauge\n'],
    ['a sample under another header', 'not a sample of up', 'text', `${header}down 1\n`],
    [
      'a metric in two places',
      'do not stand together',
      'text',
      `${header}up{a="1"} 1\n${counter}logins_total 1\n${header}up{a="2"} 1\n`,
    ],
    [
      'a label set that stands twice',
      'label set stands twice',
      'text',
      `${header}up{a="1",b="2"} 1\nup{b="2",a="1"} 1\n`,
    ],
    ['an empty label that makes two series one', 'label set stands twice', 'text', `${header}up{a=""} 1\nup 1\n`],
    ['a label that stands twice', 'label name wrong or twice', 'text', `${header}up{a="1",a="2"} 1\n`],
    ['a quote without backslash', 'label without end', 'text', `${header}up{a="x"y"} 1\n`],
    ['an unknown escape', 'unknown escape', 'text', String.raw`${header}up{a="\t"} 1` + '\n'],
    ['a label without end', 'label without end', 'text', `${header}up{a="1" 1\n`],
    ['a comma before the brace', 'label without end', 'text', `${header}up{a="1",} 1\n`],
    ['a word for a value', 'not a value', 'text', `${header}up undefined\n`],
    ['a value and a timestamp', 'not a value', 'text', `${header}up 1 1000\n`],
    ['a counter below 0', 'a counter below 0', 'text', `${counter}logins_total -1\n`],
    [
      'a counter family with its suffix in OpenMetrics',
      'wrong name of a counter',
      'openmetrics',
      `${counter}logins_total 1\n# EOF\n`,
    ],
    [
      'a counter family without its suffix in text',
      'wrong name of a counter',
      'text',
      '# HELP logins L.\n# TYPE logins counter\nlogins 1\n',
    ],
    ['OpenMetrics without end mark', 'end mark is missing', 'openmetrics', `${header}up 1\n`],
    ['an end mark in the middle', 'before the end', 'openmetrics', `${header}# EOF\nup 1\n# EOF\n`],
    [
      'a quote in the help text of OpenMetrics',
      'quote without backslash',
      'openmetrics',
      '# HELP up "Up".\n# TYPE up gauge\n# EOF\n',
    ],
  ] as const)('%s', (_what, message, format, page) => {
    expect(() => parseExposition(Buffer.from(page), format)).toThrow(message);
  });

  it('bytes that are no UTF-8', () => {
    expect(() => parseExposition(Buffer.from([0xed, 0xa0, 0x80, 0x0a]), 'text')).toThrow('encoded data');
  });
});

it('the strict reader of the tests undoes the escapes', () => {
  const page = String.raw`up{a="\\n\n\"",b="{},=😀"} 1.5e-7`;
  const [family] = parseExposition(Buffer.from(`${header}${page}\n`), 'text');
  expect([...(family?.samples[0]?.labels ?? [])]).toEqual([
    ['a', '\\n\n"'],
    ['b', '{},=😀'],
  ]);
  expect(family?.samples[0]?.value).toBe(1.5e-7);
});
