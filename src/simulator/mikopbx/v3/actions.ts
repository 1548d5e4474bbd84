import type { Kit } from '../../kit/kit.ts';
import type { SimulatorRequest } from '../../kit/request.ts';
import { activeCalls, activeChannels } from '../call-views.ts';
import type { AsteriskView } from '../asterisk-view.ts';
import type { Result } from '../envelope.ts';
import { peersStatuses } from '../peer-views.ts';
import type { StatusCaches } from '../status-caches.ts';
import { iaxRegistry, sipRegistry } from '../trunk-views.ts';

/** The parts of the PBX that an action uses. */
export interface V3Context {
  readonly kit: Kit;
  readonly core: AsteriskView;
  readonly caches: StatusCaches;
}

/** One method of the API, called after token and rights have been checked. */
export type V3Action = (context: V3Context, request: SimulatorRequest) => Result;

/** Delay of an API process with a broken connection to Asterisk; its answer is also incomplete. */
const reconnectMs = 2_500;

/** The methods by resource and name, e.g. `sip:getStatuses`. */
export const v3Actions: ReadonlyMap<string, V3Action> = new Map<string, V3Action>([
  ['sip:getPeersStatuses', peersStatusesAction],
  ['sip:getRegistry', sipRegistryAction],
  ['iax:getRegistry', ({ core }) => ({ data: iaxRegistry(core), tookMs: whileAway(core, 500, 6_600) })],
  ['sip:getStatuses', ({ caches }) => caches.sipStatuses()],
  ['providers:getStatuses', ({ caches }) => caches.providers()],
  ['sip-providers:getStatuses', ({ caches }) => caches.providers()],
  ['iax-providers:getStatuses', ({ caches }) => caches.providers()],
  ['pbx-status:getActiveChannels', ({ core }) => records(core, activeChannels(core), 15_000)],
  ['pbx-status:getActiveCalls', ({ core }) => records(core, activeCalls(core), 2_000)],
  ['employees', employees],
  ['system:checkAuth', () => ({ data: [] })],
  ['storage:usage', storageUsage],
  ['firewall:getBannedIps', bannedAddresses],
]);

function peersStatusesAction({ core }: V3Context): Result {
  if (core.switches.asterisk === 'up' && core.takeDeadConnection()) return { data: [], tookMs: reconnectMs };
  return { data: peersStatuses(core), tookMs: whileAway(core, 500, 6_600) };
}

/** Answers `sip:getRegistry`; an API process that has to reconnect omits outbound trunks. */
function sipRegistryAction({ core }: V3Context): Result {
  const rows = sipRegistry(core);
  if (core.switches.asterisk !== 'up' || !core.takeDeadConnection())
    return { data: rows, tookMs: whileAway(core, 6_000, 30_100) };
  const left = rows.filter((row) => !JSON.stringify(row).includes('-REG"'));
  return { data: left, tookMs: reconnectMs };
}

function employees({ core }: V3Context, { query }: SimulatorRequest): Result {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Math.min(Number(query.get('limit') ?? 50), core.switches.employeesPerPage);
  const rows = core.world.extensions.map(({ number, name, state }, index) => ({
    id: String(index + 1),
    number,
    user_username: name,
    disabled: state === 'disabled',
  }));
  const total = rows.length;
  return { data: { data: rows.slice(offset, offset + limit), recordsTotal: total, recordsFiltered: total } };
}

function records({ switches }: AsteriskView, rows: readonly unknown[], patienceMs: number): Result {
  return { data: rows, tookMs: switches.recordsSilent ? patienceMs : 0 };
}

function whileAway({ switches }: AsteriskView, downMs: number, hungMs: number): number {
  if (switches.asterisk === 'up') return 0;
  return switches.asterisk === 'down' ? downMs : hungMs;
}

/** Answers `storage:usage`, in MiB; all sizes are 0 until the first measurement of the background worker. */
function storageUsage({ core }: V3Context): Result {
  const { storagePending: pending, diskMebibytes } = core.switches;
  const { total, used, recordings } = pending ? { total: 0, used: 0, recordings: 0 } : diskMebibytes;
  const percentage = (size: number): number => (pending ? 0 : Math.round((100 * size) / total));
  return {
    data: {
      ...(pending ? { pending } : {}),
      total_size: total,
      used_space: used,
      free_space: total - used,
      usage_percentage: percentage(used),
      categories: { call_recordings: { size: recordings, percentage: percentage(recordings), paths: [] } },
    },
  };
}

/** Answers `firewall:getBannedIps` with bans by address; PHP writes an empty map as an empty list. */
function bannedAddresses({ kit, core }: V3Context): Result {
  const now = Math.floor(kit.clock.wallTime() / 1000);
  const bans = [{ jail: 'asterisk_v2', timeofban: now - 600, timeunban: now + 600, v: '2' }];
  const rows = [...core.switches.bannedAddresses].map((address) => [address, { country: '', countryName: '', bans }]);
  return { data: rows.length === 0 ? [] : Object.fromEntries(rows) };
}
