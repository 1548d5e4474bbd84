import type { Peer } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { readDevices } from '../../kit/devices.ts';
import { StateTable } from '../../kit/state-table.ts';
import { flagOf, isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';

/** Values of `reged`: whether the SIP registrar has a contact. Webitel does not check whether the phone still answers. */
export const registrationStates = new StateTable<Pick<Peer, 'state' | 'registered'>>({
  true: { state: 'reachable', registered: true },
  false: { state: 'unregistered', registered: false },
});

/** Columns of `GET /devices`; never the password or the MAC address. */
export const deviceFields = ['id', 'name', 'account', 'user', 'reged', 'hotdesk', 'brand', 'model'] as const;

/**
 * Returns devices as peers. `reged` shows whether the SIP registrar has a contact; false may be omitted, or null. It
 * stays true until the contact expires, because Webitel does not check whether the phone still answers.
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

/** Returns make and model as entered by the administrator: the list does not contain what the phone itself reports. */
function makeOf(device: JsonRecord): string {
  return [textOf(device['brand']), textOf(device['model'])].filter((text) => text !== '').join(' ');
}

/** Returns the name of the device's user. Users of a shared workstation change, so there it is the device's own name. */
function deviceName(device: JsonRecord): string {
  const own = textOf(device['name']);
  const user = isRecord(device['user']) ? textOf(device['user']['name']) : '';
  return user === '' || device['hotdesk'] === true ? own : user;
}
