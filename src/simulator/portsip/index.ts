import { ownAddress, type Simulator, type SimulatorFamily } from '../simulator.ts';
import { createKit } from '../kit/kit.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import { extensionOf, trunkOf, type World } from '../kit/world.ts';
import { errorResponse, noSuchPath } from './answers.ts';
import { accounts } from './caller.ts';
import { createDirectory } from './directory.ts';
import { createGate } from './gate.ts';
import { type Route, type RouteParts, routes } from './routes.ts';
import { type PortsipOptions, type PortsipSwitches, tenantDomain, usualSwitches } from './settings.ts';

/** A simulated PortSIP. */
export interface PortsipSimulator extends Simulator {
  readonly switches: PortsipSwitches;
  /** Returns the id of an extension. */
  userId(number: string): string;
  /** Returns the id of a trunk; if two share the name, that of the first. */
  trunkId(name: string): string;
  /** Lifts all blocks of addresses, as an administrator can. */
  liftBlocks(): void;
}

const base = '/api';
/** Number of trunks in a made-up world, enough for every type. */
const usualTrunks = 8;

/** Makes a simulated PortSIP with two tenants. Nothing happens before `start`. */
export function createPortsipSimulator(options: PortsipOptions): PortsipSimulator {
  const switches = { ...usualSwitches(options.switches?.release ?? '22.3'), ...options.switches };
  const kit = createKit({ ...options, trunks: options.trunks ?? usualTrunks });
  if (options.world === undefined) {
    spreadTypes(kit.world, switches);
    spreadApps(kit.world, switches);
  }
  const gate = createGate(kit, switches);
  const directory = createDirectory(kit.world, switches);
  const parts: RouteParts = { kit, gate, switches, directory };
  const server = kit.serve({
    nameCall: (request) => findRoute(request)?.route.name ?? `${request.method} ?`,
    handle: (request) => handle(parts, request),
    idleMs: 60_000,
  });
  const [{ username, password }] = accounts;
  return {
    family: 'portsip',
    start: async () => new URL(base, await server.start()),
    stop: () => server.stop(),
    conditions: {
      'right-missing': () => void switches.denied.add('trunks'),
      'address-blocked': () => gate.block(ownAddress),
    },
    endSessions: () => {
      gate.sessions.revokeAll();
      gate.refreshTokens.revokeAll();
    },
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    switches,
    account: { username, password },
    targetOptions: { domain: tenantDomain },
    userId: (number) => directory.userId(extensionOf(kit.world, number)),
    trunkId: (name) => directory.trunkId(trunkOf(kit.world, name)),
    liftBlocks: () => gate.lift(),
  };
}

/** Entry of this family in the list of simulators. */
export const portsipFamily: SimulatorFamily = { family: 'portsip', create: createPortsipSimulator };

function handle(parts: RouteParts, request: SimulatorRequest): SimulatorResponse {
  const { gate, switches } = parts;
  const refused = gate.refuse(request.clientAddress);
  if (refused !== undefined) return refused;
  const found = findRoute(request);
  if (found === undefined) return noSuchPath;
  const { route, id } = found;
  if (route.open !== undefined) return route.open(parts, request);
  const session = gate.sessionOf(request);
  if (session === undefined) return errorResponse(401, 'UNAUTHORIZED', 'the access token is missing or has expired');
  if (route.right !== undefined && switches.denied.has(route.right)) return forbidden;
  const { tenant, account } = session.data;
  if (route.system === true && account.role !== 'SystemAdmin') return forbidden;
  if (route.right !== undefined && tenant === undefined) return forbidden;
  return route.answer?.(parts, { request, session, id, tenant: tenant ?? '' }) ?? noSuchPath;
}

const forbidden = errorResponse(403, 'FORBIDDEN', 'the role does not allow this');

function findRoute(request: SimulatorRequest): { readonly route: Route; readonly id: string } | undefined {
  if (!request.rawPath.startsWith(`${base}/`)) return undefined;
  const path = `${request.method} ${request.rawPath.slice(base.length)}`;
  for (const route of routes) {
    const [before = '', after] = route.name.split('{id}');
    if (after === undefined && path === route.name) return { route, id: '' };
    if (after === undefined || !path.startsWith(before) || !path.endsWith(after)) continue;
    const id = path.slice(before.length, path.length - after.length);
    if (id !== '' && !id.includes('/')) return { route, id: decode(id) };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Makes every second unreachable extension of a made-up world a sleeping app; only `enable_push` distinguishes the two. */
function spreadApps({ extensions }: World, { apps }: PortsipSwitches): void {
  const silent = extensions.filter(({ state }) => state === 'unreachable');
  for (const [index, { number }] of silent.entries()) if (index % 2 === 0) apps.add(number);
}

/** Sets the later trunks of a made-up world to the remaining types; the last is disabled and has the same name as the first. */
function spreadTypes(world: World, switches: PortsipSwitches): void {
  const [first, , , , teams, whatsApp, gateway, last] = world.trunks;
  const types = switches.trunkTypes;
  if (teams !== undefined) types.set(teams.id, { authMode: 'TEAMS' });
  // v16 had no messaging trunks.
  const messaging = switches.release === '16.4' ? 'IP_AUTH' : 'WHATS_APP';
  if (whatsApp !== undefined) types.set(whatsApp.id, { authMode: messaging });
  if (gateway !== undefined) types.set(gateway.id, { authMode: 'ACCEPT_REGISTER' });
  if (first === undefined || last === undefined) return;
  types.set(last.id, { authMode: 'REGISTER_AUTH', shared: true });
  last.name = first.name;
  last.state = 'disabled';
  delete last.roundtripMicroseconds;
}
