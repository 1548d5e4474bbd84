import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatRoundtrip, shorten } from './format.ts';
import { changeCount, foreign } from './parts.ts';
import type { Column } from './table.ts';

/** How often the state of a peer or trunk has changed, most restless first. */
export function changesColumn<Row extends { readonly id: string }>(changes: ReadonlyMap<string, number>): Column<Row> {
  return {
    key: 'changes',
    title: 'Changes since start',
    kind: 'number',
    first: 'desc',
    value: ({ id }) => changes.get(id),
    cell: ({ id }) => changeCount(changes.get(id) ?? 0),
  };
}

/** The roundtrip, slowest first; the exact microseconds show under the pointer. */
export const roundtripColumn: Column<{ readonly roundtripMicroseconds?: number }> = {
  key: 'roundtrip',
  title: 'Roundtrip',
  kind: 'number',
  first: 'desc',
  value: ({ roundtripMicroseconds }) => roundtripMicroseconds,
  cell: ({ roundtripMicroseconds: roundtrip }) =>
    roundtrip === undefined
      ? nothing
      : markup`<span title="${formatCount(roundtrip)} µs">${formatRoundtrip(roundtrip)}</span>`,
};

/** A text of the PBX as a cell; an empty cell where there is none. */
export function textCell(text: string | undefined): Markup {
  return text === undefined || text === '' ? nothing : foreign(shorten(text));
}
