import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Exposition } from '../exposition/page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { nearestNames } from './nearest-names.ts';
import { sendPage } from './page-answer.ts';
import { probedTarget } from './probed-target.ts';
import { longestWaitMs, scrapeTimeoutHeader } from './probe-timeout.ts';
import { type Route, sendText } from './routes.ts';

/** More names than this are not listed: nobody reads them. */
const mostNamesListed = 20;
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
      const names = url.searchParams.getAll('target');
      const [name = ''] = names;
      if (names.length !== 1 || name === '') return sendText(response, 400, howToAsk(names.length));
      const target = fleet.get(name);
      if (target === undefined) return sendText(response, 404, unknownName(name, fleet));
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

function howToAsk(count: number): string {
  const problem = count > 1 ? 'Only one target can be asked at a time.' : 'Which target?';
  return `${problem} Ask for /probe?target=NAME, where NAME is the name of a target in the configuration.\n`;
}

function unknownName(name: string, fleet: Fleet): string {
  const names = fleet.targets.map((target) => target.name);
  const shown = JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
  const meant = nearestNames(name, names, 3);
  const lines = [
    `There is no target ${shown} in the configuration.`,
    /[:/]/.test(name) ? 'A target is asked for by its name, not by its address.' : '',
    meant.length > 0 ? `Did you mean ${meant.map((one) => JSON.stringify(one)).join(', ')}?` : '',
    names.length <= mostNamesListed
      ? `Targets: ${names.join(', ')}`
      : `It has ${names.length} targets; /sd lists them.`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
