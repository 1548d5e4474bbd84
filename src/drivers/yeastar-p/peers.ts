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
  const devices = Object.entries(asRecord(row['online_status']) ?? {}).map(([key, device]) => deviceOf(key, device));
  const relevant = counted === 'all' ? devices : devices.filter(({ key }) => phoneKeys.includes(key));
  const state = extensionState(relevant);
  if (state === 'unknown') skipped.of(id).unknownState(relevant.find(({ word }) => word !== undefined)?.word ?? '');
  return {
    id,
    state,
    ...sipRegistration(devices.find(({ key }) => key === 'sip_phone')),
    ...onlineDevices(devices),
    ...optional('name', textOf(row['caller_id_name'])),
  };
}

/** What the PBX reports of one device of an extension. */
interface ExtensionDevice {
  readonly key: string;
  readonly online: Online;
  /** The first status that is not known here. */
  readonly word?: string;
  /** Its kind (`ext_dev_type`): `sip`, `linkusmobile` ... */
  readonly kind: string;
  /** Online entries of its list. */
  readonly listed: number;
  /** Whether its own status, next to the list, is online. */
  readonly own: boolean;
}

function deviceOf(key: string, value: unknown): ExtensionDevice {
  const device = asRecord(value);
  if (device === undefined) return { key, online: 'unknown', kind: key, listed: 0, own: false };
  const list = asList(device['status_list']) ?? [];
  const codes = list.map((entry) => textOf(asRecord(entry)?.['status']));
  const listed = codes.filter((code) => code === '1').length;
  if (device['status'] !== undefined) codes.push(textOf(device['status']));
  const word = codes.find((code) => code !== '0' && code !== '1');
  return {
    key,
    online: codes.includes('1') ? 'online' : word === undefined ? 'offline' : 'unknown',
    ...(word === undefined ? {} : { word }),
    kind: textOf(device['ext_dev_type']) || key,
    listed,
    own: codes.length > list.length && codes.at(-1) === '1',
  };
}

/** One online device is enough. Otherwise, the state is unknown if there is no device or the status of any device is unknown. */
function extensionState(devices: readonly ExtensionDevice[]): Peer['state'] {
  if (devices.some(({ online }) => online === 'online')) return 'reachable';
  return devices.length === 0 || devices.some(({ online }) => online === 'unknown') ? 'unknown' : 'unregistered';
}

/** The online devices. The PBX reports only their kind. */
function onlineDevices(devices: readonly ExtensionDevice[]): Pick<Peer, 'devices'> {
  const reported: { readonly userAgent: string }[] = [];
  for (const { kind, listed, own } of devices) {
    const online = Math.max(listed, own ? 1 : 0);
    for (let count = 0; count < online; count += 1) reported.push({ userAgent: kind });
  }
  return readDevices(reported, []);
}

/**
 * The registered SIP phones, which the PBX reports separately from Linkus apps. The list has one entry for each phone.
 * The status of the device itself is not an additional phone; it shows a registration only if the list is missing.
 */
function sipRegistration(device: ExtensionDevice | undefined): Pick<Peer, 'registered' | 'contacts'> {
  if (device === undefined || device.online === 'unknown' || device.word !== undefined) return {};
  const { listed: contacts, online } = device;
  return contacts === 0 && online === 'online' ? { registered: true } : { registered: contacts > 0, contacts };
}
