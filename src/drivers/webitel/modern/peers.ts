import type { Peer } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { readDevices } from '../../kit/devices.ts';
import { StateTable } from '../../kit/state-table.ts';
import { flagOf, isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';

/** `reged`: the SIP registrar has a contact. Webitel does not check whether the phone is still there. */
export const registrationStates = new StateTable<Pick<Peer, 'state' | 'registered'>>({
  true: { state: 'reachable', registered: true },
  false: { state: 'unregistered', registered: false },
});

/** Columns of `GET /devices`; never the password, and not the MAC. */
export const deviceFields = ['id', 'name', 'account', 'user', 'reged', 'hotdesk', 'brand', 'model'] as const;

/**
 * Devices as peers. `reged`: the SIP registrar has a contact; false is omitted in the answer, or null. It stays true
 * until the contact expires, because Webitel does not check whether the phone is still there.
 */
export function peersFromDevices(rows: readonly unknown[], skipped: SkipCounter): readonly Peer[] {
  return rows.flatMap((row) => {
    const peer = isRecord(row) ? peerFromDevice(row, skipped) : undefined;
    if (peer === undefined) skipped.add('malformed');
    return peer ?? [];
  });
}

function peerFromDevice(device: JsonRecord, skipped: SkipCounter): Peer | undefined {
  const id = textOf(device['account']) || textOf(device['id']);
  if (id === '') return undefined;
  const reged = flagOf(device['reged']);
  const known = registrationStates.read(JSON.stringify(reged ?? device['reged']), skipped.of(id));
  const name = deviceName(device);
  const make = makeOf(device);
  return {
    id,
    ...optional('name', name),
    ...(known ?? { state: 'unknown' }),
    ...(reged === true && make !== '' ? readDevices([{ userAgent: make }], [id, name]) : {}),
  };
}

/** Make and model as the administrator entered them: the list does not contain what the phone reports. */
function makeOf(device: JsonRecord): string {
  return [textOf(device['brand']), textOf(device['model'])].filter((text) => text !== '').join(' ');
}

/** The name of the device's user; at a shared workstation users come and go, so there it is the device's own name. */
function deviceName(device: JsonRecord): string {
  const own = textOf(device['name']);
  const user = isRecord(device['user']) ? textOf(device['user']['name']) : '';
  return user === '' || device['hotdesk'] === true ? own : user;
}
