import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import type { Extension, Trunk } from '../kit/world.ts';
import { answer, errorResponse } from './answers.ts';
import type { Directory } from './directory.ts';
import type { PortsipSwitches } from './settings.ts';

/** A page of a list by `skip` and `top`; more than 100 at once is refused, and `skip` past the end gives an empty page. */
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

/** An extension as the list of users shows it: no state in it. */
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

/** The administrator of a tenant, who is in the list of users without an extension. */
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

/** A trunk as the list of providers shows it: neither type nor state in it. */
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
