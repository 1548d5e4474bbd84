import { createHash } from 'node:crypto';

/** One of `count` exporters that share the targets; `index` starts at 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Parses a shard such as `2/5`; undefined if the text is not a pair or the first number is not between 1 and the second. */
export function parseShard(text: string): Shard | undefined {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && index >= 1 && index <= count ? { index, count } : undefined;
}

/**
 * Reports whether a target belongs to a shard. Every exporter computes the same result independently, and each target
 * belongs to exactly one shard. An additional exporter takes over about 1/n of the targets, and all others stay. This is
 * rendezvous hashing: a target belongs to the shard with the highest hash of shard index and target name.
 */
export function belongsTo({ index, count }: Shard, target: string): boolean {
  const own = weight(target, index);
  for (let other = 1; other <= count; other += 1) {
    const theirs = other === index ? '' : weight(target, other);
    if (theirs > own) return false;
  }
  return true;
}

function weight(target: string, index: number): string {
  return createHash('sha256').update(`${index}\n${target}`).digest('hex');
}
