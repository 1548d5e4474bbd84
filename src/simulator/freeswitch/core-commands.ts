import type { FreeswitchParts } from './settings.ts';
import { registrationsOf } from './registrations.ts';

/** Version of the simulated PBX if the world has none. */
const usualVersion = '1.10.12-release';

/** Answers `status`. */
export function status({ kit, switches }: FreeswitchParts): string {
  const { world, clock } = kit;
  const sessions = sessionsOf(world.calls.length);
  return [
    `UP ${uptime(clock.wallTime() - world.startedAt)}`,
    `FreeSWITCH (Version ${world.version === '' ? usualVersion : world.version}  64bit) is ${switches.readiness}`,
    '8123 session(s) since startup',
    `${sessions} session(s) - peak 37, last 5min 6 `,
    '0 session(s) per Sec out of max 30, peak 4, last 5min 1 ',
    `${switches.sessionLimit} session(s) max`,
    'min idle cpu 0.00/57.90',
    'Current Stack Size/Max 240K/8192K',
    '',
  ].join('\n');
}

/** Returns the number of sessions: each call has two legs, and each leg is a session. */
function sessionsOf(calls: number): number {
  return 2 * calls;
}

const units = [
  ['year', 365 * 86_400_000_000],
  ['day', 86_400_000_000],
  ['hour', 3_600_000_000],
  ['minute', 60_000_000],
  ['second', 1_000_000],
  ['millisecond', 1_000],
  ['microsecond', 1],
] as const;

function uptime(milliseconds: number): string {
  let left = Math.max(0, Math.round(milliseconds * 1000));
  const parts = units.map(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return `${count} ${name}${count === 1 ? '' : 's'}`;
  });
  return parts.join(', ');
}

/** Answers `show ...`. While the PBX stops, it counts no calls, even if some continue. */
export function show(parts: FreeswitchParts, line: string): string {
  const { kit, switches } = parts;
  if (!switches.database) return '-ERR SQL disabled, no data available!\n';
  const calls = switches.readiness === 'ready' ? kit.world.calls.length : 0;
  switch (line) {
    case 'calls count as json':
      return JSON.stringify({ row_count: calls, rows: [] });
    case 'channels count as json':
      return JSON.stringify({ row_count: sessionsOf(calls), rows: [] });
    case 'registrations as json':
      return registrations(parts);
    case 'status':
      return status(parts);
    default:
      return '-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|...\n';
  }
}

/** Lists one contact per user, like the registration table of the core. */
function registrations(parts: FreeswitchParts): string {
  const byUser = new Map(registrationsOf(parts).map((row) => [row.user, row]));
  if (byUser.size === 0) return JSON.stringify({ row_count: 0 });
  const rows = [...byUser.values()].map(({ user, address, port }) => {
    const [name = '', realm = ''] = user.split('@');
    return { reg_user: name, realm, network_ip: address, network_port: String(port), network_proto: 'udp' };
  });
  return JSON.stringify({ row_count: rows.length, rows });
}

const userColumns = 'userid|context|domain|group|contact|callgroup|effective_caller_id_name|effective_caller_id_number';

/** Answers `list_users`: all users in the XML files, registered or not. Nothing is escaped. */
export function listUsers({ kit, switches }: FreeswitchParts): string {
  if (!switches.staticDirectory) return '\n+OK\n';
  const rows = kit.world.extensions.map((extension) => {
    const { number, name, contacts } = extension;
    const [contact] = contacts;
    const where =
      contact === undefined
        ? 'error/user_not_registered'
        : `sofia/${switches.profileOf(extension)}/sip:${number}@${contact.address}:${contact.port}`;
    return [number, 'default', switches.domainOf(extension), 'default', where, '(null)', name, '(null)'].join('|');
  });
  return `${[userColumns, ...rows].join('\n')}\n\n+OK\n`;
}
