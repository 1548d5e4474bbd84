/**
 * Returns the choice that `written` probably means: the nearest by edit distance, with at most one edit per three letters.
 * Otherwise a choice that begins with `written` (`username` for `user`), if it is unambiguous; else undefined.
 */
export function suggest(written: string, choices: Iterable<string>): string | undefined {
  const wanted = normal(written);
  if (wanted.length > 64) return undefined;
  const ranked = [...choices]
    .map((choice) => ({ choice, distance: editDistance(wanted, normal(choice)) }))
    .filter(({ choice, distance }) => distance <= Math.max(1, Math.floor(Math.min(wanted.length, choice.length) / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.choice ?? beginningWith(wanted, [...choices]);
}

/**
 * Returns the only choice that begins with `wanted`. Variants of a choice do not count: `pass` gives `password` although
 * `password_file` matches too, and `hash_key` gives `hash_key_file`. `yeastar` is ambiguous and gives undefined.
 */
function beginningWith(wanted: string, choices: readonly string[]): string | undefined {
  const places = choices.filter((choice) => normal(choice).replace(/-(file|env)$/, '') === wanted);
  const longer = choices.filter((choice) => normal(choice).startsWith(wanted)).sort((a, b) => a.length - b.length);
  const [shortest] = longer;
  if (places.length > 0 && places.length === longer.length) return places.find((choice) => choice.endsWith('file'));
  const single = shortest !== undefined && longer.every((choice) => choice.startsWith(shortest));
  return wanted.length >= 3 && single ? shortest : undefined;
}

/** Returns the number of edits between two texts: letters added, removed or changed, and adjacent letters swapped. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      current.push(cheapest({ from, to, row, column, current, last, beforeLast }));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly column: number;
  readonly current: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function cheapest({ from, to, row, column, current, last, beforeLast }: Cell): number {
  const same = from[row - 1] === to[column - 1];
  const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    at(last, column) + 1,
    at(current, column - 1) + 1,
    at(last, column - 1) + (same ? 0 : 1),
    swapped ? at(beforeLast, column - 2) + 1 : Infinity,
  );
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/** Normalises case, and replaces underscores and spaces with dashes. */
function normal(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ ]/g, '-');
}
