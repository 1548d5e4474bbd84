import { largeBlock, type Block } from './block.ts';
import { packDeflated, type Packed } from './member.ts';

/** Number of targets in a group. It is fixed, so that the growth of one target does not shift other groups. */
const groupSize = 32;

interface Group {
  readonly members: readonly Block[];
  readonly packed: Packed;
}

/**
 * Joins the small blocks of adjacent targets before compression. Compressing a piece costs about twenty microseconds and
 * saves almost nothing for a single line, and a thousand targets have thirty thousand such pieces. A group is compressed
 * again only if one of its members was replaced.
 */
export class BlockGroups {
  readonly #groups = new WeakMap<Block, Group>();

  /** Compresses the blocks of one metric, target by target. The order of the bytes is unchanged, in fewer pieces. */
  *pack(column: readonly (Block | undefined)[]): Generator<Packed> {
    for (let start = 0; start < column.length; start += groupSize)
      yield* this.#packWindow(column.slice(start, start + groupSize));
  }

  *#packWindow(window: readonly (Block | undefined)[]): Generator<Packed> {
    let small: Block[] = [];
    for (const block of window) {
      if (block === undefined) continue;
      if (block.length < largeBlock) {
        small.push(block);
        continue;
      }
      yield* this.#packGroup(small);
      yield block.packed();
      small = [];
    }
    yield* this.#packGroup(small);
  }

  *#packGroup(members: readonly Block[]): Generator<Packed> {
    const [first, second] = members;
    if (first === undefined) return;
    yield second === undefined ? first.packed() : this.#joined(first, members);
  }

  #joined(first: Block, members: readonly Block[]): Packed {
    const found = this.#groups.get(first);
    if (found !== undefined && sameBlocks(found.members, members)) return found.packed;
    const packed = packDeflated(Buffer.concat(members.map((member) => member.bytes)));
    this.#groups.set(first, { members, packed });
    return packed;
  }
}

function sameBlocks(left: readonly Block[], right: readonly Block[]): boolean {
  return left.length === right.length && left.every((block, index) => block === right[index]);
}
