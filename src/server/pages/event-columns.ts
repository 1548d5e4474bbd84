import { type EventKind, type JournalEvent } from '../../journal/event.ts';
import { type NameHash, shownPeerName } from '../../snapshot/peer-name.ts';
import { peerStates, trunkStates } from '../../snapshot/reading.ts';
import type { TargetIdentity } from '../../snapshot/record.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatDuration, shorten } from './format.ts';
import { badge, isolated, moment, type Tone } from './parts.ts';
import { type ListQuery, readListQuery } from './list-query.ts';
import { peerTones, trunkTones } from './states.ts';
import type { Column } from './table.ts';

/** Display word for each kind of event. */
export const kindNames: Readonly<Record<EventKind, string>> = {
  exporter: 'exporter',
  pbx: 'PBX',
  login: 'login',
  collector: 'collector',
  trunk: 'trunk',
  peer: 'peer',
};

const otherTones: Readonly<Record<string, Tone>> = {
  up: 'good',
  down: 'bad',
  suspended: 'bad',
  allowed: 'good',
  failed: 'warn',
  read: 'good',
  started: 'good',
  reloaded: 'good',
  'reload failed': 'bad',
};

/** Returns the query of a list of events: newest first, unless the parameters request ascending order. */
export function eventOrder(parameters: URLSearchParams, prefix = ''): ListQuery {
  const query = readListQuery(parameters, { prefix, states: [], sorts: ['time'] });
  return { ...query, order: parameters.get(`${prefix}order`) === 'asc' ? 'asc' : 'desc' };
}

/** Returns the columns of events on all pages. `nameOf` returns the name of a row in the form that may be shown. */
export function eventColumns(nameOf: (event: JournalEvent) => string | undefined): readonly Column<JournalEvent>[] {
  return [
    {
      key: 'time',
      title: 'When',
      first: 'desc',
      value: ({ sequence }) => sequence,
      cell: (event) => markup`${moment(event.atWall)}${earliestTime(event)}`,
    },
    { key: 'what', title: 'What', kind: 'head', cell: (event) => subject(event, nameOf(event)) },
    { key: 'change', title: 'Change', kind: 'state', cell: change },
    { key: 'why', title: 'Why', kind: 'wide', cell: why },
  ];
}

function subject(event: JournalEvent, name: string | undefined): Markup {
  const { kind, id, rows, examples = [] } = event;
  if (rows !== undefined) {
    const listed = examples.map((example) => shorten(example, 40)).join(', ');
    const left = rows - examples.length;
    const others = left > 0 ? ` and ${formatCount(left)} more` : '';
    return markup`${formatCount(rows)} ${kindNames[kind]}s<small class="own">${isolated(listed)}${others}</small>`;
  }
  if (id === undefined) return markup`${kindNames[kind]}`;
  const called =
    name === undefined || name === id ? nothing : markup`<small class="own">${isolated(shorten(name))}</small>`;
  return markup`${kindNames[kind]} ${isolated(shorten(id))}${called}`;
}

function change(event: JournalEvent): Markup {
  const { from, to, said = '' } = event;
  const before = from === undefined ? (isRow(event) ? 'not listed' : undefined) : from;
  const after = to ?? 'not listed';
  const arrow = before !== undefined && markup`<small>${before} →</small>`;
  const own =
    said !== '' &&
    said.toLowerCase() !== to &&
    markup`<small class="own">PBX says: ${isolated(shorten(said, 60))}</small>`;
  return markup`${arrow}${badge(toneOf(event), after)}${own}${often(event)}`;
}

/** `37 changes in 10 min` if an entry combines several changes. */
function often({ changes, rows = 1, atWall, firstAtWall }: JournalEvent): Markup {
  if (changes <= rows) return nothing;
  return markup`<small>${formatCount(changes)} changes in ${formatDuration(atWall - firstAtWall)}</small>`;
}

function why({ reason, detail, untilWall }: JournalEvent): Markup {
  const until = untilWall !== undefined && markup`<p>no login until ${moment(untilWall)}</p>`;
  const parts = [reason, detail].filter((text) => text !== undefined && text !== '');
  return markup`${parts.length > 0 && markup`<p>${isolated(shorten(parts.join(': '), 300))}</p>`}${until}`;
}

function earliestTime({ notBeforeWall }: JournalEvent): Markup {
  if (notBeforeWall === undefined) return nothing;
  return markup`<small>detected at this time; changed after ${moment(notBeforeWall)}</small>`;
}

function isRow({ kind }: JournalEvent): boolean {
  return kind === 'peer' || kind === 'trunk';
}

function toneOf({ kind, to }: JournalEvent): Tone {
  if (to === undefined) return 'off';
  if (kind === 'peer') return peerTones[peerStates.find((state) => state === to) ?? 'unknown'];
  if (kind === 'trunk') return trunkTones[trunkStates.find((state) => state === to) ?? 'unknown'];
  return otherTones[to] ?? 'unknown';
}

/** The targets of the configuration in use. */
interface Targets {
  get(name: string): { readonly identity: TargetIdentity } | undefined;
}

/**
 * Returns a function for the names of rows, in the form required by the configuration in use. Peers of a PBX that is no
 * longer configured have no name, because its setting for names is unknown.
 */
export function eventNames(targets: Targets, hashName: NameHash): (event: JournalEvent) => string | undefined {
  return ({ kind, pbx = '', name }) => {
    if (name === undefined || kind !== 'peer') return name;
    const identity = targets.get(pbx)?.identity;
    const shown = identity && shownPeerName(name, identity, hashName);
    return shown === '' ? undefined : shown;
  };
}
