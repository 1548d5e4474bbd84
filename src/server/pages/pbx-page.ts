import { type Markup, markup, nothing, type MarkupContent } from '../html.ts';
import { eventColumns, eventNames, eventOrder } from './event-columns.ts';
import { levelBadge } from './fleet-columns.ts';
import { countOf, formatCount, formatDuration, shorten } from './format.ts';
import { type Health, type HealthLevel, healthOf } from './health.ts';
import { renderPage } from './layout.ts';
import { searchHitsFirst, type PbxList } from './pbx-lists.ts';
import { knownParameters, linkTo } from './list-query.ts';
import { dashboardLink, hiddenFields, isolated, moment } from './parts.ts';
import { collectorSection } from './pbx-collectors.ts';
import { pbxFacts } from './pbx-facts.ts';
import { hoursSection } from './pbx-hours.ts';
import { pbxTiles, queueSection } from './pbx-numbers.ts';
import { peerSection } from './pbx-peers.ts';
import { trunkSection } from './pbx-trunks.ts';
import { problemCards } from './pbx-problems.ts';
import { renderTable } from './table.ts';
import type { StatusTarget, View } from './view.ts';

const listParameters = ['state', 'sort', 'order', 'page'];
const parameterNames = [
  'target',
  'q',
  ...['', 'trunk-', 'event-'].flatMap((prefix) => listParameters.map((name) => `${prefix}${name}`)),
  'refresh',
];

const tones: Readonly<Record<HealthLevel, 'good' | 'warn' | 'bad' | 'wait'>> = {
  down: 'bad',
  trouble: 'warn',
  waiting: 'wait',
  good: 'good',
};

/** Renders the page of one PBX. */
export function pbxPage(target: StatusTarget, asked: URLSearchParams, view: View): string {
  const parameters = knownParameters(asked, parameterNames);
  parameters.set('target', target.identity.name);
  const health = healthOf(target, view);
  const list = { target, parameters, view };
  const content = markup`${heading(target, health, parameters, view)}
${problemCards(target, health, view)}
${pbxTiles(target, view)}
${pbxFacts(target, view)}
${hoursSection(target, view)}
${otherViews(target, view)}
${searchForm(target, parameters)}
${searchHitsFirst([trunkSection(list), peerSection(list)], list.parameters.get('q')?.trim() ?? '')}
${queueSection(target, view)}
${eventSection(list)}
${collectorSection(target, view)}`;
  const title = `${shorten(target.identity.name, 60)} · pbx-exporter`;
  return renderPage({ title, tone: tones[health.level], content, view, parameters });
}

/** Renders the page for an unknown PBX, with similar names. */
export function unknownPbxPage(name: string, similar: readonly string[], view: View): string {
  const links = similar.map(
    (one) => markup`<li><a href="pbx?${new URLSearchParams({ target: one }).toString()}">${isolated(one)}</a></li>`,
  );
  const meant: MarkupContent = links.length > 0 && markup`<p>Did you mean</p><ul>${links}</ul>`;
  const title = name === '' ? 'Which PBX?' : markup`There is no PBX ${isolated(shorten(name, 100))}`;
  const content = markup`${crumbs('')}<h1>${title}</h1>
<p>Nothing in the configuration has this name. It may have been renamed or removed by a reload.</p>${meant}
<p><a href="./">All PBXs</a></p>`;
  return renderPage({
    title: 'Unknown PBX · pbx-exporter',
    tone: 'wait',
    content,
    view,
    parameters: new URLSearchParams(name === '' ? {} : { target: name.slice(0, 200) }),
  });
}

function crumbs(query: string): Markup {
  return markup`<nav class="crumbs" aria-label="Way back"><a href="./${query}">← All PBXs</a></nav>`;
}

function heading(target: StatusTarget, { level }: Health, parameters: URLSearchParams, view: View): Markup {
  const { upSinceWall } = target.record;
  const refresh = knownParameters(parameters, ['refresh']);
  return markup`${crumbs(refresh.size === 0 ? '' : linkTo(refresh, {}))}
<div class="title"><h1>${isolated(target.identity.name)}</h1>${levelBadge(level)}
${upSinceWall === undefined ? nothing : markup`<span class="quiet">for ${formatDuration(view.wall - upSinceWall)}, since ${moment(upSinceWall)}</span>`}</div>`;
}

/** Links to other views of the PBX: Grafana dashboards and CSV. */
function otherViews({ identity }: StatusTarget, view: View): Markup {
  const { name, labels } = identity;
  const { site = '' } = labels;
  const dashboard = dashboardLink('pbx-one', { pbx: name }, view);
  const siteDashboard = site === '' ? undefined : dashboardLink('pbx-site', { site }, view);
  const csv = `pbx.csv?${new URLSearchParams({ target: name }).toString()}`;
  return markup`<nav class="views" aria-label="Other views">${dashboard !== undefined && markup`<a href="${dashboard}">Dashboard of this PBX</a>`}
${siteDashboard !== undefined && markup`<a href="${siteDashboard}">Dashboard of its site</a>`}
<a href="${csv}">Trunks and peers as CSV</a></nav>`;
}

function searchForm({ record }: StatusTarget, parameters: URLSearchParams): Markup {
  const search = parameters.get('q') ?? '';
  const rows = (record.retained.peers?.value.length ?? 0) + (record.retained.trunks?.value.length ?? 0);
  if (rows === 0 && search === '') return nothing;
  const kept = ['target', 'state', 'sort', 'order', 'trunk-state', 'trunk-sort', 'trunk-order', 'refresh'];
  const all = linkTo(parameters, { q: undefined, page: undefined, 'trunk-page': undefined });
  return markup`<form class="filters" method="get" action="pbx#hits" role="search">${hiddenFields(parameters, kept)}
<label>Search trunks and peers <input type="search" name="q" value="${search}" placeholder="number, name, host, device, state"></label>
<button type="submit">Search</button>${search !== '' && markup`<a class="all" href="${all}">Show all</a>`}</form>`;
}

const anchor = 'events';
const prefix = 'event-';
/** Maximum number of events on the page of a PBX; a link leads to the rest. */
const maximumEvents = 20;

/** The latest events of one PBX, newest first. */
function eventSection({ target, parameters, view }: PbxList): Markup {
  const { journal, hashName } = view;
  if (journal === undefined) return nothing;
  const { name } = target.identity;
  const events = journal.events(name);
  const targets = { get: (one: string) => (one === name ? target : undefined) };
  const all = `events?${new URLSearchParams({ pbx: name }).toString()}`;
  return markup`<section aria-labelledby="${anchor}"><h2 id="${anchor}">Events <small>${formatCount(events.length)}</small></h2>
${
  events.length === 0
    ? markup`<p class="none">Nothing has changed since the exporter was started.</p>`
    : renderTable({
        anchor,
        caption: 'Events',
        columns: eventColumns(eventNames(targets, hashName)),
        rows: events.slice(-maximumEvents),
        name: ({ sequence }) => String(sequence),
        query: eventOrder(parameters, prefix),
        parameters,
        prefix,
      })
}
${events.length > maximumEvents && markup`<p><a href="${all}">All ${countOf(events.length, 'event')} of this PBX</a></p>`}</section>`;
}
