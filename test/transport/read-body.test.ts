import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { maximumPieces, readBody } from '../../src/transport/read-body.ts';

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
  const refused = { name: 'Failure', reason: 'protocol', message: 'the answer holds more than 1000000 values' };
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
