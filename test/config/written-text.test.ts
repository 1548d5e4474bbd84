import { expect, test } from 'vitest';
import { UnreadableFile, reasonOf, whyUnreadable } from '../../src/config/read-file.ts';
import { encodingFault, invisibleParts, typographicQuotes } from '../../src/config/written-text.ts';
import { findings, loadText } from './load-text.ts';

/** Returns the text as read from a file in UTF-16. */
const inUtf16 = (text: string): string => Buffer.from(`\uFEFF${text}`, 'utf16le').toString('utf8');

test('UTF-16 is told from UTF-8, with and without a byte order mark', () => {
  expect(encodingFault(inUtf16('targets:\n'))).toContain('save it as UTF-8');
  expect(encodingFault(Buffer.from('a', 'utf16le').toString('utf8'))).toContain('save it as UTF-8');
  expect(encodingFault('\uFEFFtargets: []\n')).toBeUndefined();
  expect(encodingFault('one \0 in a longer text')).toBeUndefined();
});

/** Invisible characters and their names. */
const invisible: readonly (readonly [string, string])[] = [
  ['\u00A0', 'a non-breaking space (U+00A0)'],
  ['\uFEFF', 'a byte order mark (U+FEFF)'],
  ['\u200B', 'a zero-width space (U+200B)'],
  ['\u200D', 'a zero-width joiner (U+200D)'],
  ['\u202E', 'a text direction mark (U+202E)'],
  ['\u00AD', 'a soft hyphen (U+00AD)'],
  ['\u3000', 'a space of unusual width (U+3000)'],
  ['\u2028', 'a line separator that is none here (U+2028)'],
];

test.each(invisible)('%j is found and named', (character, name) => {
  expect(invisibleParts(`ab${character}${character}c`)).toEqual([{ offset: 2, name }]);
});

test('plain text, umlauts and emoji have nothing invisible', () => {
  expect(invisibleParts('Zürich – naïve ☎ 📞\t\r\n')).toEqual([]);
});

test.each([
  ['“abc”', '“ ”'],
  ['„abc“', '„ “'],
  ['«abc»', '« »'],
  ['‘’', '‘ ’'],
])('%s stands in typographic quotes', (text, quotes) => {
  expect(typographicQuotes(text)).toBe(quotes);
});

test.each(['abc', '“', 'the “best” PBX', '"abc"'])('%s does not', (text) => {
  expect(typographicQuotes(text)).toBeUndefined();
});

const target = (account: string): string =>
  `targets:\n  - name: hq\n    family: acme-one\n    url: https://192.0.2.1\n${account}`;
const said = (text: string): readonly string[] =>
  findings(loadText(text)).map(({ line, column, severity, message }) => `${line}:${column} ${severity} ${message}`);

/** Doubtful texts and the messages for them. */
const doubtful: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a secret that a comment follows',
    '    username: api\n    password: abc #def\n',
    ['6:15 warning password ends before the #, where a comment begins: put the value in quotes if it goes on'],
  ],
  [
    'a user name that a comment follows, and a quoted secret that one follows',
    '    username: api # the reader\n    password: "abc" # in the safe\n',
    ['5:15 warning username ends before the #, where a comment begins: put the value in quotes if it goes on'],
  ],
  [
    'typographic quotes',
    '    username: api\n    password: “abc”\n',
    [`6:15 warning the typographic quotes (“ ”) are part of the value: write " or ' around it`],
  ],
  [
    'a non-breaking space in a value; in a comment it is left alone',
    '    username: api\u00A0x\n    password: abc\n    # a\u00A0comment\n',
    ['5:18 warning there is a non-breaking space (U+00A0) here: rewrite the text without it'],
  ],
  [
    'a byte order mark inside',
    '    username: api\n    password: \uFEFFabc\n',
    ['6:15 warning there is a byte order mark (U+FEFF) here: rewrite the text without it'],
  ],
  [
    'a character in Latin-1',
    '    username: api\n    password: a\uFFFDc\n',
    ['6:16 warning this character is not UTF-8: save the file as UTF-8'],
  ],
];

test.each(doubtful)('%s', (_what, account, expected) => {
  expect(said(target(account))).toEqual(expected);
});

test('an invisible character that breaks the YAML is told as well', () => {
  expect(said(target('\u00A0   username: api\n    password: abc\n')).join('\n')).toContain('a non-breaking space');
});

const secretFiles: readonly (readonly [string, string, RegExp])[] = [
  ['utf-16', inUtf16('geheim\r\n'), /error .*is UTF-16, as ">" of PowerShell writes it: save it as UTF-8/],
  ['latin-1', 'gehei\uFFFD\n', /error .*is not UTF-8: save it as UTF-8/],
  ['hidden', 'ge\u200Bheim\n', /warning .*holds a zero-width space \(U\+200B\) as character 3/],
  ['quotes', '“geheim”\n', /warning .*typographic quotes \(“ ”\) are part of the secret/],
  ['spaces', ' geheim \n', /warning .*begins or ends with a space, which is part of the secret/],
];

test.each(secretFiles)('a password file: %s', (_what, text, expected) => {
  const [message, ...more] = findings(
    loadText(target('    username: api\n    password_file: secrets/odd\n'), { '/etc/pbx/secrets/odd': text }),
  ).map(({ severity, message: words }) => `${severity} ${words}`);
  expect([message, more]).toEqual([expect.stringMatching(expected), []]);
});

/** Facts about an unreadable file. */
const facts = { owner: 'root', group: 'pbx', mode: 0o100640 };
const unreadable: readonly (readonly [string, Parameters<typeof whyUnreadable>, string])[] = [
  ['no file', ['ENOENT'], 'does not exist'],
  ['a folder', ['EISDIR'], 'is a folder'],
  ['no right', ['EACCES'], 'may not be read by the user that runs the exporter'],
  [
    'no right for this user',
    ['EACCES', { reader: 'exporter', facts }],
    'may not be read by the user exporter: only its owner root and the group pbx may (mode 0640)',
  ],
  [
    'the owner only',
    ['EACCES', { reader: 'exporter', facts: { ...facts, mode: 0o600 } }],
    'may not be read by the user exporter: only its owner root may (mode 0600)',
  ],
  [
    'a folder above it',
    ['EACCES', { reader: 'exporter', facts: 'hidden' }],
    'cannot be read: the user exporter may not enter a folder above it',
  ],
];

test.each(unreadable)('%s', (_what, known, said) => {
  expect(whyUnreadable(...known)).toBe(said);
});

test('the reason goes from the reader of files to the message', () => {
  expect(reasonOf(new UnreadableFile('EACCES', 'as it says'))).toBe('as it says');
  expect(reasonOf(Object.assign(new Error('x'), { code: 'EISDIR' }))).toBe('is a folder');
});
