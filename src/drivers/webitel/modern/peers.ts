import type { Peer } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { flagField, idField, isObject, type JsonObject, textField } from '../json.ts';

/** Columns of `GET /devices`; never the password. */
export const deviceFields = ['id', 'name', 'account', 'user', 'reged', 'hotdesk'] as const;

/**
 * Devices as peers. `reged`: the SIP registrar holds a contact; false is left out on the wire, or null. It stays true until the
 * contact expires, Webitel asks no phone whether it is still there.
 */
export function peersFromDevices(rows: readonly unknown[], skipped: SkipCounter): readonly Peer[] {
  return rows.flatMap((row) => {
    const peer = isObject(row) ? peerFromDevice(row, skipped) : undefined;
    if (peer === undefined) skipped.add('malformed');
    return peer ?? [];
  });
}

function peerFromDevice(device: JsonObject, skipped: SkipCounter): Peer | undefined {
  const id = idField(device, 'account') ?? idField(device, 'id');
  const reged = flagField(device, 'reged');
  if (id === undefined) return undefined;
  const name = deviceName(device);
  const facts = { id, ...(name === '' ? {} : { name }) };
  if (reged !== undefined) return { ...facts, state: reged ? 'reachable' : 'unregistered', registered: reged };
  skipped.of(id).add('unknown_state');
  return { ...facts, state: 'unknown' };
}

/** The name of the device's user; at a shared workstation users come and go, so there it is the device's own name. */
function deviceName(device: JsonObject): string {
  const own = textField(device, 'name')?.trim() ?? '';
  const user = isObject(device['user']) ? (textField(device['user'], 'name')?.trim() ?? '') : '';
  return user === '' || device['hotdesk'] === true ? own : user;
}
