import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { LoginSuspension } from '../polling/login-status.ts';
import type { Target } from '../polling/target.ts';
import { namedTarget } from './named-target.ts';
import { formatDuration, formatMoment, formatTimeLeft, refusalsText } from './pages/format.ts';
import { type Route, sendText } from './routes.ts';

/** `/-/healthy`: 200 if the process answers. It sends no request to a PBX. */
export const healthyRoute: Route = {
  path: '/-/healthy',
  methods: ['GET'],
  handle: ({ response }) => sendText(response, 200, 'pbx-exporter is healthy.\n'),
};

/** `/-/ready`: 200 once every target has been tried; 503 before. */
export function readyRoute(fleet: () => Fleet): Route {
  return {
    path: '/-/ready',
    methods: ['GET'],
    handle({ response }) {
      const targets = fleet().targets;
      const tried = targets.filter((target) => target.tried).length;
      if (tried === targets.length) sendText(response, 200, 'pbx-exporter is ready.\n');
      else sendText(response, 503, `pbx-exporter is not ready: ${tried} of ${targets.length} targets tried.\n`);
    },
  };
}

/** The result of a reload, for display. `problems` lists the problems of all files, one below the other. */
export type ReloadResult =
  | { readonly ok: true; readonly summary: string }
  | { readonly ok: false; readonly summary: string; readonly problems: string };

/** `POST /-/reload`: reads the configuration files again. Files with problems are not applied; the response lists the problems. */
export function reloadRoute(reload: () => Promise<ReloadResult>): Route {
  return {
    path: '/-/reload',
    methods: ['POST'],
    async handle({ request, response }) {
      if (isFromElsewhere(request))
        return sendText(response, 403, 'Pages of other sites may not reload this exporter.\n');
      const result = await reload();
      if (result.ok) sendText(response, 200, `${result.summary}\n`);
      else sendText(response, 500, `${result.summary}; everything else stays as it is.\n\n${result.problems}`);
    },
  };
}

/** Dependencies of `/-/retry`. */
interface RetrySetup {
  readonly fleet: () => Fleet;
  readonly clock: Clock;
}

/** The result of a retry. */
interface Outcome {
  /** 200: the PBX is up. 409: no attempt was made. 502: an attempt was made, and the PBX is not up. */
  readonly status: 200 | 409 | 502;
  readonly text: string;
  /** Time until an attempt is allowed, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * `POST /-/retry?pbx=NAME`: makes one attempt now for a target with suspended logins, after a person has corrected the
 * cause on the PBX. If one more refusal could make the PBX lock out the exporter, no login is sent, and the response
 * contains the time from which a login is allowed.
 */
export function retryRoute({ fleet, clock }: RetrySetup): Route {
  return {
    path: '/-/retry',
    methods: ['POST'],
    async handle({ request, response, url }) {
      if (isFromElsewhere(request))
        return sendText(response, 403, 'Pages of other sites may not make this exporter log in.\n');
      const target = namedTarget(url, 'pbx', fleet());
      if ('problem' in target) return sendText(response, target.status, target.problem);
      const { status, text, retryAfterMs } = await retry(target, fleet(), clock);
      if (retryAfterMs !== undefined) response.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1000)));
      return sendText(response, status, `${target.name}: ${text}\n`);
    },
  };
}

async function retry(target: Target, fleet: Fleet, clock: Clock): Promise<Outcome> {
  if (!target.logins.wait && target.roundEndedMsAgo < target.leastPauseMs) return justAsked(target);
  const refused = target.logins.allowOne();
  if (refused !== undefined) return notTried(refused, clock);
  const loginsBefore = loginsOf(target);
  await fleet.poll(target);
  const { record } = target;
  const { suspension } = target.logins;
  if (record.up) return { status: 200, text: `up.${notRead(record)}` };
  // Another process may have used up the allowed refusals; this is known only after the round has read the state file.
  if (suspension !== undefined && loginsOf(target) === loginsBefore) return notTried(suspension, clock);
  return { status: 502, text: stillDown(target, clock) };
}

function justAsked({ record, roundEndedMsAgo }: Target): Outcome {
  const ago = formatDuration(roundEndedMsAgo);
  if (record.up) return { status: 200, text: `no login is suspended; the PBX was up ${ago} ago.${notRead(record)}` };
  return { status: 502, text: `no login is suspended; the last round was ${ago} ago: ${whyDown(record)}.` };
}

function notTried({ untilWall, detail }: LoginSuspension, clock: Clock): Outcome {
  const retryAfterMs = untilWall - clock.wallTime();
  const when = `${formatMoment(untilWall)} (in ${formatTimeLeft(retryAfterMs)})`;
  return { status: 409, text: `not tried: ${detail}. The next login may be sent at ${when}.`, retryAfterMs };
}

function stillDown({ record }: Target, clock: Clock): string {
  const { suspendedUntilWall, refusals } = record;
  const left = suspendedUntilWall - clock.wallTime();
  return [
    `tried, and still down: ${whyDown(record)}.`,
    ...(left > 0 ? [`Next login at ${formatMoment(suspendedUntilWall)} (in ${formatTimeLeft(left)}).`] : []),
    ...(refusals === undefined ? [] : [refusalsText(refusals)]),
  ].join(' ');
}

function whyDown({ lastRound }: Target['record']): string {
  const { reason = 'unknown', detail } = lastRound ?? {};
  return detail === undefined ? reason : `${reason}, ${detail}`;
}

/** Collectors that failed. Refused lists are unrelated to logins, and the exporter requests them again automatically. */
function notRead({ collectors }: Target['record']): string {
  const failed = Object.entries(collectors).filter(([, { success }]) => !success);
  if (failed.length === 0) return '';
  const names = failed.map(([name, { reason }]) => `${name} (${reason ?? 'unknown'})`);
  return ` Not read: ${names.join(', ')}; refused lists are requested again within an hour.`;
}

function loginsOf({ record }: Target): number {
  const { success, failure } = record.counters.logins;
  return success + failure;
}

/** Reports whether a page of another site caused a request. Only browsers send this header, and they send it with every request. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
