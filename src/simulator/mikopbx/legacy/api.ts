import type { Kit } from '../../kit/kit.ts';
import { readJsonObject, type SimulatorRequest } from '../../kit/request.ts';
import type { Reaction, SimulatorResponse } from '../../kit/response.ts';
import { activeCalls, activeChannels } from '../call-views.ts';
import type { AsteriskView } from '../asterisk-view.ts';
import { legacyEnvelope, legacyErrors, type Result } from '../envelope.ts';
import type { LegacySessions } from './sessions.ts';
import { loginPage } from '../web-pages.ts';
import { hasEndpoint, peersStatuses, sipPeer } from '../peer-views.ts';
import { iaxRegistry, sipRegistry, sipRegistryWithoutOutbound } from '../trunk-views.ts';

/** Timeouts: of the front end for an API process, of PHP for a hung Asterisk, and of PHP for the call records. */
const frontEndPatienceMs = 10_000;
const hungListMs = 3_500;
const recordsPatienceMs = 2_000;

/** The parts of a PBX up to 2024 that its paths use. */
export interface LegacyPbx {
  readonly kit: Kit;
  readonly core: AsteriskView;
  readonly sessions: LegacySessions;
}

type Action = (pbx: LegacyPbx, request: SimulatorRequest, process: ApiProcess) => Result;

/** One API process behind the queue. Up to 2021.4, its answers can lag by one request. */
interface ApiProcess {
  /** Whether its connection to Asterisk broke at a restart and has to be reopened. */
  reconnects: boolean;
  desynchronised: boolean;
  lastAnswer: Readonly<Record<string, string>>;
}

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['sip/getPeersStatuses', ({ core }) => ({ data: peersStatuses(core), tookMs: hungDelay(core) })],
  ['sip/getSipPeer', askPeer],
  ['sip/getRegistry', sipRegistryAction],
  ['iax/getRegistry', ({ core }) => ({ data: iaxRegistry(core), tookMs: hungDelay(core, frontEndPatienceMs) })],
  ['cdr/getActiveChannels', ({ core }) => ({ data: activeChannels(core), tookMs: recordsDelay(core) })],
  ['cdr/getActiveCalls', activeCallsAction],
  ['extensions/getForSelect', ({ core }) => ({ data: names(core) })],
  // Real PBXs execute these on a plain GET: a client that sends one has done harm.
  ['system/reboot', () => ({ data: [] })],
  ['system/shutdown', () => ({ data: [] })],
  ['system/restoreDefault', () => ({ data: [] })],
]);

/** Answers all paths of a MikoPBX up to 2024. */
export class LegacyApi {
  readonly #pbx: LegacyPbx;
  readonly #processes: readonly ApiProcess[];
  #turn = 0;

