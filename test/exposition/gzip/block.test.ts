import * as fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BackgroundCompression } from '../../../src/exposition/gzip/background-compression.ts';
import { Block, largeBlock } from '../../../src/exposition/gzip/block.ts';
import { unpackDeflated } from '../../../src/exposition/gzip/member.ts';

/** Returns different lines with approximately this total length. */
function lines(length: number, value = 0): string {
  return Array.from(
    { length: length / 40 },
    (_, index) => `pbx_peer_contacts{pbx="hq",peer="${1000 + index}"} ${value}\n`,
  ).join('');
}

/** Finds two different texts with the same length and CRC-32, among enough texts that a collision is certain in practice. */
function textsOfOneCrc(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; index < 1_000_000; index += 1) {
    const end = `${Math.imul(index, 2_654_435_761) >>> 0}`.padStart(10, '0') + `${Math.imul(index ^ 99, 97_531) >>> 0}`;
    const crc = crc32(end.padEnd(20, '0'), crc32(medium));
    const other = seen.get(crc);
    if (other !== undefined) return [`${medium}${other}\n`, `${medium}${end.padEnd(20, '0')}\n`];
    seen.set(crc, end.padEnd(20, '0'));
  }
  throw new Error('none found');
}

const medium = lines(largeBlock * 2);
const huge = lines(200_000);

describe('a block', () => {
  it('brings its bytes back in every size, however often it was compressed and replaced', () => {
    const texts = fc.array(
      fc
        .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(1, 200, 5_000))
        .map(([text, times]) => text.repeat(times)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (all, compressed) => {
        let block: Block | undefined;
        for (const text of all) {
          block = Block.replacing(block, text);
          const bytes = compressed ? unpackDeflated(block.packed()) : block.bytes;
          expect(bytes.toString()).toBe(text.toWellFormed());
          expect(block.bytes.toString()).toBe(text.toWellFormed());
          expect(block).toHaveLength(Buffer.byteLength(text));
        }
      }),
    );
  });

  it.each([
    ['small', 'pbx_up{pbx="hq"} 1\n'],
    ['large', medium],
    ['very large', huge],
  ])('that is %s stays the same block while its text does, compressed or not', (_size, text) => {
    const block = Block.replacing(undefined, text);
    expect(Block.replacing(block, text)).toBe(block);
    block.packed();
    expect(Block.replacing(block, text)).toBe(block);
  });

  it.each([
    ['small', 'pbx_up{pbx="hq"} 0\n', 'pbx_up{pbx="hq"} 1\n'],
    ['large', medium, lines(largeBlock * 2, 1)],
    ['very large', huge, lines(200_000, 1)],
  ])('that is %s is replaced by another text of the same length, compressed or not', (_size, text, other) => {
    const block = Block.replacing(undefined, text);
    expect(Block.replacing(block, other).bytes.toString()).toBe(other);
    block.packed();
    expect(Block.replacing(block, other).bytes.toString()).toBe(other);
  });

  it('is told from one of the same length and the same CRC-32', () => {
    const [one, other] = textsOfOneCrc();
    expect(one).not.toBe(other);
    const block = Block.replacing(undefined, one);
    expect(block.isPacked).toBe(true);
    expect(Block.replacing(block, other).bytes.toString()).toBe(other);
  });

  it('that is small keeps its bytes and is compressed when somebody asks', () => {
    const block = Block.replacing(undefined, 'pbx_up{pbx="hq"} 1\n');
    expect(block.isPacked).toBe(false);
    expect(unpackDeflated(block.packed()).toString()).toBe('pbx_up{pbx="hq"} 1\n');
    expect(block.bytes).toBe(block.bytes);
    expect(block.packed()).toBe(block.packed());
  });

  it.each(['x', 'ж', '語', '𐍈'])('holds more than a million of %j', (character) => {
    const text = `${character.repeat(1_100_000)}\n`;
    const block = Block.replacing(undefined, text);
    expect(block.bytes.toString() === text).toBe(true);
    expect(Block.replacing(block, text)).toBe(block);
    expect(Block.of(text).bytes.equals(block.bytes)).toBe(true);
  });

  it('that is large is compressed when it is made, and keeps nothing else', () => {
    const block = Block.replacing(undefined, medium);
    expect(block.isPacked).toBe(true);
    expect(block.packed().deflated.length).toBeLessThan(medium.length / 5);
    expect(block.bytes).not.toBe(block.bytes);
  });

  it('that is very large is left to the background, and keeps nothing else afterwards', async () => {
    const block = Block.replacing(undefined, huge);
    expect(block.isPacked).toBe(false);
    expect(block.bytes).toBe(block.bytes);
    const packer = new BackgroundCompression();
    packer.add([undefined, block]);
    await expect.poll(() => block.isPacked).toBe(true);
    expect(block.bytes).not.toBe(block.bytes);
    expect(block.bytes.toString()).toBe(huge);
    const [later, small] = [Block.replacing(undefined, huge), Block.replacing(undefined, 'pbx_up{pbx="hq"} 1\n')];
    packer.add([small, later]);
    await expect.poll(() => later.isPacked).toBe(true);
    expect(small.isPacked).toBe(false);
  });
});
