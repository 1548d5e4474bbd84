import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import { nearestNames } from './nearest-names.ts';
import { fleetPage } from './pages/fleet-page.ts';
import { pbxPage, unknownPbxPage } from './pages/pbx-page.ts';
import { contentSecurityPolicy } from './pages/style.ts';
import type { StatusTarget, View } from './pages/view.ts';
import { type Route, type RouteContext, sendText } from './routes.ts';

/** The targets that the pages show; a `Fleet` is one. */
export interface StatusFleet {
  /** In the order of the configuration. */
  readonly targets: readonly StatusTarget[];
  get(name: string): StatusTarget | undefined;
}

/** What the pages for people need. */
export interface StatusPageSetup {
  readonly fleet: () => StatusFleet;
  readonly clock: Clock;
  readonly version: string;
  /** Why the state file is not in use; undefined when it is. Default: there is none. */
  readonly stateProblem?: () => string | undefined;
  /** The file of `target_files` that a target came from; undefined for those of the configuration file itself. Default: all of them. */
  readonly fileOf?: (name: string) => string | undefined;
  /** Keyed hash of a person's name, the same as on `/metrics`. */
  readonly hashName: NameHash;
  /** What happened to the PBXs. Default: nothing is remembered, and the pages say nothing of it. */
  readonly journal?: Journal;
}

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** `/`: a page for people: every PBX, those with problems first. No PBX is asked. */
export function statusPageRoute(setup: StatusPageSetup): Route {
  return {
    path: '/',
    methods: ['GET'],
    handle: (context) =>
      sendHtml(context, 200, fleetPage(setup.fleet().targets, context.url.searchParams, viewNow(setup))),
  };
}

/** `/pbx?target=NAME`: a page for people about one PBX. No PBX is asked. */
export function pbxPageRoute(setup: StatusPageSetup): Route {
  return {
    path: '/pbx',
    methods: ['GET'],
    handle(context) {
      const { url } = context;
      const fleet = setup.fleet();
      const name = url.searchParams.get('target') ?? '';
      const target = fleet.get(name);
      if (target !== undefined) return sendHtml(context, 200, pbxPage(target, url.searchParams, viewNow(setup)));
      const names = fleet.targets.map((one) => one.identity.name);
      sendHtml(context, 404, unknownPbxPage(name, nearestNames(name, names, 3), viewNow(setup)));
    },
  };
}

/** The moment of a page. */
export function viewNow({ clock, version, hashName, stateProblem, fileOf, journal }: StatusPageSetup): View {
  const problem = stateProblem?.();
  return {
    wall: clock.wallTime(),
    monotonic: clock.monotonicTime(),
    version,
    hashName,
    ...(journal !== undefined && { journal }),
    ...(fileOf !== undefined && { fileOf }),
    ...(problem !== undefined && { stateProblem: problem }),
  };
}

/** Sends a page with what a browser may do with it. */
export function sendHtml({ response, fixedHeaders }: RouteContext, status: number, text: string): void {
  for (const [name, value] of Object.entries({ ...headers, ...fixedHeaders })) response.setHeader(name, value);
  sendText(response, status, text, 'text/html; charset=utf-8');
}
