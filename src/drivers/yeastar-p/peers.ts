import type { Peer } from '../../snapshot/reading.ts';
import { readDevices } from '../kit/devices.ts';
import { asRecord, asList, type JsonRecord, optional, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';

/** Which devices of an extension make it reachable. */
export type CountedDevices = 'all' | 'phones';

type Online = 'online' | 'offline' | 'unknown';

/** Keys of `online_status` that are phones; the others are Linkus apps. */
const phoneKeys: readonly string[] = ['sip_phone', 'fxs_phone'];

/**
 * Extensions from the rows of `extension/list` ("Query Extension List" in the P-Series developer guides). A device is
 * online if its own `status`, or an entry of its `status_list`, is 1; the list is present only while a SIP phone is
 * registered. `presence_status` is the presence that the user selected, not reachability.
 */
export function readExtensions(
  rows: readonly unknown[],
  counted: CountedDevices,
  skipped: SkipCounter,
): readonly Peer[] {
  return rows.flatMap((row) => {
    const peer = readExtension(asRecord(row) ?? {}, counted, skipped);
    if (peer === undefined) skipped.add('malformed');
    return peer ?? [];
  });
}

function readExtension(row: JsonRecord, counted: CountedDevices, skipped: SkipCounter): Peer | undefined {
  const id = textOf(row['number']);
  if (id === '') return undefined;
  const devices = asRecord(row['online_status']) ?? {};
  const words: string[] = [];
  const states = Object.entries(devices)
    .filter(([key]) => counted === 'all' || phoneKeys.includes(key))
    .map(([, device]) => deviceState(asRecord(device), words));
  const state = extensionState(states);
  if (state === 'unknown') skipped.of(id).unknownWord(words[0] ?? '');
  return {
    id,
    state,
    ...sipRegistration(devices),
    ...onlineDevices(devices),
    ...optional('name', textOf(row['caller_id_name'])),
  };
}

/** One online device is enough. Otherwise, the state is unknown if there is no device or the status of any device is unknown. */
function extensionState(devices: readonly Online[]): Peer['state'] {
  if (devices.includes('online')) return 'reachable';
  return devices.length === 0 || devices.includes('unknown') ? 'unknown' : 'unregistered';
}

function deviceState(device: JsonRecord | undefined, words: string[]): Online {
  if (device === undefined) return 'unknown';
  const codes = statusCodes(device);
  if (codes.includes('1')) return 'online';
  const unknownCode = codes.find((code) => code !== '0');
  if (unknownCode === undefined) return 'offline';
  words.push(unknownCode);
  return 'unknown';
}

/** The online devices. The PBX reports only the kind of a device (`ext_dev_type`): `sip`, `linkusmobile` ... */
function onlineDevices(devices: JsonRecord): Pick<Peer, 'devices'> {
  const told = Object.entries(devices).flatMap(([key, value]) => {
    const device = asRecord(value) ?? {};
    const kind = { userAgent: textOf(device['ext_dev_type']) || key };
    const listed = listedCodes(device).filter((code) => code === '1').length;
    const online = Math.max(listed, textOf(device['status']) === '1' ? 1 : 0);
    return Array.from({ length: online }, () => kind);
  });
  return readDevices(told, []);
}

function statusCodes(device: JsonRecord): readonly string[] {
  const listed = listedCodes(device);
  return device['status'] === undefined ? listed : [...listed, textOf(device['status'])];
}

function listedCodes(device: JsonRecord): readonly string[] {
  return (asList(device['status_list']) ?? []).map((entry) => textOf(asRecord(entry)?.['status']));
}

/**
 * The registered SIP phones, which the PBX reports separately from Linkus apps. The list has one entry for each phone.
 * The status of the device itself is not an additional phone; it shows a registration only if the list is missing.
 */
function sipRegistration(devices: JsonRecord): Pick<Peer, 'registered' | 'contacts'> {
  const device = asRecord(devices['sip_phone']);
  if (device === undefined) return {};
  const codes = statusCodes(device);
  if (codes.some((code) => code !== '0' && code !== '1')) return {};
  const contacts = listedCodes(device).filter((code) => code === '1').length;
  return contacts === 0 && codes.includes('1') ? { registered: true } : { registered: contacts > 0, contacts };
}
