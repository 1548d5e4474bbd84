import type { Conditions, Simulator, SimulatorAccount, SimulatorFamily } from '../simulator.ts';
import { createKit, type Kit } from '../kit/kit.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { Reaction, SimulatorResponse } from '../kit/response.ts';
import { createEngine, engineCall } from './legacy/engine.ts';
import { apiCall, createApi } from './modern/api.ts';
import {
  builtInRoles,
  type EngineRelease,
  type LegacySwitches,
  type ModernSwitches,
  tokenDays,
  type WebitelOptions,
} from './settings.ts';

const password = 'made-up-monitor-password';
const staticToken = 'eyJ0eXAiOiJKV1QifQ.made-up-static-token.0123456789';

/** A simulated legacy engine. */
export interface LegacySimulator extends Simulator {
  readonly switches: LegacySwitches;
  /** Simulates a lost reply to another client's command; from then on, the console's replies go to the wrong commands. */
  desynchroniseReplies(): void;
}

/** A simulated modern Webitel. */
export interface ModernSimulator extends Simulator {
  readonly switches: ModernSwitches;
}

/** The functions by which a flavor handles requests. */
interface Product {
  readonly handle: (request: SimulatorRequest, path: string) => Promise<Reaction> | Reaction;
  readonly nameCall: (request: SimulatorRequest, path: string) => string;
  /** Answers requests whose path lacks the prefix. */
  readonly outside: (request: SimulatorRequest) => Reaction;
  readonly endSessions: () => void;
}

/** Makes a simulated legacy engine with its web server (`/engine`). Nothing happens before `start`. */
export function createLegacySimulator(options: WebitelOptions): LegacySimulator {
  const kit = createKit(options);
  const { release = '3.11', domain = 'pbx.example.org', prefix = 'engine' } = options;
  const switches = legacySwitches(release, domain);
  const engine = createEngine({ kit, switches, release, domain });
  const product: Product = {
    handle: (request, path) => engine.handle(request, path),
    nameCall: engineCall,
    outside: () => webClientPage,
    endSessions: () => engine.endSessions(),
  };
  const desynchroniseReplies = (): void => engine.desynchroniseReplies();
  const conditions: Conditions = {
    'right-missing': () => void (switches.roles['monitor'] = { ...switches.roles['monitor'], gateway: [] }),
  };
  const account = accountOf(options, domain);
  return { ...simulator(kit, prefix, product), account, conditions, switches, desynchroniseReplies };
}

/** Makes a simulated modern Webitel with its web server (`/api`). Nothing happens before `start`. */
export function createModernSimulator(options: WebitelOptions): ModernSimulator {
  const kit = createKit(options);
  const { domain = 'pbx.example.org', prefix = 'api' } = options;
  const switches = modernSwitches(domain);
  const api = createApi({ kit, switches, domain });
  const product: Product = {
    handle: (request, path) => api.handle(request, path),
    nameCall: apiCall,
    outside: modernOutside,
    endSessions: () => api.endSessions(),
  };
  const conditions: Conditions = { 'right-missing': () => void switches.denied.add('gateways') };
  return { ...simulator(kit, prefix, product), account: accountOf(options, domain), conditions, switches };
}

/**
 * Makes a simulated Webitel of the given flavor. By default, odd seeds make a legacy engine and even seeds a modern
 * Webitel, so two consecutive seeds show both.
 */
export function createWebitelSimulator(options: WebitelOptions): Simulator {
  const { seed = 1, flavor = seed % 2 === 0 ? 'modern' : 'legacy' } = options;
  return flavor === 'modern' ? createModernSimulator(options) : createLegacySimulator(options);
}

/** Entry of this family in the list of simulators. */
export const webitelFamily: SimulatorFamily = { family: 'webitel', create: createWebitelSimulator };

function simulator(kit: Kit, prefix: string, product: Product): Omit<Simulator, 'account' | 'conditions'> {
  const server = kit.serve({
    idleMs: 5_000,
    nameCall(request) {
      const path = pathInside(request.rawPath, prefix);
      return path === undefined ? 'outside' : product.nameCall(request, path);
    },
    handle(request) {
      const path = pathInside(request.rawPath, prefix);
      return path === undefined ? product.outside(request) : product.handle(request, path);
    },
  });
  return {
    family: 'webitel',
    start: async () => new URL(prefix === '' ? '/' : `/${prefix}`, await server.start()),
    stop: () => server.stop(),
    endSessions: product.endSessions,
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
  };
}

function accountOf({ staticToken: wanted = false }: WebitelOptions, domain: string): SimulatorAccount {
  return wanted ? { token: staticToken } : { username: `monitor@${domain}`, password };
}

function legacySwitches(release: EngineRelease, domain: string): LegacySwitches {
  return {
    console: 'connected',
    lostReplies: 0,
    consoleReply: undefined,
    freeSwitch: 'connected',
    secondFactor: false,
    domainToken: { token: staticToken, enabled: true, role: 'monitor' },
    users: [
      { username: `monitor@${domain}`, password, role: 'monitor' },
      { username: 'root', password: 'made-up-root-password', role: 'root' },
    ],
    roles: { ...builtInRoles },
    expiresDays: tokenDays[release],
    retryText: '',
    clockAheadMs: 0,
    hidePoweredBy: false,
  };
}

function modernSwitches(domain: string): ModernSwitches {
  return {
    users: [{ username: `monitor@${domain}`, password, role: 'monitor' }],
    accessTokens: [{ token: staticToken, enabled: true }],
    tokenLifeSeconds: 604_800,
    hideLifetime: false,
    wrapAuthorization: false,
    secondFactor: false,
    password: 'good',
    licence: 'good',
    denied: new Set(),
    visibleRows: new Map(),
    readsAll: false,
    wrappedErrors: false,
    refusedLists: new Set(),
    userInfo: 'good',
    licences: [{ product: 'CALL_CENTER', limit: 50, remain: 12, notAfter: String(Date.UTC(2030, 5, 30)) }],
    licenceAccess: 'good',
    nulls: false,
  };
}

/** Answers paths outside the API: `/sip` is the WebSocket of the SIP server, every other path returns the web client. */
function modernOutside({ rawPath }: SimulatorRequest): Reaction {
  if (rawPath === '/sip' || rawPath.startsWith('/sip/'))
    return { status: 426, headers: { Upgrade: 'websocket' }, body: '' };
  return webClientPage;
}

/** The page of the web client, which the web server sends for every path outside the API. */
const webClientPage: SimulatorResponse = {
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<!DOCTYPE html>\n<html><head><title>Webitel</title></head><body><div id="app"></div></body></html>\n',
};

/** Returns the path after the prefix, e.g. `/login`; undefined if the path is outside the API. */
function pathInside(path: string, prefix: string): string | undefined {
  if (prefix === '') return path;
  return path.startsWith(`/${prefix}/`) ? path.slice(prefix.length + 1) : undefined;
}
