import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, maximumPieces, readBody } from '../../src/transport/read-body.ts';

const read = async (...chunks: readonly string[]): Promise<string> => {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return (await readBody(stream, 64 * 1024 * 1024)).toString();
};

const repeated = (unit: string, times: number): string => unit.repeat(times);

test.each([
  ['objects', '{},', maximumPieces / 2],
  ['lists', '[],', maximumPieces / 2],
  ['texts', '"",', maximumPieces],
  ['depth', '[', maximumPieces],
  ['lines', 'a: b\r\n', maximumPieces],
])('%s: a million pieces are read, one more is too many, however it comes', async (_what, unit, most) => {
  const whole = repeated(unit, most);
  expect(await read(whole)).toHaveLength(whole.length);
  const refused = { name: 'Failure', reason: 'protocol', message: 'the answer contains more than 1000000 values' };
  await expect(read(`${whole}[`)).rejects.toMatchObject(refused);
  await expect(read(whole.slice(0, -5), whole.slice(-5), '[')).rejects.toMatchObject(refused);
});

test('an answer in chunks of one byte is read whole', async () => {
  const digits = Array.from({ length: 10_000 }, (_, index) => `${index % 10}`);
  expect(await read(...digits)).toBe(digits.join(''));
});

test('bytes beyond the limit are refused, those up to it are there', async () => {
  const euro = Buffer.from('€');
  expect(await readBody(Readable.from([euro.subarray(0, 1), euro.subarray(1)]), 3)).toEqual(euro);
  await expect(readBody(Readable.from([euro, euro]), 5)).rejects.toMatchObject({ reason: 'protocol' });
});

const bytes = (...parts: (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** `Связь` and `Город` in windows-1251. */
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
  ['a UTF-8 mark before lines that are not UTF-8', bytes([0xef, 0xbb, 0xbf], [0xff], '\nä\n'), 'ÿ\nä\n'],
  ['a UTF-8 mark before JSON that is not UTF-8', bytes([0xef, 0xbb, 0xbf], '{"', [0xff], '":"ä"}'), '{"ÿ":"ä"}'],
  ['a UTF-8 mark inside the text', bytes('a\n', [0xef, 0xbb, 0xbf], 'ä\n', [0xff]), 'a\n\uFEFFä\nÿ'],
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
