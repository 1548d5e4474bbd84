import type { Peer } from '../../snapshot/reading.ts';
import { asFields, asList, type Fields, optionalText, textOf } from '../yeastar/fields.ts';
import type { Notes } from '../yeastar/notes.ts';

/** Which devices of an extension make it reachable. */
export type CountedDevices = 'all' | 'phones';

type Online = 'online' | 'offline' | 'unknown';

/** Keys of `online_status` that are phones; the others are Linkus apps. */
const phoneKeys: readonly string[] = ['sip_phone', 'fxs_phone'];

/**
 * Extensions from the rows of `extension/list` ("Query Extension List" in the P-Series developer guides). A device is
 * online when its own `status`, or one of its `status_list`, is 1; the list is there only while a SIP phone is
 * registered. `presence_status` is what the user chose to show, not whether he can be reached.
 */
export function readExtensions(rows: readonly unknown[], counted: CountedDevices, notes: Notes): readonly Peer[] {
  return rows.flatMap((row) => {
    const peer = readExtension(asFields(row) ?? {}, counted, notes);
    if (peer === undefined) notes.malformed();
    return peer ?? [];
  });
}

function readExtension(row: Fields, counted: CountedDevices, notes: Notes): Peer | undefined {
  const id = textOf(row['number']);
  if (id === '') return undefined;
  const devices = asFields(row['online_status']) ?? {};
  const words: string[] = [];
  const states = Object.entries(devices)
    .filter(([key]) => counted === 'all' || phoneKeys.includes(key))
    .map(([, device]) => deviceState(asFields(device), words));
  const state = extensionState(states);
  if (state === 'unknown') notes.unknownWord(words[0] ?? '', id);
  return {
    id,
    state,
    ...sipRegistration(devices),
    ...optionalText('name', textOf(row['caller_id_name'])),
  };
}

/** One device that is online is enough; one that is not understood leaves the matter open. */
function extensionState(devices: readonly Online[]): Peer['state'] {
  if (devices.includes('online')) return 'reachable';
  return devices.length === 0 || devices.includes('unknown') ? 'unknown' : 'unregistered';
}

function deviceState(device: Fields | undefined, words: string[]): Online {
  if (device === undefined) return 'unknown';
  const codes = statusCodes(device);
  if (codes.includes('1')) return 'online';
  const strange = codes.find((code) => code !== '0');
  if (strange === undefined) return 'offline';
  words.push(strange);
  return 'unknown';
}

function statusCodes(device: Fields): readonly string[] {
  const listed = listedCodes(device);
  return device['status'] === undefined ? listed : [...listed, textOf(device['status'])];
}

function listedCodes(device: Fields): readonly string[] {
  return (asList(device['status_list']) ?? []).map((entry) => textOf(asFields(entry)?.['status']));
}

/**
 * Registered SIP phones: the PBX tells these apart from Linkus apps, so both can be shown. The list holds one entry for
 * each; the device's own status beside it is no further phone, and tells of a registration where the list is missing.
 */
function sipRegistration(devices: Fields): Pick<Peer, 'registered' | 'contacts'> {
  const device = asFields(devices['sip_phone']);
  if (device === undefined) return {};
  const codes = statusCodes(device);
  if (codes.some((code) => code !== '0' && code !== '1')) return {};
  const contacts = listedCodes(device).filter((code) => code === '1').length;
  return contacts === 0 && codes.includes('1') ? { registered: true } : { registered: contacts > 0, contacts };
}
