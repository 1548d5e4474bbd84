import { labelMeanings } from '../../exposition/label-values.ts';
import type { Trunk } from '../../snapshot/reading.ts';
import { markup, nothing } from '../html.ts';
import { shorten } from './format.ts';
import { badge, isolated, stateChips } from './parts.ts';
import {
  changesColumn,
  type ListSection,
  listSection,
  type PbxList,
  roundtripColumn,
  sectionWithoutRows,
  sinceColumn,
  textCell,
} from './pbx-lists.ts';
import { readListQuery, searchFor } from './list-query.ts';
import { countTrunks, trunkOrder, trunkTones } from './states.ts';
import { type Column, renderTable } from './table.ts';
import { shownParts, type StatusTarget, type View } from './view.ts';

const anchor = 'trunks';
const heading = { anchor, title: 'Trunks' } as const;
const prefix = 'trunk-';

/** Keys of the sortable columns; the first one is the default. */
const sorts = ['state', 'trunk', 'kind', 'host', 'roundtrip', 'since', 'changes'];

/** Renders the trunks of one PBX. */
export function trunkSection(list: PbxList): ListSection {
  const trunks = shownParts(list.target, list.view).trunks?.value;
  if (trunks === undefined || trunks.length === 0) return sectionWithoutRows(heading, trunks, list);
  return trunkTable(trunks, list);
}

function trunkTable(all: readonly Trunk[], { target, parameters, view }: PbxList): ListSection {
  const query = readListQuery(parameters, { prefix, states: trunkOrder, sorts });
  const matches = searchFor(query.search);
  const found = all.filter(({ id, name, kind, host, rawState, state }) =>
    matches([id, name, kind, host, rawState, state]),
  );
  if (found.length === 0) return listSection({ ...heading, shown: 0, all: all.length }, nothing, false);
  const counts = countTrunks(found);
  const shares = trunkOrder.map((state) => ({ word: state, tone: trunkTones[state], count: counts[state] }));
  const chosen = query.state === undefined ? found : found.filter(({ state }) => state === query.state);
  const chips = { label: 'Trunks by state', parameters, prefix, anchor, chosen: query.state };
  const content = markup`${stateChips({ ...chips, total: found.length, shares })}
${
  chosen.length === 0
    ? markup`<p class="none">No trunks match.</p>`
    : renderTable({
        anchor,
        caption: 'Trunks',
        columns: columnsFor(all, target, view),
        rows: chosen,
        name: ({ name, id }) => (name === undefined || name === '' ? id : name),
        query,
        parameters,
        prefix,
      })
}`;
  return listSection({ ...heading, shown: chosen.length, all: all.length }, content, true);
}

/** The columns with values from this PBX; columns without any value are omitted. */
function columnsFor(trunks: readonly Trunk[], target: StatusTarget, view: View): readonly Column<Trunk>[] {
  const changes = target.record.counters.trunkStateChanges;
  const reported = {
    kind: trunks.some(({ kind = '' }) => kind !== ''),
    host: trunks.some(({ host = '' }) => host !== ''),
    roundtrip: trunks.some(({ roundtripMicroseconds }) => roundtripMicroseconds !== undefined),
  };
  const columns: readonly (Column<Trunk> | false)[] = [
    stateColumn,
    nameColumn,
    reported.host && { key: 'host', title: 'Provider', value: ({ host }) => host, cell: ({ host }) => textCell(host) },
    reported.kind && { key: 'kind', title: 'Kind', value: ({ kind }) => kind, cell: ({ kind }) => textCell(kind) },
    reported.roundtrip && roundtripColumn,
    sinceColumn('trunk', target, view),
    changesColumn(changes),
  ];
  return columns.filter((column) => column !== false);
}

const stateColumn: Column<Trunk> = {
  key: 'state',
  title: 'State',
  kind: 'state',
  value: ({ state }) => trunkOrder.indexOf(state),
  cell: ({ state, rawState }) => {
    const own = rawState !== undefined && rawState !== '' && rawState.toLowerCase() !== state;
    const said = own && markup`<small class="own">PBX says: ${isolated(shorten(rawState, 60))}</small>`;
    return markup`${badge(trunkTones[state], state, labelMeanings.trunkStates[state])}${said}`;
  },
};

const nameColumn: Column<Trunk> = {
  key: 'trunk',
  title: 'Trunk',
  kind: 'head',
  value: ({ name, id }) => (name === undefined || name === '' ? id : name),
  cell: ({ name, id }) =>
    name === undefined || name === '' || name === id
      ? isolated(shorten(id))
      : markup`${isolated(shorten(name))}<small>${isolated(shorten(id))}</small>`,
};
