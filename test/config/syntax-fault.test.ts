import { expect, test } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { misindentedLine } from '../../src/config/syntax-fault.ts';
import { findings, loadText } from './load-text.ts';

const said = (text: string): string => formatProblems(findings(loadText(text)), 'exporter.yml');

/** Files with one space too many or too few, and the first message for each. */
const misfits: readonly (readonly [string, string, string])[] = [
  [
    'a space too few',
    'targets:\n  - name: hq\n    username: exporter\n   password: hunter2\n',
    `exporter.yml:4:4: the indentation of this line (3 spaces) does not fit the lines around it: line 3 has 4 spaces
      username: exporter
     password: <secret>
     ^
`,
  ],
  [
    'a space too many',
    'targets:\n  - name: hq\n    family: acme-one\n     url: https://192.0.2.1\n',
    `exporter.yml:4:6: the indentation of this line (5 spaces) does not fit the lines around it: line 3 has 4 spaces
      family: acme-one
       url: https://192.0.2.1
       ^
`,
  ],
  [
    'a list entry beside the others',
    'targets:\n  - name: a\n    family: acme-one\n - name: b\n',
    `exporter.yml:4:2: the indentation of this line (1 space) does not fit the lines around it: line 3 has 4 spaces
      family: acme-one
   - name: b
   ^
`,
  ],
  [
    'a section',
    'scrape:\n  interval: 30s\n timeout: 20s\n',
    `exporter.yml:3:2: the indentation of this line (1 space) does not fit the lines around it: line 2 has 2 spaces
    interval: 30s
   timeout: 20s
   ^
`,
  ],
];

test.each(misfits)('%s is told with both lines', (_what, text, expected) => {
  expect(said(text)).toBe(expected);
});

/** Files with correct indentation, regardless of other faults. */
const fitting: readonly (readonly [string, string])[] = [
  ['a list as deep as its key', 'targets:\n- name: a\n  family: b\n- name: c\n'],
  ['a list below its key', 'targets:\n    - name: a\n      tls:\n          ca_file: x\n      url: y\n    - name: c\n'],
  ['lists in lists', 'a:\n  - - 1\n    - 2\n  - - 3\n'],
  ['a block', 'a:\n  b: |\n     one\n       two\n  c: 1\n'],
  ['brackets over several lines', 'a: [\n  1,\n    2,\n ]\nb: { c: 1,\n  d: 2 }\ne: 3\n'],
  ['comments and empty lines', 'a:\n   # here\n\n  b: 1\n # there\n  c: 2\n'],
  ['a dash of its own', 'a:\n  -\n    b: 1\n    c: 2\n'],
  ['an anchor', 'a: &x\n  b: 1\nc:\n  <<: *x\n'],
];

test.each(fitting)('%s is in order', (_what, text) => {
  expect(misindentedLine(text)).toBeUndefined();
});
