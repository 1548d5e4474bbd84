import { ownAddress, type Simulator, type SimulatorFamily } from '../simulator.ts';
import { lock } from '../kit/lock-out.ts';
import { createKit, type Kit } from '../kit/kit.ts';
import { readJson, readJsonObject, type SimulatorRequest } from '../kit/request.ts';
import type { Reaction } from '../kit/response.ts';
import { calls } from './calls.ts';
import { createGate, type Gate } from './gate.ts';
import { type Reply, replyResponse } from './reply.ts';
import { type PSeriesOptions, type PSeriesSwitches, usualSwitches } from './switches.ts';

/** A simulated P-Series. */
export interface PSeriesSimulator extends Simulator {
  readonly switches: PSeriesSwitches;
  /** Unblocks all addresses, as an administrator can. */
  liftBlock(): void;
}

interface Parts {
  readonly kit: Kit;
  readonly gate: Gate;
  readonly switches: PSeriesSwitches;
}

/** Makes a simulated Yeastar P560. Nothing happens before `start`. */
export function createYeastarPSimulator(options: PSeriesOptions): PSeriesSimulator {
  const kit = createKit(options);
  const switches = { ...usualSwitches(), ...options.switches };
  const gate = createGate(kit, switches, options);
  const parts: Parts = { kit, gate, switches };
  const server = kit.serve({ nameCall, handle: (request) => handle(parts, request) });
  return {
    family: 'yeastar-p',
    start: () => server.start(),
    stop: () => server.stop(),
    endSessions: () => gate.endAll(),
    conditions: {
      // 10005 ACCESS DENIED.
      'right-missing': () => void switches.callErrors.set('trunk/list', 10005),
      'address-blocked': () => lock(gate.lockOut, ownAddress),
    },
    liftBlock: () => gate.lockOut.unlock(),
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    account: { username: switches.clientId, password: switches.clientSecret },
    switches,
  };
}

/** Entry of this family in the list of simulators. */
export const yeastarPFamily: SimulatorFamily = { family: 'yeastar-p', create: createYeastarPSimulator };

const pathPattern = /^\/openapi\/(v[\d.]+)\/(.+)$/u;

function nameCall({ path }: SimulatorRequest): string {
  return pathPattern.exec(path)?.[2] ?? 'other path';
}

function handle(parts: Parts, request: SimulatorRequest): Reaction {
  const [, version, name] = pathPattern.exec(request.path) ?? [];
  if (version === undefined || name === undefined) return { status: 404, body: 'Not Found\n', close: true };
  return replyResponse(refuse(parts, request, version) ?? answer(parts, request, name));
}

function refuse({ switches, gate, kit }: Parts, request: SimulatorRequest, version: string): Reply | undefined {
  if (switches.requireUserAgent && (request.headers['user-agent'] ?? '') === '') return { errcode: 10005 };
  if (switches.addressForbidden) return { errcode: 70087 };
  if (gate.lockOut.isLocked(request.clientAddress)) {
    kit.ledger.refusedWhileLocked += 1;
    return { errcode: 70004 };
  }
  return version === 'v1.0' ? undefined : { errcode: 10003 };
}

function answer(parts: Parts, request: SimulatorRequest, name: string): Reply {
  const { gate, switches } = parts;
  const forced = switches.callErrors.get(name);
  if (forced !== undefined) return { errcode: forced };
  const forToken = name === 'get_token' || name === 'refresh_token';
  if (request.method !== (forToken ? 'POST' : 'GET')) return { errcode: 10001 };
  if (!forToken) return answerWithToken(parts, request, name);
  if (readJson(request) === undefined) return { errcode: 40001 };
  const body = readJsonObject(request);
  return name === 'get_token' ? gate.getToken(request.clientAddress, body) : gate.refreshToken(body);
}

function answerWithToken({ gate, switches, kit }: Parts, request: SimulatorRequest, name: string): Reply {
  const token = request.query.get('access_token') ?? undefined;
  if (gate.access.find(token) === undefined) return { errcode: 10004 };
  if (name === 'del_token') {
    gate.access.revoke(token, 'logout');
    gate.refresh.revokeAll(({ data }) => data.access === token);
    return { fields: {} };
  }
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  const parameter = (field: string): string => request.query.get(field) ?? '';
  return call?.({ world: kit.world, clock: kit.clock, switches, parameter }) ?? { errcode: 10001 };
}
