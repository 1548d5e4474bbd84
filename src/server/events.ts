import { createHash } from 'node:crypto';
import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { cursorOf, type EventsQuery, readEventsQuery } from './events-query.ts';
import { eventsPage } from './pages/events-page.ts';
import { eventNames } from './pages/event-columns.ts';
import { preferredType, type Route, type RouteContext, sendText } from './routes.ts';
import { sendHtml, type StatusPageSetup, viewNow } from './status-page.ts';

/** Dependencies of `/events`. */
type EventsSetup = StatusPageSetup & { readonly journal: Journal };

/**
 * `/events`: state changes with their times. By default a page, newest event first. Requests for `application/json` or with
 * `format=json` get JSON, oldest event first, with an ETag and a cursor. It sends no request to a PBX.
 */
export function eventsRoute(setup: EventsSetup): Route {
  return {
    path: '/events',
    methods: ['GET'],
    async handle(context) {
      const { request, response, url } = context;
      response.setHeader('Vary', 'Accept');
      const format = url.searchParams.get('format');
      if (format !== null && format !== 'json' && format !== 'html')
        return sendText(response, 400, 'format must be json or html.\n');
      if (
        format === 'json' ||
        (format === null && preferredType(request, ['text/html', 'application/json']) === 'application/json')
      )
        return sendJson(context, setup);
      const { fleet, journal } = setup;
      return sendHtml(context, 200, await eventsPage(journal, fleet(), url.searchParams, viewNow(setup)));
    },
  };
}

function sendJson({ request, response, url }: RouteContext, { fleet, journal, hashName }: EventsSetup): void {
  const current = fleet();
  const read = readEventsQuery(
    url.searchParams,
    journal,
    current.targets.map(({ identity }) => identity.name),
  );
  if (!read.ok) return sendText(response, 400, read.problem);
  const text = `${JSON.stringify(answerEvents(journal, read.query, eventNames(current, hashName)))}\n`;
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', 'no-cache');
  if (isKnown(request.headers['if-none-match'], tag)) {
    response.writeHead(304);
    response.end();
    return;
  }
  sendText(response, 200, text, 'application/json; charset=utf-8');
}

function isKnown(header: string | undefined, tag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(tag);
}

/** Returns the name of a row in the form that may be shown; undefined if there is none. */
type EventName = (event: JournalEvent) => string | undefined;

/** The JSON response of `/events`: oldest event first, times in RFC 3339, unknown fields omitted. */
interface EventsAnswer {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Value of `since` for the next request, which then continues after these events. */
  readonly next: string;
  /** Whether more events already exist and were omitted because of `limit`. */
  readonly more: boolean;
  /** Whether events after `since` are lost, because the journal was full or the exporter was restarted. */
  readonly gap: boolean;
}

/** Returns the events that match a query. */
export function answerEvents(journal: Journal, query: EventsQuery, nameOf: EventName): EventsAnswer {
  const { position, pbx, kinds, limit } = query;
  const all = journal.events(pbx);
  const wanted = all.slice(firstIndex(all, query)).filter(({ kind }) => kinds.includes(kind));
  const events = position.kind === 'newest' ? wanted.slice(-limit) : wanted.slice(0, limit);
  const more = position.kind !== 'newest' && wanted.length > limit;
  const last = more ? (events.at(-1)?.sequence ?? 0) : journal.sequence;
  return {
    events: events.map((event) => eventData(event, journal, nameOf)),
    next: cursorOf(journal, last),
    more,
    gap: isGap(journal, query),
  };
}

function firstIndex(events: readonly JournalEvent[], { position }: EventsQuery): number {
  if (position.kind === 'newest' || (position.kind === 'cursor' && position.foreign)) return 0;
  const index =
    position.kind === 'cursor'
      ? events.findIndex(({ sequence }) => sequence > position.sequence)
      : events.findIndex(({ atWall }) => atWall >= position.wall);
  return index < 0 ? events.length : index;
}

function isGap(journal: Journal, { position, pbx }: EventsQuery): boolean {
  const lost = journal.lost(pbx);
  if (position.kind === 'newest') return false;
  if (position.kind === 'time')
    return position.wall < journal.startedAtWall || (lost !== undefined && lost.atWall >= position.wall);
  return position.foreign || (lost !== undefined && lost.sequence > position.sequence);
}

function eventData(event: JournalEvent, journal: Journal, nameOf: EventName): Readonly<Record<string, unknown>> {
  const { sequence, replaces, atWall, firstAtWall, untilWall, notBeforeWall, pbx, kind, id, ...rest } = event;
  const { from = null, to = null, said, reason, detail, rows, examples, changes } = rest;
  return withoutUndefined({
    cursor: cursorOf(journal, sequence),
    time: time(atWall),
    pbx,
    kind,
    id,
    name: nameOf(event),
    from,
    to,
    said,
    reason,
    detail,
    until: untilWall === undefined ? undefined : time(untilWall),
    not_before: notBeforeWall === undefined ? undefined : time(notBeforeWall),
    rows,
    examples,
    changes,
    first_time: changes > (rows ?? 1) ? time(firstAtWall) : undefined,
    replaces: replaces === undefined ? undefined : cursorOf(journal, replaces),
  });
}

function withoutUndefined(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** A time in RFC 3339, in UTC; null if the clock value is not a valid date. */
function time(wall: number): string | null {
  const moment = new Date(wall);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
