import { ownAddress, type Simulator, type SimulatorAccount, type SimulatorFamily } from '../simulator.ts';
import { createKit, type Kit } from '../kit/kit.ts';
import { createLockOut, type LockOut } from '../kit/lock-out.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { Reaction } from '../kit/response.ts';
import { AsteriskView } from './asterisk-view.ts';
import { LegacyApi } from './legacy/api.ts';
import { LegacySessions } from './legacy/sessions.ts';
import { brokenServices, redirectToHttps } from './web-pages.ts';
import { type Traits, traitsOf } from './releases.ts';
import { RequestLimit } from './request-limit.ts';
import { type MikoOptions, type MikoSwitches, usualSwitches } from './settings.ts';
import { StatusCaches } from './status-caches.ts';
import { handleV3 } from './v3/api.ts';
import { V3Sessions } from './v3/sessions.ts';

/** A simulated MikoPBX. */
export interface MikoSimulator extends Simulator {
  readonly switches: MikoSwitches;
  /** Number of calls refused for lack of a session, token or right; up to 2024, also of refused logins that fail2ban counts. */
  readonly refusals: number;
  /** Restarts Asterisk: no contact is checked for a minute, and the first answers are partly empty (2025.1 and newer). */
  restartAsterisk(): void;
  /** Makes each API process return its previous answer, as a query for an unknown number does (2020.2 to 2021.4). */
  desynchroniseAnswers(): void;
  /** Makes the request limit block this address now (2025.1 and newer). */
  blockClient(address: string): void;
}

/** Makes a simulated MikoPBX of one release. Nothing happens before `start`. */
export function createMikoSimulator(options: MikoOptions): MikoSimulator {
  const kit = createKit(options);
  const traits = traitsOf(options.release ?? '2026.1.223');
  const switches: MikoSwitches = { ...usualSwitches(), ...options.switches };
  const core = new AsteriskView(kit.clock, kit.world, { traits, switches });
  const legacySessions = new LegacySessions({ kit, traits, switches });
  const v3Sessions = new V3Sessions({ kit, traits, switches });
  const legacy = new LegacyApi({ kit, core, sessions: legacySessions });
  const limit = new RequestLimit(kit.clock, kit.ledger);
  const v3 = { kit, core, sessions: v3Sessions, limit, caches: new StatusCaches(kit, core) };
  const isLegacy = traits.generation === 'A' || traits.generation === 'B';
  const errorLog = createLockOut({ clock: kit.clock, ledger: kit.ledger, ...errorLogBan });
  const bans: Bans = (address) => (isLegacy ? legacySessions.isBanned(address) : errorLog.isLocked(address));
  const handle = (request: SimulatorRequest): Reaction =>
    frontEnd(switches, request, () => noteError(request, { switches, traits, errorLog })) ??
    (isLegacy ? legacy.handle(request) : handleV3(v3, request));
  const server = kit.serve({
    nameCall: nameOf,
    handle: (request) => guarded(kit, bans, { request, handle }),
    idleMs: 65_000,
    admit: (address) => (isShutOut(kit, bans, address) ? 'reset' : 'serve'),
  });
  return {
    family: 'mikopbx',
    start: () => server.start(),
    stop: () => server.stop(),
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    switches,
    account: accountOf(switches, options.useApiKey === true && !isLegacy),
    get refusals() {
      return isLegacy ? legacySessions.violations : v3Sessions.refusals;
    },
    conditions: {
      'right-missing': () => takeRight(switches),
      'address-blocked': () => (isLegacy ? legacySessions.ban(ownAddress) : limit.block(ownAddress)),
    },
    endSessions: () => (isLegacy ? legacySessions : v3Sessions).endSessions(),
    restartAsterisk: () => {
      core.restart();
      legacy.restart();
    },
    desynchroniseAnswers: () => legacy.desynchroniseAnswers(),
    blockClient: (address) => limit.block(address),
  };
}

/** Removes the right to read the state of phones from every key and user. */
function takeRight(switches: MikoSwitches): void {
  switches.forbiddenCalls = ['sip:getPeersStatuses', 'sip:getStatuses', 'sip/getPeersStatuses'];
  for (const key of switches.apiKeys) key.rights = key.rights.filter((right) => right !== 'sip');
}

/** Entry of this family in the list of simulators. */
export const mikopbxFamily: SimulatorFamily = { family: 'mikopbx', create: createMikoSimulator };

function accountOf({ username, password, apiKeys }: MikoSwitches, useApiKey: boolean): SimulatorAccount {
  return useApiKey ? { token: apiKeys[0]?.key ?? '' } : { username, password };
}

/** Returns the answer of nginx if it does not pass the request on; otherwise undefined. */
function frontEnd(switches: MikoSwitches, request: SimulatorRequest, onError: () => void): Reaction | undefined {
  if (switches.redirectToHttps) return redirectToHttps(request.headers.host ?? '', request.rawTarget);
  if (switches.services === 'gone-502') onError();
  return brokenServices(switches.services, request.path.endsWith('/session/start'));
}

/** Reports whether an address is banned. */
type Bans = (address: string) => boolean;

/** Default rule of fail2ban in 2026.1 for lines in the error log of nginx. */
const errorLogBan = { violations: 20, windowMs: 600_000, lockMs: 600_000 };

interface ErrorLog {
  readonly switches: MikoSwitches;
  readonly traits: Traits;
  readonly errorLog: LockOut;
}

/** Adds a line to the error log of nginx, which fail2ban counts in 2026.1. */
function noteError({ clientAddress }: SimulatorRequest, { switches, traits, errorLog }: ErrorLog): void {
  if (traits.generation === 'D' && switches.errorLogJail) errorLog.recordViolation(clientAddress);
}

interface Work {
  readonly request: SimulatorRequest;
  readonly handle: (request: SimulatorRequest) => Reaction;
}

/** Handles a request, or resets the connection if the address was banned after connecting. */
function guarded(kit: Kit, bans: Bans, { request, handle }: Work): Reaction {
  if (isShutOut(kit, bans, request.clientAddress)) return { fault: { kind: 'reset-after-request' } };
  return handle(request);
}

function isShutOut({ ledger }: Kit, bans: Bans, address: string): boolean {
  const banned = bans(address);
  if (banned) ledger.refusedWhileLocked += 1;
  return banned;
}

/** Returns the path without its common prefix, e.g. `sip:getStatuses` or `session/start`. */
function nameOf({ path }: SimulatorRequest): string {
  return path.replace(/^\/+(pbxcore\/api(\/v3)?|admin-cabinet)\//, '');
}
