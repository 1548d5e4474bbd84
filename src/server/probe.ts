import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Exposition } from '../exposition/page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { namedTarget } from './named-target.ts';
import { sendPage } from './page-answer.ts';
import { probedTarget } from './probed-target.ts';
import { longestWaitMs, scrapeTimeoutHeader } from './probe-timeout.ts';
import { type Route, sendText } from './routes.ts';

/** Thousands of targets may be scraped at once; a probe that waits costs next to nothing. */
const mostProbes = 4_096;

/** What `/probe` needs. */
export interface ProbeSetup {
  readonly fleet: () => Fleet;
  readonly exposition: Exposition;
  readonly clock: Clock;
}

/**
 * `/probe?target=NAME`: a round of one configured target now, and its metrics. Joins a round that runs or waits, makes do
 * with one that has just ended, and uses the session of the loop. A target that is down, suspended or too slow is an answer like any other, with `pbx_up` 0.
 */
export function probeRoute(setup: ProbeSetup): Route {
  return {
    path: '/probe',
    methods: ['GET'],
    maximumInFlight: mostProbes,
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
