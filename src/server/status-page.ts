import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import { nearestNames } from './named-target.ts';
import { familyPage, unknownFamilyPage } from './pages/family-page.ts';
import { fleetPage } from './pages/fleet-page.ts';
import { pbxPage, unknownPbxPage } from './pages/pbx-page.ts';
import { contentSecurityPolicy } from './pages/style.ts';
import { shownParts, type StatusTarget, type View } from './pages/view.ts';
import { recordCsv } from './record-csv.ts';
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
  /** What the configuration says of a target. Default: nothing is shown of it. */
  readonly configured?: View['configured'];
  /** The command that reloads the exporter. Default: none is shown. */
  readonly reloadCommand?: () => string;
  /** Where Grafana is, for links to the dashboards. Default: there are no links. */
  readonly grafanaUrl?: URL | undefined;
  /** Families that the page of a family can be shown of. Default: none. */
  readonly documented?: ReadonlySet<string>;
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

/** `/pbx.csv?target=NAME`: the lists of one PBX for a spreadsheet. No PBX is asked. */
export function pbxCsvRoute(setup: StatusPageSetup): Route {
  return {
    path: '/pbx.csv',
    methods: ['GET'],
    handle({ response, url }) {
      const name = url.searchParams.get('target') ?? '';
      const target = setup.fleet().get(name);
      if (target === undefined) return sendText(response, 404, 'There is no PBX of this name.\n');
      const view = viewNow(setup);
      const { identity, record } = target;
      const parts = shownParts(target, view);
      const text = recordCsv({ identity, record, parts, hashName: view.hashName, now: view }, { marked: true });
      response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodedName(name)}.csv`);
      response.setHeader('Cache-Control', 'no-store');
      sendText(response, 200, text, 'text/csv; charset=utf-8; header=present');
    },
  };
}

/** A file name as a header can hold it (RFC 8187). */
function encodedName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** `/family?name=NAME`: the documentation of a family, as it came with the program. */
export function familyPageRoute(setup: StatusPageSetup, read: (family: string) => string): Route {
  return {
    path: '/family',
    methods: ['GET'],
    handle(context) {
      const { searchParams } = context.url;
      const view = viewNow(setup);
      const family = searchParams.get('name') ?? '';
      if (view.documented?.has(family) !== true) return sendHtml(context, 404, unknownFamilyPage(view));
      sendHtml(context, 200, familyPage(family, read(family), searchParams, view));
    },
  };
}

/** The moment of a page. */
export function viewNow(setup: StatusPageSetup): View {
  const { clock, version, hashName, stateProblem, configured, reloadCommand, documented, grafanaUrl, journal } = setup;
  const problem = stateProblem?.();
  return {
    wall: clock.wallTime(),
    monotonic: clock.monotonicTime(),
    version,
    hashName,
    ...(journal !== undefined && { journal }),
    ...(configured !== undefined && { configured }),
    ...(reloadCommand !== undefined && { reloadCommand: reloadCommand() }),
    ...(grafanaUrl !== undefined && { grafanaUrl }),
    ...(documented !== undefined && { documented }),
    ...(problem !== undefined && { stateProblem: problem }),
  };
}

/** Sends a page with what a browser may do with it. */
export function sendHtml({ response, fixedHeaders }: RouteContext, status: number, text: string): void {
  for (const [name, value] of Object.entries({ ...headers, ...fixedHeaders })) response.setHeader(name, value);
  sendText(response, status, text, 'text/html; charset=utf-8');
}
