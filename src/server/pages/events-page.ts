import { setImmediate as turn } from 'node:timers/promises';
import { eventKinds, type JournalEvent } from '../../journal/event.ts';
import type { Journal } from '../../journal/journal.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { eventColumns, eventNames, eventOrder, kindNames } from './event-columns.ts';
import { formatCount, shorten } from './format.ts';
import { renderPage } from './layout.ts';
import { knownParameters, linkTo, searchFor } from './list-query.ts';
import { hiddenFields, isolated, moment, pbxLink } from './parts.ts';
import { type Column, renderTable } from './table.ts';
import type { StatusTarget, View } from './view.ts';

const anchor = 'events';
const parameterNames = ['q', 'pbx', 'kind', 'sort', 'order', 'page', 'refresh'];

/** The targets of the configuration in use. */
interface Targets {
  get(name: string): StatusTarget | undefined;
}

/** Renders the page of all events, newest first. */
export async function eventsPage(
  journal: Journal,
  targets: Targets,
  asked: URLSearchParams,
  view: View,
): Promise<string> {
  const parameters = knownParameters(asked, parameterNames);
  const query = eventOrder(parameters);
  const nameOf = eventNames(targets, view.hashName);
  const all = journal.events();
  const chosen = await choose(journal, parameters, nameOf);
  const content = markup`<nav class="crumbs" aria-label="Way back"><a href="./">← All PBXs</a></nav>
<h1>Events</h1>
<section aria-labelledby="${anchor}"><h2 id="${anchor}">Events <small>${counted(chosen.length, all.length)}</small></h2>
${filters(parameters)}
${
  chosen.length === 0
    ? markup`<p class="none">No events match.</p>`
    : renderTable({
        anchor,
        caption: 'Events',
        columns: columns(targets, nameOf, parameters),
        rows: chosen,
        name: ({ sequence }) => String(sequence),
        query,
        parameters,
      })
}</section>
<p class="quiet">${remembered(journal)} <a href="${jsonLink(parameters)}">The same as JSON</a></p>`;
  return renderPage({ title: 'Events · pbx-exporter', tone: 'good', content, view, parameters });
}

/** Number of events searched before the event loop can do other work; hashing a name takes some microseconds. */
const searchedAtOnce = 500;

async function choose(
  journal: Journal,
  parameters: URLSearchParams,
  nameOf: (event: JournalEvent) => string | undefined,
): Promise<readonly JournalEvent[]> {
  const [pbx, kind] = [parameters.get('pbx') ?? undefined, parameters.get('kind')];
  const search = (parameters.get('q') ?? '').trim().slice(0, 200);
  const events = journal.events(pbx).filter((event) => kind === null || event.kind === kind);
  if (search === '') return events;
  const matches = searchFor(search);
  const found: JournalEvent[] = [];
  for (let first = 0; first < events.length; first += searchedAtOnce) {
    const some = events.slice(first, first + searchedAtOnce);
    found.push(...some.filter((event) => matches(searchTexts(event, nameOf(event)))));
    await turn();
  }
  return found;
}

function searchTexts(event: JournalEvent, name: string | undefined): readonly (string | undefined)[] {
  const { pbx, kind, id, from, to, said, reason, detail, examples = [] } = event;
  return [pbx, kindNames[kind], id, name, from, to, said, reason, detail, ...examples];
}

function columns(
  targets: Targets,
  nameOf: (event: JournalEvent) => string | undefined,
  parameters: URLSearchParams,
): readonly Column<JournalEvent>[] {
  const [time, ...others] = eventColumns(nameOf);
  const pbx: Column<JournalEvent> = {
    key: 'pbx',
    title: 'PBX',
    cell: (event) => pbxCell(event.pbx, targets, parameters),
  };
  return time === undefined ? [] : [time, pbx, ...others];
}

function pbxCell(name: string | undefined, targets: Targets, parameters: URLSearchParams): Markup {
  if (name === undefined) return nothing;
  if (targets.get(name) === undefined) return isolated(shorten(name));
  return markup`<a href="${pbxLink(name, parameters)}">${isolated(shorten(name))}</a>`;
}

function filters(parameters: URLSearchParams): Markup {
  const kind = parameters.get('kind') ?? '';
  const options = eventKinds.map(
    (one) => markup`<option value="${one}"${one === kind && markup` selected`}>${kindNames[one]}</option>`,
  );
  const isNarrowed = ['q', 'pbx', 'kind'].some((name) => parameters.has(name));
  const all = linkTo(knownParameters(parameters, ['refresh']), {}, anchor);
  return markup`<form class="filters" method="get" action="events#${anchor}" role="search">
<label>Search <input type="search" name="q" value="${parameters.get('q') ?? ''}" placeholder="number, name, state, reason"></label>
<label class="half">PBX <input type="search" name="pbx" value="${parameters.get('pbx') ?? ''}" placeholder="all"></label>
<label class="half">Kind <select name="kind"><option value="">all</option>${options}</select></label>
${hiddenFields(parameters, ['order', 'refresh'])}
<button type="submit">Show</button>${isNarrowed && markup`<a class="all" href="${all}">Show all</a>`}</form>`;
}

function counted(chosen: number, all: number): string {
  return chosen === all ? formatCount(all) : `${formatCount(chosen)} of ${formatCount(all)}`;
}

function remembered(journal: Journal): Markup {
  const lost = journal.lost() === undefined ? '' : ' Older events were dropped.';
  return markup`Recorded since ${moment(journal.startedAtWall)}, when the exporter was started.${lost}`;
}

function jsonLink(parameters: URLSearchParams): string {
  const kept = knownParameters(parameters, ['pbx', 'kind']);
  kept.set('format', 'json');
  return `?${kept.toString()}`;
}
