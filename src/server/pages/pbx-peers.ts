import { labelMeanings } from '../../exposition/label-values.ts';
import type { Peer } from '../../snapshot/reading.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { deviceColumn, deviceText } from './devices.ts';
import { countOf, formatCount, shorten } from './format.ts';
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
import { type ListQuery, readListQuery, searchFor } from './list-query.ts';
import { countPeers, peerOrder, peerTones } from './states.ts';
import { type Column, renderTable } from './table.ts';
import { shownName, shownParts, type StatusTarget, type View } from './view.ts';

const anchor = 'peers';
const heading = { anchor, title: 'Peers' } as const;

/** Keys of the sortable columns; the first one is the default. */
const sorts = ['state', 'peer', 'name', 'roundtrip', 'contacts', 'device', 'maintenance', 'call', 'since', 'changes'];

/** Renders the peers of one PBX. */
export function peerSection(list: PbxList): ListSection {
  const peers = shownParts(list.target, list.view).peers?.value;
  if (peers === undefined || peers.length === 0) return sectionWithoutRows(heading, peers, list);
  return peerTable(peers, list);
}

function peerTable(all: readonly Peer[], list: PbxList): ListSection {
  const { target, parameters, view } = list;
  const { peerLimit } = target.identity;
  const query = readListQuery(parameters, { states: peerOrder, sorts });
  const listed = all.slice(0, peerLimit);
  const found = listed.filter(searched(query, list));
  if (found.length === 0) return listSection({ ...heading, shown: 0, all: all.length }, nothing, false);
  const counts = countPeers(found);
  const shares = peerOrder.map((state) => ({ word: state, tone: peerTones[state], count: counts[state] }));
  const chosen = query.state === undefined ? found : found.filter(({ state }) => state === query.state);
  const content = markup`${beyondLimit(all.length - listed.length, peerLimit)}
${stateChips({ label: 'Peers by state', parameters, anchor, chosen: query.state, total: found.length, shares })}
${
  chosen.length === 0
    ? markup`<p class="none">No peers match.</p>`
    : renderTable({
        anchor,
        caption: 'Peers',
        columns: columnsFor(listed, target, view),
        rows: chosen,
        name: ({ id }) => id,
        query,
        parameters,
      })
}`;
  return listSection(
    { ...heading, shown: isNarrowed(query) ? chosen.length : all.length, all: all.length },
    content,
    true,
  );
}

function isNarrowed({ search, state }: ListQuery): boolean {
  return search !== '' || state !== undefined;
}

function beyondLimit(left: number, limit: number): Markup {
  if (left <= 0) return nothing;
  return markup`<p>${countOf(left, 'more peer is', 'more peers are')} counted, but not listed here: <code>peers.limit</code> is ${formatCount(limit)}.</p>`;
}

function searched({ search }: ListQuery, { target, view }: PbxList): (peer: Peer) => boolean {
  if (search === '') return () => true;
  const matches = searchFor(search);
  return (peer) => matches([peer.id, shownName(peer, target, view), peer.state, deviceText(peer)]);
}

/** The columns with values from this PBX; columns without any value are omitted. */
function columnsFor(peers: readonly Peer[], target: StatusTarget, view: View): readonly Column<Peer>[] {
  const changes = target.record.counters.peerReachableChanges;
  const name = (peer: Peer): string | undefined => shownName(peer, target, view);
  const reported = {
    name: peers.some((peer) => name(peer) !== undefined),
    contacts: peers.some(({ contacts }) => contacts !== undefined),
    maintenance: peers.some(({ maintenance }) => maintenance === true),
    device: peers.some(({ devices }) => devices !== undefined),
    call: peers.some(({ inCall }) => inCall !== undefined),
    roundtrip: peers.some(({ roundtripMicroseconds }) => roundtripMicroseconds !== undefined),
  };
  const columns: readonly (Column<Peer> | false)[] = [
    stateColumn,
    { key: 'peer', title: 'Peer', kind: 'head', value: ({ id }) => id, cell: ({ id }) => isolated(shorten(id)) },
    reported.name && { key: 'name', title: 'Name', value: name, cell: (peer) => textCell(name(peer)) },
    reported.call && callColumn,
    reported.maintenance && maintenanceColumn,
    reported.contacts && contactsColumn,
    reported.device && deviceColumn,
    reported.roundtrip && roundtripColumn,
    sinceColumn('peer', target, view),
    changesColumn(changes),
  ];
  return columns.filter((column) => column !== false);
}

const stateColumn: Column<Peer> = {
  key: 'state',
  title: 'State',
  kind: 'state',
  value: ({ state }) => peerOrder.indexOf(state),
  cell: ({ state }) => badge(peerTones[state], state, labelMeanings.peerStates[state]),
};

const contactsColumn: Column<Peer> = {
  key: 'contacts',
  title: 'Phones registered',
  kind: 'number',
  first: 'desc',
  value: ({ contacts }) => contacts,
  cell: ({ contacts }) => (contacts === undefined ? nothing : formatCount(contacts)),
};

const maintenanceColumn: Column<Peer> = {
  key: 'maintenance',
  title: 'In maintenance',
  first: 'desc',
  value: ({ maintenance }) => Number(maintenance === true),
  cell: ({ maintenance }) => (maintenance === true ? 'yes: its calls are refused' : nothing),
};

const callColumn: Column<Peer> = {
  key: 'call',
  title: 'In a call',
  first: 'desc',
  value: ({ inCall }) => (inCall === undefined ? undefined : Number(inCall)),
  cell: ({ inCall }) => (inCall === true ? 'yes' : nothing),
};
