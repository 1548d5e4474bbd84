import { expect, test } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { findings, loadText } from './load-text.ts';

const said = (text: string): string => formatProblems(findings(loadText(text)), 'exporter.yml');
const target = (more: string): string => `targets:\n  - { name: hq, family: acme-one, username: api, ${more} }\n`;

/** Parts of a file that a message shows. */
const shown: readonly (readonly [string, string, string])[] = [
  ['the value of an unknown key', target("url: 'https://192.0.2.1', password: hunter2, type: sip"), 'type: sip }'],
  ['a host', target('password: hunter2, url: { host: pbx.example.org }'), 'url: { host: pbx.example.org }'],
  [
    'a url that has neither account nor query',
    target('password: hunter2, url: ftp://192.0.2.1/x'),
    'ftp://192.0.2.1/x',
  ],
  [
    'a label, whatever it is called',
    target("url: 'https://192.0.2.1', password: hunter2, labels: { pos: x, a: 1 }, b: 1"),
    '{ pos: x, a: 1 }',
  ],
  ['a file that is a list', '- name: hq\n  family: acme-one\n', '- name: hq'],
  ['an entry that is a word', 'targets:\n  - just-a-word\n', '- just-a-word'],
  [
    'the end of a quoted url with a query',
    target("password: hunter2, url: 'https://192.0.2.1/?t=hunter2'"),
    "?<secret>' }",
  ],
  ['a line of a file that is no YAML', 'targets:\n  - name: hq\n    type: sip: x\n', 'type: sip: x'],
];

test.each(shown)('%s is shown', (_what, text, expected) => {
  const messages = said(text);
  expect(messages).toContain(expected);
  expect(messages).not.toContain('hunter2');
});

/** Places of secrets that must be hidden. */
const hidden: readonly (readonly [string, string])[] = [
  ['a misspelt key', target("url: 'https://192.0.2.1', pasword: hunter2")],
  ['what is left of a key', target("url: 'https://192.0.2.1', pwrd: hunter2")],
  ['a key with a colon before it', target("url: 'https://192.0.2.1', ':password': hunter2, ': my.password': hunter2")],
  ['a key of another program', target("url: 'https://192.0.2.1', api_pwd: hunter2, wibble: 1")],
  ['keys below a secret one', target("url: 'https://192.0.2.1', password: { value: hunter2, note: hunter2 }")],
  ['a list below a secret key', target("url: 'https://192.0.2.1', token: [hunter2, hunter2]")],
  ['the account of a url', target('password: x, url: https://hunter2:hunter2@192.0.2.1')],
  ['the account of a url under an unknown key', target('password: x, addres: https://u:hunter2@192.0.2.1')],
  ['accounts that are none', 'credentials: { branch: hunter2 }\ntargets: []\n'],
  ['a file that is a word', 'hunter2\n'],
  ['a line of a file that is no YAML', 'targets:\n  - { name: hq, password: hunter2, x: [ }\n'],
  ['a key without a colon', 'targets:\n  - name: hq\n    password hunter2\n    url: x\n'],
  ['a value on the line below, in a file that is no YAML', 'a:\n  password:\n    hunter2: [\n  b: c\n'],
  [
    'the account of a url in a file that is no YAML',
    'targets:\n  - name: hq\n    url: [ https://u:hunter2@192.0.2.1\n',
  ],
];

test.each(hidden)('%s is not', (_what, text) => {
  const messages = said(text);
  expect(messages).not.toBe('');
  expect(messages).not.toContain('hunter2');
});
