import type { JournalEvent } from '../../journal/event.ts';
import type { Journal } from '../../journal/journal.ts';
import { cursorOf, type EventsQuery } from './query.ts';

/** The name of a row as it may be shown; undefined where there is none to show. */
export type EventName = (event: JournalEvent) => string | undefined;

/** The answer of `/events` as JSON; oldest event first, times in RFC 3339, what is not known left out. */
export interface EventsAnswer {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** To be given as `since` next time: what comes then begins right behind these events. */
  readonly next: string;
  /** Whether more events are there already: `limit` held them back. */
  readonly more: boolean;
  /** Whether events behind `since` are lost: they had to make room, or the exporter was started anew. */
  readonly gap: boolean;
}

/** The events that were asked for. */
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

/** RFC 3339 in UTC; a clock that says what is no date is told as such. */
function time(wall: number): string | null {
  const moment = new Date(wall);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
