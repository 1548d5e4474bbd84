import type { Kit } from '../kit/kit.ts';
import type { Extension } from '../kit/world.ts';
import type { Directory } from './directory.ts';
import { tenantDomain } from './settings.ts';
import type { PortsipRelease } from './settings.ts';

const versions: Readonly<Record<PortsipRelease, string>> = {
  '16.4': '16.4.6.2418',
  '22.0': '22.0.38.2107 Release',
  '22.3': '22.3.11.2295 Release',
  '22.6': '22.6.2.2410 Release',
};

/** `GET /tenant/status`. */
export function tenantTotals(kit: Kit, directory: Directory, tenant: string, release: PortsipRelease): object {
  const extensions = directory.extensions(tenant);
  return {
    version: kit.world.version === '' ? versions[release] : kit.world.version,
    licensed_users: 500,
    current_users: extensions.length,
    online_users: extensions.filter(isOnline).length,
    current_calls: tenant === tenantDomain ? kit.world.calls.length : 0,
    current_trunks: directory.trunks(tenant).length,
    current_queues: tenant === tenantDomain ? kit.world.queues.length : 0,
    calls_in_24_hours: [{ time: new Date(kit.clock.wallTime()).toISOString(), count: 17 }],
  };
}

/** `GET /admin/status`: the whole server, with things in it that must not be shown anywhere. */
export function systemTotals(kit: Kit, directory: Directory, release: PortsipRelease): object {
  return {
    ...tenantTotals(kit, directory, tenantDomain, release),
    license_type: 'ENTERPRISE',
    license_key: 'made-up-licence-key-0001',
    maintenance_expires_at: '2027-01-01T00:00:00Z',
    max_concurrent_calls: 100,
    current_tenants: 2,
    current_dealers: 0,
    current_media_servers: 1,
    news: [{ title: 'made-up news', url: 'https://www.example.org/news' }],
  };
}

function isOnline({ state }: Extension): boolean {
  return state === 'reachable';
}
