import { type EventKind, eventKinds } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { nearestNames } from './named-target.ts';

/** Default number of events in a response. */
const usualEvents = 100;
/** Maximum number of events in a response. */
const maximumEvents = 1_000;

/** The position from which events are requested. */
export type Position =
  | { readonly kind: 'newest' }
  /** Events after this sequence number; `foreign` if the cursor is from another run of the exporter. */
  | { readonly kind: 'cursor'; readonly sequence: number; readonly foreign: boolean }
  /** Events from this time on: wall clock, ms since 1970. */
  | { readonly kind: 'time'; readonly wall: number };

/** The query of a JSON request to `/events`. */
export interface EventsQuery {
  readonly position: Position;
  readonly pbx?: string;
  readonly kinds: readonly EventKind[];
  readonly limit: number;
}

/** A valid query, or one sentence with the accepted values. */
export type ReadQuery =
  { readonly ok: true; readonly query: EventsQuery } | { readonly ok: false; readonly problem: string };

const names = ['since', 'pbx', 'kind', 'limit', 'format'];

/** The identifier of this run in cursors; it distinguishes them from cursors of other runs. */
function runOf({ startedAtWall }: Pick<Journal, 'startedAtWall'>): string {
  return Math.max(0, Math.trunc(startedAtWall)).toString(36);
}

/** Returns the cursor for a position in the journal; clients send it back in `since`. */
export function cursorOf(journal: Pick<Journal, 'startedAtWall'>, sequence: number): string {
  return `${runOf(journal)}-${sequence}`;
}

/** Reads the parameters. Never throws; invalid values are reported, not ignored. `pbxs` are the names in the configuration. */
export function readEventsQuery(parameters: URLSearchParams, journal: Journal, pbxs: readonly string[]): ReadQuery {
  const unknown = [...parameters.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined)
    return problem(`There is no parameter ${quoted(unknown)}. Parameters: ${names.join(', ')}.`);
  const repeated = names.find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) return problem(`${repeated} can be given only once.`);
  const position = readSince(parameters.get('since'), journal);
  if (position === undefined)
    return problem(
      'since must be the "next" of an earlier answer, or a time such as 2026-03-14T03:07:09Z; without it, the newest events are returned.',
    );
  const limit = readLimit(parameters.get('limit'));
  if (limit === undefined) return problem(`limit must be a whole number from 1 to ${maximumEvents}.`);
  const kind = parameters.get('kind');
  if (kind !== null && !isKind(kind)) return problem(`kind must be one of ${eventKinds.join(', ')}.`);
  const pbx = parameters.get('pbx');
  if (pbx !== null && !pbxs.includes(pbx) && (pbx === '' || journal.events(pbx).length === 0))
    return problem(unknownPbx(pbx, pbxs));
  const kinds = kind === null ? eventKinds : [kind];
  return { ok: true, query: { position, ...(pbx === null ? {} : { pbx }), kinds, limit } };
}

function readSince(text: string | null, journal: Journal): Position | undefined {
  if (text === null) return { kind: 'newest' };
  const cursor = /^([0-9a-z]{1,12})-(\d{1,15})$/.exec(text);
  if (cursor !== null) {
    const sequence = Number(cursor[2]);
    const foreign = cursor[1] !== runOf(journal);
    return !foreign && sequence > journal.sequence ? undefined : { kind: 'cursor', sequence, foreign };
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const wall = Date.parse(text);
  return Number.isNaN(wall) ? undefined : { kind: 'time', wall };
}

function readLimit(text: string | null): number | undefined {
  if (text === null) return usualEvents;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= maximumEvents ? limit : undefined;
}

function isKind(text: string): text is EventKind {
  return eventKinds.some((kind) => kind === text);
}

function unknownPbx(pbx: string, pbxs: readonly string[]): string {
  const [meant] = nearestNames(pbx, pbxs, 1);
  const hint = meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
  return `pbx must be the name of a target in the configuration; there is none named ${quoted(pbx)}.${hint}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100).toWellFormed()}...` : text);
}

function problem(text: string): ReadQuery {
  return { ok: false, problem: `${text}\n` };
}
