import type { Kit } from '../kit/kit.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import type { Extension, Trunk } from '../kit/world.ts';
import { answer, errorResponse } from './answers.ts';
import type { Directory } from './directory.ts';
import { type PortsipRelease, type PortsipSwitches, tenantDomain } from './settings.ts';

/** Answers with a page of a list by `skip` and `top`; `top` above 100 is refused, `skip` past the end gives an empty page. */
export function listResponse(
  request: SimulatorRequest,
  items: readonly unknown[],
  { bareIds, pageLimit }: PortsipSwitches,
): SimulatorResponse {
  const skip = wholeNumber(request.query.get('skip') ?? '0');
  const top = wholeNumber(request.query.get('top') ?? '100');
  if (skip === undefined || top === undefined || top < 1 || top > 100)
    return errorResponse(400, 'VALIDATE_FAILED', 'skip must be 0 or more, top from 1 to 100');
  const page = items.slice(skip, skip + Math.min(top, pageLimit));
  return answer({ count: items.length, items: page }, { bareIds });
}

/** Returns an extension as in the list of users, which has no state. */
export function userItem(extension: Extension, directory: Directory): Readonly<Record<string, unknown>> {
  return {
    id: directory.userId(extension),
    name: `user.${extension.number}`,
    enabled: extension.state !== 'disabled',
    email: null,
    display_name: extension.name,
    role: 'StandardUser',
    department: '',
    extension_number: extension.number,
    created_at: '2025-01-09T08:00:00.123456Z',
    mobile_phone: null,
    sync_type: null,
  };
}

/** The administrator of a tenant, listed as a user without an extension. */
export const administratorItem = {
  id: '904417235518029700',
  name: 'tenant.admin',
  enabled: true,
  email: '',
  display_name: 'Administrator',
  role: 'Admin',
  extension_number: null,
  created_at: '2025-01-09T07:55:00Z',
};

/** Returns a trunk as in the list of providers, which has neither type nor state. */
export function providerItem(trunk: Trunk, directory: Directory): Readonly<Record<string, unknown>> {
  return {
    id: directory.trunkId(trunk),
    name: trunk.name,
    enabled: trunk.state !== 'disabled',
    brand: 'Generic',
    hostname: trunk.host,
    port: 5060,
    did_numbers: null,
    shared: directory.trunkType(trunk).shared,
  };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/u.test(text) ? Number(text) : undefined;
}

const versions: Readonly<Record<PortsipRelease, string>> = {
  '16.4': '16.4.6.2418',
  '22.0': '22.0.38.2107 Release',
  '22.3': '22.3.11.2295 Release',
  '22.6': '22.6.2.2410 Release',
};

/** Returns the body of `GET /tenant/status`. */
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

/** Returns the body of `GET /admin/status`: totals of the whole server, including secrets. */
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
