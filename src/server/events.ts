import { createHash } from 'node:crypto';
import Negotiator from 'negotiator';
import type { Journal } from '../journal/journal.ts';
import { answerEvents } from './events/answer.ts';
import { readEventsQuery } from './events/query.ts';
import { eventsPage } from './pages/events-page.ts';
import { eventNames } from './pages/event-names.ts';
import { type Route, type RouteContext, sendText } from './routes.ts';
import { sendHtml, type StatusPageSetup, viewNow } from './status-page.ts';

/** What `/events` needs. */
export type EventsSetup = StatusPageSetup & { readonly journal: Journal };

/**
 * `/events`: what changed and when. A page for people, newest first; JSON for those who ask for `application/json` or with
 * `format=json`, oldest first, with an ETag and a cursor. No PBX is asked.
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
      if (format === 'json' || (format === null && wantsJson(request.headers.accept))) return sendJson(context, setup);
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

function wantsJson(accept: string | undefined): boolean {
  return new Negotiator({ headers: { accept } }).mediaType(['text/html', 'application/json']) === 'application/json';
}

function isKnown(header: string | undefined, tag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(tag);
}
