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

/** The targets on the pages; `Fleet` implements this interface. */
export interface StatusFleet {
  /** In the order of the configuration. */
  readonly targets: readonly StatusTarget[];
  get(name: string): StatusTarget | undefined;
}

/** Dependencies of the HTML pages. */
export interface StatusPageSetup {
  readonly fleet: () => StatusFleet;
  readonly clock: Clock;
  readonly version: string;
  /** Returns why the state file is not in use; undefined if it is. If absent, there is no state file. */
  readonly stateProblem?: () => string | undefined;
  /** Returns the configuration of a target. If absent, the pages do not show it. */
  readonly configured?: View['configured'];
  /** Returns the command that reloads the exporter. If absent, the pages do not show one. */
  readonly reloadCommand?: () => string;
  /** URL of Grafana, for links to the dashboards. If absent, there are no links. */
  readonly grafanaUrl?: URL | undefined;
  /** Families with documentation. Default: none. */
  readonly documented?: ReadonlySet<string>;
  /** Returns the keyed hash of a person's name, the same as on `/metrics`. */
  readonly hashName: NameHash;
  /** The journal of events. If absent, the pages show no events. */
  readonly journal?: Journal;
}

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** `/`: the page of all PBXs, those with problems first. It sends no request to a PBX. */
export function statusPageRoute(setup: StatusPageSetup): Route {
  return {
    path: '/',
    methods: ['GET'],
    handle: (context) =>
      sendHtml(context, 200, fleetPage(setup.fleet().targets, context.url.searchParams, viewNow(setup))),
  };
}

/** `/pbx?target=NAME`: the page of one PBX. It sends no request to a PBX. */
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

/** `/pbx.csv?target=NAME`: the lists of one PBX for a spreadsheet. It sends no request to a PBX. */
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

/** Encodes a file name for a header (RFC 8187). */
function encodedName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** `/family?name=NAME`: the documentation of a family, as installed with the program. */
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

/** Returns the view for a page rendered now. */
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

/** Sends an HTML page with its security headers. */
export function sendHtml({ response, fixedHeaders }: RouteContext, status: number, text: string): void {
  for (const [name, value] of Object.entries({ ...headers, ...fixedHeaders })) response.setHeader(name, value);
  sendText(response, status, text, 'text/html; charset=utf-8');
}
