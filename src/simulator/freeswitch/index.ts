import { createKit } from '../kit/kit.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import type { Simulator, SimulatorFamily } from '../simulator.ts';
import { Access, type Caller, mayCall } from './access.ts';
import { callCenter } from './call-center.ts';
import { listUsers, show, status } from './core-commands.ts';
import {
  exporterUser,
  type FreeswitchOptions,
  type FreeswitchSwitches,
  type FreeswitchParts,
  usualSwitches,
} from './settings.ts';
import { PhonePings } from './phone-pings.ts';
import { sofia, splitArguments } from './sofia.ts';
import { type CommandRequest, commandResponse, errorPage, isTooLong, readCommand } from './web-server.ts';

/** Maximum number of connections served simultaneously, for all clients together. */
const connectionsAtOnce = 16;

/** A simulated FreeSWITCH. */
export interface FreeswitchSimulator extends Simulator {
  readonly switches: FreeswitchSwitches;
  /** State of the phones according to their answers to pings. */
  readonly pings: PhonePings;
}

/** Makes a simulated FreeSWITCH with mod_xml_rpc. Nothing happens before `start`. */
export function createFreeswitchSimulator(options: FreeswitchOptions): FreeswitchSimulator {
  const kit = createKit(options);
  const { domain = 'pbx.example.org' } = options;
  const switches = { ...usualSwitches(domain), ...options.switches };
  const pings = new PhonePings();
  const parts: FreeswitchParts = { kit, switches, pings };
  const access = new Access(switches, kit.ledger);
  const server = kit.serve({
    nameCall,
    handle: (request) => handle(parts, access, request),
    idleMs: 5_000,
    connectionsAtOnce,
  });
  return {
    family: 'freeswitch',
    start: () => server.start(),
    stop: () => server.stop(),
    ledger: kit.ledger,
    faults: kit.faults,
    world: kit.world,
    switches,
    pings,
    account: { username: `${exporterUser.user}@${domain}`, password: exporterUser.password },
    conditions: {
      'right-missing': () => {
        const left = (allowed: readonly string[] = []): readonly string[] =>
          allowed.filter((command) => command !== 'sofia');
        switches.users = switches.users.map((user) => ({ ...user, allowed: left(user.allowed) }));
      },
    },
    endSessions() {},
  };
}

/** Entry of this family in the list of simulators. */
export const freeswitchFamily: SimulatorFamily = { family: 'freeswitch', create: createFreeswitchSimulator };

function handle(parts: FreeswitchParts, access: Access, request: SimulatorRequest): SimulatorResponse {
  if (isTooLong(request)) return errorPage(408);
  if (request.path.startsWith('/pub/')) return errorPage(500);
  const caller = access.judge(request);
  if (caller.kind === 'refused') return errorPage(401, { 'WWW-Authenticate': `Basic realm="${caller.realm}"` });
  const asked = readCommand(request);
  if (asked === undefined) return errorPage(404);
  if (!mayCall(caller, asked.command)) return errorPage(686);
  return commandResponse(asked.face, answer(parts, asked), nameOf(caller));
}

function nameOf(caller: Caller): { readonly user: string; readonly domain: string } {
  return caller.kind === 'user' ? caller.user : { user: '', domain: '' };
}

const unknownCommand = 'INVALID COMMAND!\n';

function answer(parts: FreeswitchParts, { command, line }: CommandRequest): string | Buffer {
  const { modules, readiness } = parts.switches;
  // A stopping PBX unloads its modules first; the core and the web server answer for a few more seconds.
  const has = (module: 'sofia' | 'callcenter'): boolean => readiness === 'ready' && modules.has(module);
  switch (command) {
    case 'status':
      return status(parts);
    case 'show':
      return show(parts, line);
    case 'sofia':
      return has('sofia') ? sofia(parts, line) : unknownCommand;
    case 'callcenter_config':
      return has('callcenter') ? callCenter(parts, line) : unknownCommand;
    case 'list_users':
      return listUsers(parts);
    default:
      return unknownCommand;
  }
}

/** Commands of a poller; the ledger counts all others as `other`, even harmless ones. */
const reads = [
  /^status$/u,
  /^sofia jsonstatus$/u,
  /^sofia xmlstatus gateway$/u,
  /^show (?:calls|channels) count as json$/u,
  /^callcenter_config (?:queue|agent|tier) list$/u,
  /^list_users$/u,
];

function nameCall(request: SimulatorRequest): string {
  const asked = request.method === 'GET' ? readCommand(request) : undefined;
  if (asked === undefined) return 'other';
  const { command, line } = asked;
  const words = splitArguments(line);
  const [first, second, , fourth, ...more] = words;
  if (more.length === 0 && command === 'sofia' && first === 'xmlstatus' && second === 'profile' && fourth === 'reg')
    return 'sofia xmlstatus profile reg';
  if (command === 'callcenter_config' && words.length === 4 && line.startsWith('queue list members '))
    return 'callcenter_config queue list members';
  const whole = line === '' ? command : `${command} ${line}`;
  return reads.some((read) => read.test(whole)) ? whole : 'other';
}