  constructor(pbx: LegacyPbx) {
    this.#pbx = pbx;
    const count = pbx.core.traits.generation === 'A' ? 2 : 4;
    this.#processes = Array.from({ length: count }, () => ({
      desynchronised: false,
      reconnects: false,
      lastAnswer: { state: 'UNKNOWN' },
    }));
  }

  /** Makes every API process answer with the result of the previous request. */
  desynchroniseAnswers(): void {
    for (const process of this.#processes) process.desynchronised = true;
  }

  /** Breaks the connections of the API processes, as a restart of Asterisk does. */
  restart(): void {
    for (const process of this.#processes) process.reconnects = this.#pbx.core.traits.losesRegistrations;
  }

  handle(request: SimulatorRequest): Reaction {
    const { sessions, core, kit } = this.#pbx;
    const isAjax = request.headers['x-requested-with'] === 'XMLHttpRequest';
    if (request.path === '/admin-cabinet/session/index')
      return isAjax ? sessions.loginForm(request) : loginPage(core.traits.version);
    const page = isAjax ? webPage(this.#pbx, request) : undefined;
    if (page !== undefined) return page;
    if (request.path === '/admin-cabinet/session/start') {
      const answer = sessions.login(request);
      return isAjax
        ? answer
        : { ...loginPage(core.traits.version), headers: { ...answer.headers, 'Content-Type': 'text/html' } };
    }
    if (request.path === '/admin-cabinet/session/end') return sessions.logout(request);
    if (request.path === '/pbxcore/api/system/ping')
      return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'PONG' };
    const name = /^\/pbxcore\/api\/+(.+?)\/?$/.exec(request.path)?.[1];
    if (name === undefined) return { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<h1>404</h1>' };
    return this.#isKnownGroup(name) ? this.#callAction(request, name) : legacyErrors(kit.clock, 404, '404 (Not Found)');
  }

  #isKnownGroup(name: string): boolean {
    const [group = ''] = name.split('/');
    if (group === 'extensions' && !this.#pbx.core.traits.names) return false;
    return [...actions.keys()].some((known) => known.startsWith(`${group}/`));
  }

  #callAction(request: SimulatorRequest, name: string): SimulatorResponse {
    const { sessions, core, kit } = this.#pbx;
    const cookie = sessions.strayCookie(request);
    if (!sessions.isLoggedIn(request)) {
      sessions.recordViolation(request);
      const early = core.traits.generation === 'A';
      const refusal = early
        ? legacyErrors(kit.clock, 200, 'Invalid auth token')
        : legacyErrors(kit.clock, 401, "The user isn't authenticated.");
      return { ...refusal, headers: { ...refusal.headers, ...cookie } };
    }
    if (core.switches.forbiddenCalls.includes(name)) return legacyErrors(kit.clock, 403, 'The route is not allowed');
    const action = actions.get(name);
    const word = name.split('/')[1] ?? name;
    if (action === undefined)
      return legacyEnvelope(kit.clock, word, { data: [], result: false, messages: unknownAction(core, word) });
    const result = action(this.#pbx, request, this.#nextProcess());
    const tookMs = (result.tookMs ?? 0) + core.switches.workerDelayMs;
    if (tookMs >= frontEndPatienceMs)
      return { ...legacyErrors(kit.clock, 500, '500 (Internal Server Error) '), delayMs: frontEndPatienceMs };
    return legacyEnvelope(kit.clock, word, { ...result, tookMs });
  }

  #nextProcess(): ApiProcess {
    const process = this.#processes[this.#turn % this.#processes.length];
    this.#turn += 1;
    return process ?? { desynchronised: false, reconnects: false, lastAnswer: {} };
  }
}

/** Answers scripts of the web interface; undefined for other paths. In 2022.1, `extensions/index` contains all SIP secrets. */
function webPage({ core, sessions }: LegacyPbx, request: SimulatorRequest): SimulatorResponse | undefined {
  const page = /^\/admin-cabinet\/([\w-]+)\/index$/.exec(request.path)?.[1];
  if (page === 'call-detail-records')
    return core.switches.proofPageMissing ? loginPage(core.traits.version) : sessions.page(request, {});
  if (page === 'providers') return sessions.page(request, { providerlist: providerList(core) });
  if (page !== 'extensions') return undefined;
  const secret = core.traits.version.startsWith('2022.');
  const row = (number: string): object => ({ number, ...(secret ? { sip_secret: `sip-secret-of-${number}` } : {}) });
  return sessions.page(request, { extensionTable: core.world.extensions.map(({ number }) => row(number)) });
}

function providerList(core: AsteriskView): readonly unknown[] {
  return core.trunks().map(({ trunk, type, id }) => ({
    uniqid: id,
    name: trunk.name,
    username: trunk.username,
    hostname: trunk.host,
    type: type.startsWith('iax') ? 'IAX' : 'SIP',
    status: trunk.state === 'disabled' ? 'disabled' : '',
    existLinks: 'false',
  }));
}

function sipRegistryAction({ core }: LegacyPbx, _request: SimulatorRequest, process: ApiProcess): Result {
  const { reconnects } = process;
  process.reconnects = false;
  const data = reconnects && core.switches.asterisk === 'up' ? sipRegistryWithoutOutbound(core) : sipRegistry(core);
  return { data, tookMs: hungDelay(core, frontEndPatienceMs) };
}

function askPeer({ core }: LegacyPbx, request: SimulatorRequest, process: ApiProcess): Result {
  const asked = request.method === 'POST' ? readJsonObject(request)['peer'] : undefined;
  if (typeof asked !== 'string' || asked === '') return nobodyAsked(core);
  const answer = sipPeer(core, asked);
  const before = process.lastAnswer;
  process.lastAnswer = answer;
  const known = hasEndpoint(core, asked);
  const shown = process.desynchronised ? before : answer;
  if (!known && core.traits.answersDesynchronise) process.desynchronised = true;
  return { data: shown, tookMs: hungDelay(core) };
}

/** Answers a query without a peer, e.g. because it has no JSON body; older versions do not report an error. */
function nobodyAsked({ traits }: AsteriskView): Result {
  if (traits.generation === 'A') return { data: { state: 'UNKNOWN' } };
  const text = traits.liveLogin === 'secrets' ? 'TypeError: getPeerStatus(): Argument #1' : 'Empty peer value';
  return { data: [], result: false, messages: { error: [text] } };
}

function activeCallsAction({ core }: LegacyPbx): Result {
  if (core.switches.recordsSilent) return { data: [], tookMs: recordsPatienceMs };
  return { data: [JSON.stringify(activeCalls(core))] };
}

/** Returns names for a drop-down list: HTML with the number after the name, including disabled employees. */
function names(core: AsteriskView): readonly unknown[] {
  return core.world.extensions.map(({ number, name }) => ({
    name: `<i class="icons"><i class="user outline icon"></i></i> ${escapeHtml(name)} &lt;${number}&gt;`,
    value: number,
    type: 'USER',
    typeLocalized: 'Employees',
  }));
}

function unknownAction({ traits }: AsteriskView, word: string): unknown {
  const text = `Unknown action - ${word} in getCallBack`;
  return traits.generation === 'A' ? [text] : { error: [text] };
}

function hungDelay({ switches }: AsteriskView, delayMs = hungListMs): number {
  return switches.asterisk === 'hung' ? delayMs : 0;
}

function recordsDelay({ switches }: AsteriskView): number {
  return switches.recordsSilent ? recordsPatienceMs : 0;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
