import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from '../../src/transport/decode-text.ts';

const bytes = (...parts: (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** `Связь` and `Город` in windows-1251, and in UTF-8. */
const link1251 = [0xd1, 0xe2, 0xff, 0xe7, 0xfc];
const city1251 = [0xc3, 0xee, 0xf0, 0xee, 0xe4];

test('texts of one answer may have encodings of their own, and names that differ stay different', () => {
  const body = bytes('[{"a":"', link1251, '"},{"a":"', city1251, '"},{"a":"Связь"}]');
  expect(JSON.parse(decodeText(body, 'application/json; charset=windows-1251'))).toEqual([
    { a: 'Связь' },
    { a: 'Город' },
    { a: 'Связь' },
  ]);
  const unnamed = JSON.parse(decodeText(body, 'application/json')) as readonly { readonly a: string }[];
  expect(unnamed.map(({ a }) => a)).toEqual(['Ñâÿçü', 'Ãîðîä', 'Связь']);
});

test('a quote that is escaped does not end a text', () => {
  const body = bytes(String.raw`{"a":"\"Ж`, [0xff], String.raw`\\\"","b":"Ж"}`);
  expect(JSON.parse(decodeText(body, undefined))).toEqual({ a: '"Ð\u0096ÿ\\"', b: 'Ж' });
});

test('in other answers it is the line that is decided', () => {
  const body = bytes('CallerID: "Мюллер" <1>\r\nCallerID: "', link1251, '" <2>\r\nX: "ü" ', [0xff], '\n');
  expect(decodeText(body, undefined)).toBe('CallerID: "Мюллер" <1>\r\nCallerID: "Ñâÿçü" <2>\r\nX: "Ã¼" ÿ\n');
});

test.each([
  ['a UTF-8 mark', bytes([0xef, 0xbb, 0xbf], '{"ä":1}'), '{"ä":1}'],
  ['little-endian UTF-16', bytes([0xff, 0xfe], Buffer.from('{"ä":1}', 'utf16le').toJSON().data), '{"ä":1}'],
  ['big-endian UTF-16', bytes([0xfe, 0xff], Buffer.from('{"ä":1}', 'utf16le').swap16().toJSON().data), '{"ä":1}'],
  ['a charset that nobody knows', bytes([0x61, 0xff]), 'aÿ', 'text/plain; charset=x-unheard-of'],
  ['a charset in quotes', bytes(link1251), 'Связь', 'text/plain; charset="Windows-1251"'],
  ['a charset that the bytes do not keep to', bytes([0xff]), 'ÿ', 'text/plain; charset=utf-8'],
  ['nothing', bytes(), ''],
])('%s', (_what, body, expected, contentType?: string) => {
  expect(decodeText(body, contentType)).toBe(expected);
});

test('text in UTF-8 comes out as it is, whatever its type says; no bytes are refused, and no two become one text', () => {
  const type = fc.constantFrom(undefined, 'text/plain', 'application/json; charset=windows-1251');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), type, (text, contentType) => {
      fc.pre(!text.startsWith('\uFEFF'));
      expect(decodeText(Buffer.from(text), contentType)).toBe(text);
    }),
  );
  const notUtf8 = fc.uint8Array({ minLength: 1, maxLength: 6 }).filter((part) => !Buffer.from(part).includes(0x22));
  fc.assert(
    fc.property(notUtf8, notUtf8, (one, other) => {
      const decode = (part: Uint8Array): string =>
        decodeText(bytes('["', [...part], (0xff).toString(), '",1]'), undefined);
      fc.pre(Buffer.compare(Buffer.from(one), Buffer.from(other)) !== 0);
      fc.pre(isUtf8(one) === isUtf8(other));
      expect(decode(one)).not.toBe(decode(other));
    }),
  );
});

function isUtf8(part: Uint8Array): boolean {
  return Buffer.from(Buffer.from(part).toString('utf8')).equals(Buffer.from(part));
}
