import type { Conditions, Simulator, SimulatorFamily } from '../simulator.ts';
import { createKit, type Kit } from '../kit/kit.ts';
import { createLockOut, type LockOut } from '../kit/lock-out.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import type { Action, ActionContext } from './action.ts';
import { coreActions } from './core.ts';
import { deviceActions } from './devices.ts';
import { EventQueues, type ManagerEvent } from './event-queues.ts';
import { managerResponse, readParameters, refuseByHttp, sessionCookie } from './http.ts';
import { legActions, Legs } from './legs.ts';
import { type Caller, createGate, type Gate, type GateAnswer } from './login.ts';
import { formatError } from './message.ts';
import { olderDriverActions } from './older-drivers.ts';
import { pjsipActions } from './pjsip.ts';
import { queueActions } from './queues.ts';
import { registrationActions } from './registrations.ts';
import { scoresLegs } from './release.ts';
import { type AsteriskOptions, type AsteriskSwitches, releases, usualSwitches } from './settings.ts';
import { StateEvents } from './state-events.ts';
import { waitEventAction, waitForEvents } from './wait-event.ts';

/** A simulated Asterisk. */
export interface AsteriskSimulator extends Simulator {
  readonly switches: AsteriskSwitches;
  /** Calls with media, and the log lines about them. */
  readonly legs: Legs;
  /** Queues events for changes of the world, as every request does. */
  noticeChanges(): void;
  /** Queues any other event for the sessions. */
  happen(event: ManagerEvent): void;
  /** Size of the events queued for live sessions, in bytes. */
  readonly keptEventBytes: number;
  /** Restarts the PBX without delay: ends all sessions, resets the checks of contacts and sets the start time to now. */
  restart(): void;
}

const sessionActions: readonly Action[] = (
  [
    ['Challenge', 'Generate Challenge for MD5 Auth.'],
    ['Login', 'Login Manager.'],
    ['Logoff', 'Logoff Manager.'],
  ] as const
).map(([name, description]) => ({ name, description, classes: [], answer: () => '' }));

const actions: readonly Action[] = [
  ...sessionActions,
  ...coreActions,
  ...deviceActions,
  ...legActions,
  ...olderDriverActions,
  ...pjsipActions,
  ...queueActions,
  ...registrationActions,
  waitEventAction,
].sort((left, right) => (left.name < right.name ? -1 : 1));

interface Parts {
  readonly kit: Kit;
  readonly gate: Gate;
  readonly queues: EventQueues;
  readonly legs: Legs;
  readonly states: StateEvents;
  readonly switches: AsteriskSwitches;
  readonly release: keyof typeof releases;
  readonly path: string;
}

/** Makes a simulated Asterisk (AMI over HTTP, /rawman). Nothing happens before `start`. */
export function createAsteriskSimulator(options: AsteriskOptions): AsteriskSimulator {
  const kit = createKit(options);
  const release = options.release ?? 22;
  const switches = { ...usualSwitches(release), ...options.switches };
  const watcher = makeWatcher(kit, options);
  const gate = createGate(kit, switches, watcher);
  const prefix = options.prefix === undefined ? '' : `/${options.prefix}`;
  const queues = new EventQueues();
  const scores = (): boolean => scoresLegs(versionOf({ kit, release }));
  const legs = new Legs(kit.clock, queues, {
    hasScore: scores,
    sendsFinal: ({ options: { technology = 'PJSIP' } }) => technology === 'SIP' || scores(),
  });
  const states = new StateEvents(queues);
  const path = `${prefix}/rawman`.toLowerCase();
  const parts: Parts = { kit, gate, queues, legs, states, switches, release, path };
  const noticeChanges = (): void => {
    queues.keep((token) => gate.isAlive(token));
    states.notice(contextOf(parts));
  };
  noticeChanges();
  const server = kit.serve({
    nameCall: (request) => nameCall(parts, request),
    handle(request) {
      noticeChanges();
      return handle(parts, request);
    },
    idleMs: options.keepAliveMs ?? 15_000,
    admit: (address, open) => admit(parts, watcher, address, open),
  });
  const [user] = switches.users;
  return {
    family: 'asterisk',
    start: async () => new URL(`${prefix}/`, await server.start()),
    stop: () => server.stop(),
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    switches,
    legs,
    noticeChanges,
    happen: (event) => queues.add(event),
    get keptEventBytes() {
      queues.keep((token) => gate.isAlive(token));
      return queues.keptBytes;
    },
    account: { username: user?.username ?? '', password: user?.secret ?? '' },
    conditions: conditionsOf(switches),
    endSessions: () => gate.forgetAll(),
    restart() {
      gate.forgetAll();
      server.dropConnections();
      kit.world.startedAt = kit.clock.wallTime();
      switches.maintenance.clear();
      switches.processedCalls = 0;
      forgetChecks(kit);
    },
  };
}

