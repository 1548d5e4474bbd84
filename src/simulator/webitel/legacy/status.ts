import type { World } from '../../kit/world.ts';
import { engineVersions, type EngineRelease, type LegacySwitches } from '../settings.ts';

/** Input for the status. */
export interface StatusParts {
  readonly world: World;
  readonly switches: LegacySwitches;
  readonly release: EngineRelease;
  /** Number of commands that wait for the console. */
  readonly waiting: number;
  readonly wallTime: number;
  readonly sessions: number;
}

/** Returns the status of the engine; its keys in 3.2 differ from those in 3.4 and later. */
export function engineStatus(parts: StatusParts): unknown {
  const { world, switches, release, waiting, wallTime, sessions } = parts;
  const version = world.version === '' ? engineVersions[release] : world.version;
  const upSeconds = Math.max(0, Math.floor((wallTime - world.startedAt) / 1000));
  const online = switches.console === 'offline' ? 'Offline' : 'Connected';
  if (release === '3.2')
    return {
      Version: version,
      'Process up time': `${upSeconds} sec`,
      'Node memory': { rss: '120.4 MB', heapUsed: '61.2 MB' },
      Webitel: { Status: online, ApiQueue: waiting, CmdQueue: 0 },
      freeSWITCH: switches.freeSwitch === 'connected' ? upLine(upSeconds, world) : 'Connect server error.',
    };
  return {
    version,
    nodeMemory: { rss: 126_251_008, heapTotal: 69_206_016, heapUsed: 61_190_144 },
    processId: 1,
    socketSessions: 0,
    userSessions: sessions,
    maxUserSessions: sessions,
    domainSessions: 1,
    processUpTimeSec: upSeconds + 0.09,
    wConsole: { status: online, apiQueue: waiting, cmdQueue: 0, version: '3.2.0', sid: 'made-up\n' },
    system: { totalMemory: 8_364_429_312, freeMemory: 3_229_802_496, platform: 'linux', name: 'engine' },
    crashCount: '0',
    freeSWITCH: switches.freeSwitch === 'connected' ? upLine(upSeconds, world) : 'No ESL connect.',
    nodeVersion: 'v12.22.12',
  };
}

function upLine(upSeconds: number, { calls }: World): string {
  const units = [
    ['year', Math.floor(upSeconds / 31_536_000)],
    ['day', Math.floor(upSeconds / 86_400) % 365],
    ['hour', Math.floor(upSeconds / 3_600) % 24],
    ['minute', Math.floor(upSeconds / 60) % 60],
    ['second', upSeconds % 60],
    ['millisecond', 418],
    ['microsecond', 77],
  ] as const;
  const words = units.map(([unit, count]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return [
    `UP ${words.join(', ')}`,
    'FreeSWITCH (Version 1.6.20 64bit) is ready',
    `${calls.length * 2 + 40} session(s) since startup`,
    `${calls.length * 2} session(s) - peak 12, last 5min 4`,
    '0 session(s) per Sec out of max 30, peak 3, last 5min 1',
    '1000 session(s) max',
    'min idle cpu 0.00/98.40',
    '',
  ].join('\n');
}
