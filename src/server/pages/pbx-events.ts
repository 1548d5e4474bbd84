import { type Markup, markup, nothing } from '../html.ts';
import { eventNames } from './event-names.ts';
import { eventColumns, eventOrder } from './event-words.ts';
import { countOf, formatCount } from './format.ts';
import type { PbxList } from './pbx-peers.ts';
import { renderTable } from './table.ts';

const anchor = 'events';
const prefix = 'event-';
/** Events on the page of a PBX; the others are one link away. */
const mostEvents = 20;

/** What happened to one PBX, newest first. */
export function eventSection({ target, parameters, view }: PbxList): Markup {
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
        rows: events.slice(-mostEvents),
        name: ({ sequence }) => String(sequence),
        query: eventOrder(parameters, prefix),
        parameters,
        prefix,
      })
}
${events.length > mostEvents && markup`<p><a href="${all}">All ${countOf(events.length, 'event')} of this PBX</a></p>`}</section>`;
}