function conditionsOf(switches: AsteriskSwitches): Conditions {
  return {
    'right-missing': () => {
      for (const user of switches.users) user.write = ['reporting'];
    },
    // As with `deny` in manager.conf.
    'address-blocked': () => void (switches.permits = () => false),
  };
}

/** Entry of this family in the list of simulators. */
export const asteriskFamily: SimulatorFamily = { family: 'asterisk', create: createAsteriskSimulator };

function makeWatcher({ clock, ledger }: Kit, { logWatcher }: AsteriskOptions): LockOut | undefined {
  if (logWatcher === undefined) return undefined;
  const { failures, withinMs, banMs } = logWatcher;
  return createLockOut({ clock, ledger, violations: failures, windowMs: withinMs, lockMs: banMs });
}

function admit(parts: Parts, watcher: LockOut | undefined, address: string, open: number): 'serve' | 'close' | 'reset' {
  if (watcher?.isLocked(address) === true) {
    parts.kit.ledger.refusedWhileLocked += 1;
    return 'reset';
  }
  return open >= parts.switches.sessionLimit ? 'close' : 'serve';
}

/** Resets all contacts of extensions: after a start, each waits for its first OPTIONS. */
function forgetChecks({ world }: Kit): void {
  for (const contact of world.extensions.flatMap((extension) => extension.contacts)) {
    contact.state = 'unasked';
    delete contact.roundtripMicroseconds;
  }
}

function nameCall(parts: Parts, request: SimulatorRequest): string {
  if (request.path.toLowerCase() !== parts.path) return 'other path';
  const name = readParameters(request)('action').toLowerCase();
  if (name === '') return 'no action';
  return actions.find((action) => action.name.toLowerCase() === name)?.name ?? 'unknown action';
}

function handle(parts: Parts, request: SimulatorRequest): SimulatorResponse {
  const { switches, gate } = parts;
  const version = versionOf(parts);
  const refused = refuseByHttp(request, {
    version,
    path: parts.path,
    webEnabled: switches.webEnabled && switches.bootStage !== 'paths',
    admitted: switches.admits(request.clientAddress),
    stopping: switches.stopping,
  });
  if (refused !== undefined) return refused;
  const caller = gate.recognise(sessionCookie(request), request.clientAddress);
  const answer = answerAction(parts, caller, readParameters(request));
  return managerResponse(version, { token: caller.token, maxAgeSeconds: switches.httpTimeoutMs / 1000 }, answer);
}

function answerAction(parts: Parts, caller: Caller, parameter: (name: string) => string): GateAnswer {
  const { gate, switches } = parts;
  const actionId = parameter('actionid');
  const name = parameter('action');
  if (name === '') return { body: formatError(actionId, 'Missing action in request') };
  if (switches.shuttingDown) return { body: formatError(actionId, 'Asterisk is shutting down') };
  if (name.toLowerCase() === 'login') return gate.login(caller, actionId, parameter);
  if (name.toLowerCase() === 'challenge') return gate.challenge(caller, actionId, parameter('authtype'));
  if (name.toLowerCase() === 'logoff') return gate.logoff(caller, actionId);
  if (caller.username === undefined) return { body: formatError(actionId, 'Permission denied') };
  const known = (): readonly Action[] => actions.filter((action) => isKnown(parts, action));
  const action = known().find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (action === undefined) {
    const hint = 'Use Action: ListCommands to show available commands.';
    return { body: formatError(actionId, `Invalid/unknown command: ${name}. ${hint}`) };
  }
  const { write } = caller;
  if (action.classes.length > 0 && !action.classes.some((needed) => write.includes(needed))) {
    return { body: formatError(actionId, 'Permission denied') };
  }
  if (action.module !== undefined && switches.bootStage === 'modules') {
    gate.forget(caller);
    return { body: formatError(actionId, 'Permission denied') };
  }
  if (action === waitEventAction) return waitForEvents(parts, caller, actionId, parameter('timeout'));
  return { body: action.answer({ ...contextOf(parts), actionId, parameter, known, write }) };
}

function versionOf({ kit, release }: Pick<Parts, 'kit' | 'release'>): string {
  return kit.world.version === '' ? releases[release].version : kit.world.version;
}

/** Returns the part of the context that does not depend on the request. */
function contextOf(parts: Parts): ActionContext {
  const { kit, switches, legs, release } = parts;
  const { world, clock, random } = kit;
  const about = { world, clock, random, switches, legs, version: versionOf(parts), release };
  const nobody = { actionId: '', parameter: () => '', known: () => [], write: [] };
  return { ...about, amiVersion: releases[release].ami, ...nobody };
}

function isKnown(parts: Parts, { module, isIn = () => true }: Action): boolean {
  const { switches, release } = parts;
  if (!isIn(versionOf(parts))) return false;
  if (module === undefined) return true;
  if (switches.bootStage === 'core' || (module === 'sip' && release > 20)) return false;
  return switches.modules.has(module);
}
