import { ownAddress, type Simulator } from '../simulator.ts';
import { lock } from '../kit/lock-out.ts';
import { createKit, type Kit } from '../kit/kit.ts';
import { readJson, readJsonObject, type SimulatorRequest } from '../kit/request.ts';
import type { Reaction } from '../kit/response.ts';
import { extensionOf } from '../kit/world.ts';
import { callQuery, callsOf, queueStatus } from './activity.ts';
import { type Call, pageNotFound, type Reply, replyResponse } from './reply.ts';
import { deviceInfo, extensionList, trunkList } from './queries.ts';
import { createGate, type Gate } from './gate.ts';
import { Reporter } from './reporter.ts';
import { usualSwitches, type YeastarModel, type YeastarOptions, type YeastarSwitches } from './switches.ts';
import { extensionStatus } from './states.ts';

/** A simulated S-Series or K2. */
export interface YeastarSimulator extends Simulator {
  readonly switches: YeastarSwitches;
  readonly reporter: Reporter;
  /** Reports the state of an extension to every client if reports are on. Resolves after one attempt for each client. */
  reportExtension(number: string): Promise<void>;
}

/** Calls of v1.0.x and v1.1.0. */
const firstCalls: Readonly<Record<string, Call>> = {
  'deviceinfo/query': deviceInfo,
  'extensionlist/query': extensionList('extnumber'),
  'trunklist/query': trunkList(false),
  'inbound/query': callsOf('inbound'),
  'outbound/query': callsOf('outbound'),
  'queuestatus/query': queueStatus('queueid', 'queuenumber'),
};

/** Calls of v2.0.0. */
const secondCalls: Readonly<Record<string, Call>> = {
  'deviceinfo/query': deviceInfo,
  'extension/list': extensionList('number'),
  'trunk/list': trunkList(true),
  'call/query': callQuery,
  'queue/query_status': queueStatus('number', 'number'),
};

interface Parts {
  readonly kit: Kit;
  readonly gate: Gate;
  readonly switches: YeastarSwitches;
  readonly model: YeastarModel;
  readonly versions: readonly string[];
}

/** Makes a simulated S-Series or K2. Nothing happens before `start`. */
export function createYeastarSimulator(model: YeastarModel, options: YeastarOptions): YeastarSimulator {
  const kit = createKit(options);
  const switches = { ...usualSwitches(), ...options.switches };
  const gate = createGate(kit, switches, options);
  const reporter = new Reporter(kit.clock);
  const parts: Parts = { kit, gate, switches, model, versions: options.versions ?? model.versions };
  const server = kit.serve({ nameCall, handle: (request) => handle(parts, request) });
  return {
    family: model.family,
    start() {
      reporter.start();
      return server.start();
    },
    stop() {
      reporter.stop();
      return server.stop();
    },
    endSessions: () => void gate.sessions.revokeAll(),
    // No `right-missing`: the only API user has all rights.
    conditions: {
      'account-locked': () => lock(gate.lockOut, ownAddress),
      'address-blocked': () => void (switches.addressForbidden = true),
    },
    reportExtension: (number) => reportExtension(parts, reporter, number),
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    account: { username: switches.username, password: switches.password },
    switches,
    reporter,
  };
}

const pathPattern = /^\/api\/(v[\d.]+)\/(.+)$/u;

function nameCall({ path }: SimulatorRequest): string {
  return pathPattern.exec(path)?.[2] ?? 'other path';
}

function handle(parts: Parts, request: SimulatorRequest): Reaction {
  const { gate, switches, kit } = parts;
  if (switches.dropWhileLocked && gate.lockOut.isLocked(request.clientAddress)) {
    kit.ledger.refusedWhileLocked += 1;
    return { fault: { kind: 'hang' } };
  }
  const [, version, call] = pathPattern.exec(request.path) ?? [];
  if (version === undefined || call === undefined) return pageNotFound();
  return replyResponse(refuse(parts, request) ?? answer(parts, request, version, call), switches);
}

function refuse({ switches }: Parts, request: SimulatorRequest): Reply | undefined {
  if (switches.serviceDown) return { errno: '30003' };
  if (switches.addressForbidden) return { errno: '20015' };
  if (request.method !== 'POST' && !switches.lenientGet) return { errno: '20001' };
  return request.body !== '' && readJson(request) === undefined ? { errno: '20000' } : undefined;
}

function answer(parts: Parts, request: SimulatorRequest, version: string, name: string): Reply {
  const { gate, switches, model, kit } = parts;
  const body = readJsonObject(request);
  const parameter = (field: string): string => textOf(body[field]);
  if (!parts.versions.includes(version)) return { errno: '10003' };
  if (name === 'login') return gate.login(request.clientAddress, parameter);
  if (name === 'token/refresh') return gate.refresh(parameter);
  const token = request.query.get('token') ?? '';
  if (token === '') return { errno: '20005' };
  const session = gate.sessions.touch(token);
  if (session === undefined) return { errno: switches.gone };
  if (name === 'heartbeat') return gate.heartbeat(session, parameter);
  if (name === 'logout') {
    gate.sessions.revoke(token, 'logout');
    return { fields: {} };
  }
  const calls = version.startsWith('v2') ? secondCalls : firstCalls;
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  return call?.({ world: kit.world, clock: kit.clock, switches, model, version, parameter }) ?? { errno: '10003' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

async function reportExtension({ kit, gate, switches }: Parts, reporter: Reporter, number: string): Promise<void> {
  if (!switches.reports) return;
  const extension = extensionOf(kit.world, number);
  const tries = gate.sessions.list().map(({ token, data }) => {
    // Sending a report counts as use of the token.
    gate.sessions.touch(token);
    const wellFormed = data.reportVersion !== '' && !switches.oldFormat;
    const status = `"extension":"${number}","status":"${extensionStatus(extension)}"`;
    const body = wellFormed
      ? `{"action":"ExtensionStatus","ext":[{${status}}]}`
      : `{"action":"ExtensionStatus","ext":{${status}},"ext":{${status}}}`;
    return reporter.send(data, body, () => switches.reports && gate.sessions.find(token) !== undefined);
  });
  await Promise.all(tries);
}
