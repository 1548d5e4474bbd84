import { createHash } from 'node:crypto';

/** One exporter of several that share the targets: number `index` (from 1) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `2/5` as a shard; undefined when the text is no such pair or the first number is not between 1 and the second. */
export function parseShard(text: string): Shard | undefined {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && index >= 1 && index <= count ? { index, count } : undefined;
}

/**
 * Whether a target belongs to a shard. Every exporter computes the same result independently, and each target belongs
 * to exactly one shard. An additional exporter takes over about 1/n of the targets, and all others stay (rendezvous
 * hashing: the target goes to the exporter with the highest hash of both names).
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
