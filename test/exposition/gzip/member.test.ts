import * as fc from 'fast-check';
import { crc32, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BlockGroups } from '../../../src/exposition/gzip/block-groups.ts';
import { Block } from '../../../src/exposition/gzip/block.ts';
import { combineCrc32, crc32Shift } from '../../../src/exposition/gzip/crc32-combine.ts';
import { GzipMember, packDeflated, type Packed } from '../../../src/exposition/gzip/member.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

function joined(pieces: readonly Buffer[]): Buffer {
  return joinPacked(pieces.map(packDeflated));
}

/** Joins the pieces; the last one is added by a different method. */
function joinPacked(pieces: readonly Packed[]): Buffer {
  const member = new GzipMember();
  return Buffer.concat([
    ...member.begin(pieces.slice(0, -1)),
    member.end(pieces.at(-1) ?? packDeflated(Buffer.alloc(0))),
  ]);
}

describe('the CRC-32 of joined pieces', () => {
  it('is that of all the bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const combined = combineCrc32(crc32(first), crc32(second), crc32Shift(second.length));
        expect(combined).toBe(crc32(Buffer.concat([first, second])));
      }),
    );
  });

  it('is right for long pieces', () => {
    const first = Buffer.alloc(70_001, 'pbx_up 1\n');
    const second = Buffer.alloc(16_777_217, 'pbx_up 0\n');
    const combined = combineCrc32(crc32(first), crc32(second), crc32Shift(second.length));
    expect(combined).toBe(crc32(second, crc32(first)));
  });

  it('knows how to go on beyond 32 bits of length', () => {
    const half = crc32Shift(2 ** 33);
    expect(crc32Shift(2 ** 34)).toBe(combineCrc32(half, 0, half));
  });
});

describe('one gzip member from pieces', () => {
  it('holds the bytes of all pieces in order, empty ones too', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 12 }), (pieces) => {
        expect(gunzipSync(joined(pieces)).equals(Buffer.concat(pieces))).toBe(true);
      }),
    );
  });

  it('is one member, and ends where its trailer ends', () => {
    const piece = Buffer.from('pbx_up{pbx="hq"} 1\n');
    const page = joined([piece, piece]);
    const plain = Buffer.concat([piece, piece]);
    expect(page.readUInt32LE(page.length - 4)).toBe(plain.length);
    expect(page.readUInt32LE(page.length - 8)).toBe(crc32(plain));
    expect(page.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1)).toBe(-1);
  });

  it('holds ten thousand pieces', () => {
    const pieces = Array.from({ length: 10_000 }, (_, index) => Buffer.from(`pbx_up{pbx="pbx-${index}"} 1\n`));
    expect(gunzipSync(joined(pieces)).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('is refused by a reader when a piece is missing', () => {
    const member = new GzipMember();
    const [header, first, second] = [...member.begin(['a\n', 'b\n'].map((text) => packDeflated(Buffer.from(text))))];
    const rest = member.end(packDeflated(Buffer.from('c\n')));
    const page = (...pieces: (Buffer | undefined)[]): Buffer => Buffer.concat(pieces.flatMap((piece) => piece ?? []));
    expect(gunzipSync(page(header, first, second, rest)).toString()).toBe('a\nb\nc\n');
    expect(() => gunzipSync(page(header, first, rest))).toThrow('incorrect');
  });
});

describe('groups of small blocks', () => {
  const small = (index: number): Block => Block.of(`pbx_up{pbx="pbx-${index}"} 1\n`);
  const large = Block.of('x'.repeat(5000));

  it('bring the same bytes in the same order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('none', 'small', 'large'), { maxLength: 100 }), (kinds) => {
        const column = kinds.map((kind, index) => ({ none: undefined, small: small(index), large })[kind]);
        const plain = Buffer.concat(column.flatMap((block) => block?.bytes ?? []));
        const page = joinPacked([...new BlockGroups().pack(column)]);
        expect(gunzipSync(page).equals(plain)).toBe(true);
      }),
    );
  });

  it('are compressed again only where a member was replaced', () => {
    const groups = new BlockGroups();
    const column = Array.from({ length: 100 }, (_, index) => small(index));
    const before = [...groups.pack(column)];
    const after = [...groups.pack(column.with(40, Block.of('pbx_up{pbx="pbx-40"} 0\n')))];
    expect(before).toHaveLength(4);
    expect(after.map((piece, index) => piece === before[index])).toEqual([true, false, true, true]);
  });

  it('leave large blocks alone, which are compressed once', () => {
    const groups = new BlockGroups();
    const [, first] = [...groups.pack([small(1), large, small(2)])];
    const [again] = [...groups.pack([large])];
    expect(first).toBe(again);
  });
});
