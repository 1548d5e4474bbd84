import type { Journal, Since } from '../../journal/journal.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { shortMoment } from './moment.ts';
import type { Column } from './table.ts';
import type { StatusTarget, View } from './view.ts';

/** A list that is first read so soon (ms) after the start was as it is before the start, as far as anybody can tell. */
const firstReadMs = 600_000;

/** Since when a peer or trunk is in its state, the latest change first; left out where there is no journal. */
export function sinceColumn<Row extends { readonly id: string }>(
  kind: 'peer' | 'trunk',
  { identity }: StatusTarget,
  view: View,
): Column<Row> | false {
  const { journal } = view;
  if (journal === undefined) return false;
  const since = (id: string): Since | undefined => journal.since(identity.name, kind, id);
  return {
    key: 'since',
    title: 'In this state',
    first: 'desc',
    value: ({ id }) => since(id)?.atWall,
    cell: ({ id }) => sinceCell(since(id), journal, view),
  };
}

function sinceCell(since: Since | undefined, journal: Journal, { wall }: View): Markup {
  if (since === undefined) return nothing;
  const { atWall, notBeforeWall, firstReadWall } = since;
  if (atWall === undefined)
    return firstReadWall - journal.startedAtWall <= firstReadMs
      ? markup`since before the start`
      : markup`since before ${shortMoment(firstReadWall, wall)}`;
  if (notBeforeWall === undefined) return markup`since ${shortMoment(atWall, wall)}`;
  return markup`since some time from ${shortMoment(notBeforeWall, wall)} to ${shortMoment(atWall, wall)}`;
}
