import type { ConfigNode, Entry, ScalarNode } from './tree.ts';

/** The node as plain data. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
}

/**
 * A value in one line as plain data: the line break that ends a block (`|`) is no part of it. Where quotes or indentation let it go on
 * in further lines, a break is put before it, so that its schema refuses it.
 */
export function singleValue(node: ScalarNode): unknown {
  const { value, source, block } = node;
  if (typeof value !== 'string') return value;
  if (block) return value.replace(/\n$/, '');
  return source.includes('\n') ? `\n${value}` : value;
}

/** The node that a path of a schema's issue leads to, as far as there is one. */
export function nodeAt(node: ConfigNode, path: readonly PropertyKey[]): ConfigNode {
  const [step, ...rest] = path;
  if (step === undefined || node.kind === 'scalar') return node;
  const next = node.kind === 'list' ? node.items[Number(step)] : find(node.entries, String(step));
  return next === undefined ? node : nodeAt(next, rest);
}

function find(entries: readonly Entry[], key: string): ConfigNode | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}
