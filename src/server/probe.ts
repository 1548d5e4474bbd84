import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Exposition, PageTarget } from '../exposition/page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import { namedTarget } from './named-target.ts';
import { sendPage } from './metrics.ts';
import { type Route, sendText } from './routes.ts';

/** Maximum number of concurrent probes. Thousands of targets can be scraped at the same time, and waiting probes are cheap. */
const maximumProbes = 4_096;

/** Dependencies of `/probe`. */
interface ProbeSetup {
  readonly fleet: () => Fleet;
  readonly exposition: Exposition;
  readonly clock: Clock;
}

/**
 * `/probe?target=NAME`: runs one round of a configured target and returns its metrics. It joins a running or queued round,
 * reuses one that just ended, and uses the session of the polling loop. For a target that is down, suspended or too slow,
 * it returns a normal response with `pbx_up` 0.
 */
export function probeRoute(setup: ProbeSetup): Route {
  return {
    path: '/probe',
    methods: ['GET'],
    maximumInFlight: maximumProbes,
    async handle({ request, response, url }) {
      const fleet = setup.fleet();
      const target = namedTarget(url, 'target', fleet);
      if ('problem' in target) return sendText(response, target.status, target.problem);
      if (request.method === 'HEAD') return sendPage(request, response, () => nothing());
      const header = request.headers[scrapeTimeoutHeader];
      const waitMs = longestWaitMs(target.timeoutMs, typeof header === 'string' ? header : undefined);
      const seen = await probedTarget(target, setup, waitMs);
      if (typeof seen === 'string') return sendLater(response, seen);
      return sendPage(request, response, (choice) => setup.exposition.probePage(seen, choice));
    },
  };
}

function sendLater(response: ServerResponse, text: string): void {
  response.setHeader('Retry-After', '1');
  sendText(response, 503, text);
}

async function* nothing(): AsyncGenerator<Buffer> {}

/**
 * Returns the target as seen by one probe: after a round that just ended, is running or starts now. If the round does not
 * end within `waitMs`, it continues, and the target is returned as timed out. A text explains why there is no result.
 */
export async function probedTarget(
  target: Target,
  { fleet, clock }: Pick<ProbeSetup, 'fleet' | 'clock'>,
  waitMs: number,
): Promise<PageTarget | string> {
  if (target.roundEndedMsAgo < target.leastPauseMs && fleet().roundRunningMs(target) === undefined) return target;
  const ended = await endsWithin(clock, waitMs, fleet().poll(target));
  if (fleet().get(target.name) !== target)
    return `The configuration of ${JSON.stringify(target.name)} has just changed.\n`;
  if (ended) return target;
  // If the round started late, its duration says nothing about the PBX.
  if ((fleet().roundRunningMs(target) ?? 0) >= waitMs / 2) return timedOutTarget(target, clock, waitMs);
  if (target.tried && !target.record.up) return target;
  return 'All slots for rounds are in use: raise scrape.concurrency, scrape less often, or raise the scrape timeout.\n';
}

function endsWithin(clock: Clock, milliseconds: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(milliseconds, () => resolve(false));
    work.then(() => resolve(true), reject).finally(() => timer.stop());
  });
}

const detail = 'no complete answer within the scrape timeout';

/**
 * The target as seen by a probe that could not wait for the end of the round: down, with the reason `timeout`. The record
 * of the target itself is unchanged, because the round continues and determines the result.
 */
function timedOutTarget({ identity, record }: Target, clock: Clock, waitedMs: number): PageTarget {
  const now = clock.wallTime();
  const collectors = Object.keys(record.collectors).map((name) => [
    name,
    { success: false, reason: 'timeout', detail },
  ]);
  const late: TargetRecord = {
    ...record,
    up: false,
    upSinceWall: record.up ? now : (record.upSinceWall ?? now),
    lastRound: { endedAtWall: now, durationMs: waitedMs, reason: 'timeout', detail },
    collectors: Object.fromEntries(collectors),
  };
  // A separate identity, because rendered lines are cached by identity, and these are for this response only.
  return { identity: { ...identity }, record: late };
}

/** Header with the scrape timeout of Prometheus, in seconds. */
const scrapeTimeoutHeader = 'x-prometheus-scrape-timeout-seconds';

/** Part of the scrape timeout (ms) reserved for rendering and sending the page; at most half of the timeout. */
const marginMs = 500;
/** Additional time (ms) after the target's timeout, so that the round can still end with its own timeout. */
const graceMs = 200;

/**
 * Returns how long (ms) a probe waits for the end of the round, given the target's timeout (ms) and the header of the
 * request, if any. The round itself always has the target's timeout. An invalid header is ignored.
 */
export function longestWaitMs(targetTimeoutMs: number, header: string | undefined): number {
  const allowedMs = header !== undefined && /^\d{1,6}(\.\d{1,9})?$/.test(header.trim()) ? Number(header) * 1000 : 0;
  return allowedMs === 0 ? targetTimeoutMs + graceMs : Math.max(allowedMs - marginMs, allowedMs / 2);
}
