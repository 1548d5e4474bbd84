import type { Extension } from '../kit/world.ts';
import type { AsteriskView, SeenContact } from './asterisk-view.ts';
import { phpMap } from './envelope.ts';

/** Returns the rows of `getPeersStatuses`; empty while Asterisk is down, because PHP treats a missing answer as an empty list. */
export function peersStatuses(core: AsteriskView): readonly unknown[] {
  if (core.switches.asterisk !== 'up') return [];
  const rows = [...core.extensions().flatMap((extension) => extensionRows(core, extension)), ...trunkRows(core)];
  return rows.map(({ id, device }) => ({
    id,
    state: core.traits.okDevices.includes(device) ? 'OK' : 'UNKNOWN',
    ...(core.traits.detailedState ? { 'detailed-state': device } : {}),
  }));
}

interface Row {
  readonly id: string;
  readonly device: string;
}

function extensionRows(core: AsteriskView, extension: Extension): readonly Row[] {
  const { number, call } = extension;
  const contacts = core.contactsOf(extension);
  const device = (web: boolean): string =>
    core.deviceState(
      contacts.filter((seen) => seen.web === web),
      call,
    );
  const { listIds, contacts: shown } = core.traits;
  if (listIds !== 'endpoint') {
    // Endpoints that share an authentication name are one row, which is OK if one of them is.
    const fine = core.traits.okDevices.includes(device(true)) ? device(true) : device(false);
    return [{ id: listIds === 'auth' ? number : `${number}-AUTH`, device: fine }];
  }
  const hasWeb = shown !== 'last' && contacts.some(({ web }) => web);
  return [{ id: number, device: device(false) }, ...(hasWeb ? [{ id: `${number}-WS`, device: device(true) }] : [])];
}

function trunkRows(core: AsteriskView): readonly Row[] {
  const { listedTrunks } = core.traits;
  const sip = core.trunks().filter(({ trunk, type }) => !type.startsWith('iax') && trunk.state !== 'disabled');
  if (listedTrunks === 'none') return [];
  const inbound = sip.filter(({ type }) => type === 'inbound');
  if (listedTrunks === 'inbound-auth') return inbound.map(({ id }) => ({ id: `${id}-AUTH`, device: 'Not in use' }));
  return sip.map(({ trunk, type, id }) => ({
    id: listedTrunks === 'user-names' && type === 'inbound' ? trunk.username : id,
    device: ['registered', 'reachable', 'unmonitored'].includes(trunk.state) ? 'Not in use' : 'Unavailable',
  }));
}

/** Returns `data` of `getSipPeer` for a peer: all values are text, and all contacts are merged into one object. */
export function sipPeer(core: AsteriskView, name: string): Readonly<Record<string, string>> {
  const unknown = { state: 'UNKNOWN' };
  if (core.switches.asterisk !== 'up') return unknown;
  const trunk = sipTrunkOf(core, name);
  if (trunk !== undefined) return trunkContact(core, trunk) ?? unknown;
  const extension = core.extensions().find(({ number }) => number === name.replace(/-WS$/, ''));
  if (extension === undefined) return unknown;
  const contacts = shownContacts(core, extension, name.endsWith('-WS'));
  if (contacts.length === 0) return unknown;
  const parts = contacts.map(({ seen, suffix }) => contactFields(core, extension, { seen, suffix }));
  const [first = {}, ...others] = parts;
  return { ...first, state: 'OK', ...Object.assign({}, ...others) };
}

/** Reports whether Asterisk has an endpoint with this name: an extension, its web phone, or an enabled trunk. */
export function hasEndpoint(core: AsteriskView, name: string): boolean {
  const number = name.replace(/-WS$/, '');
  return sipTrunkOf(core, name) !== undefined || core.extensions().some((extension) => extension.number === number);
}

type TypedTrunk = ReturnType<AsteriskView['trunks']>[number];

function sipTrunkOf(core: AsteriskView, name: string): TypedTrunk | undefined {
  return core
    .trunks()
    .find(({ trunk, type, id }) => id === name && !type.startsWith('iax') && trunk.state !== 'disabled');
}

/** Returns the contact of a trunk; undefined for an inbound trunk that is not registered. Other trunks have static contacts. */
function trunkContact(
  core: AsteriskView,
  { trunk, type, id }: TypedTrunk,
): Readonly<Record<string, string>> | undefined {
  if (type === 'inbound' && trunk.state !== 'registered') return undefined;
  const answers = ['registered', 'reachable', 'rejected'].includes(trunk.state);
  const checked = answers ? 'Reachable' : 'Unreachable';
  const status = core.isSettling || trunk.state === 'unmonitored' ? 'NonQualified' : checked;
  const roundtrip = status === 'Reachable' ? trunk.roundtripMicroseconds : undefined;
  return {
    Event: 'ContactStatusDetail',
    ActionID: 'PJSIPShowEndpoint_8122',
    AOR: id,
    URI: `sip:${trunk.host}:5060`,
    UserAgent: '',
    RegExpire: '0',
    Status: status,
    RoundtripUsec: roundtrip === undefined ? 'N/A' : String(roundtrip),
    EndpointName: id,
    ID: `${id}@@b2`,
    AuthenticateQualify: '0',
    OutboundProxy: '',
    Path: '',
    // 0 even if the contact is checked.
    QualifyFrequency: '0',
    QualifyTimeout: '3.000',
    state: 'OK',
  };
}

interface Shown {
  readonly seen: SeenContact;
  readonly suffix: string;
}

function shownContacts(core: AsteriskView, extension: Extension, askedForWeb: boolean): readonly Shown[] {
  const all = core.contactsOf(extension);
  const web = all.filter((seen) => seen.web);
  const hardwarePhones = all.filter((seen) => !seen.web);
  const plainFirst = (list: readonly SeenContact[]): readonly Shown[] =>
    list.map((seen, index) => ({ seen, suffix: index === 0 ? '' : `-${index}` }));
  if (core.traits.contacts === 'last') return plainFirst(hardwarePhones.slice(-1));
  if (core.traits.contacts === 'suffixes') return plainFirst(askedForWeb ? web : hardwarePhones);
  const webShown = web.map((seen, index) => ({ seen, suffix: index === 0 ? '' : `-WS${index}` }));
  if (web.length === 0) return plainFirst(hardwarePhones);
  return [...webShown, ...hardwarePhones.map((seen, index) => ({ seen, suffix: `-${index}` }))];
}

function contactFields(core: AsteriskView, { number }: Extension, { seen, suffix }: Shown): Record<string, string> {
  const { contact, status, web } = seen;
  const name = web ? `${number}-WS` : number;
  const roundtrip = status === 'Reachable' ? contact.roundtripMicroseconds : undefined;
  const fields = {
    Event: 'ContactStatusDetail',
    ActionID: 'PJSIPShowEndpoint_8121',
    AOR: name,
    URI: `sip:${number}@${contact.address}:${contact.port};ob`,
    UserAgent: contact.userAgent,
    RegExpire: '1770000000',
    ViaAddress: `${contact.address}:${contact.port}`,
    CallID: 'x1',
    Status: status,
    RoundtripUsec: roundtrip === undefined ? 'N/A' : String(roundtrip),
    EndpointName: name,
    ID: `${name};@a1`,
    AuthenticateQualify: '0',
    OutboundProxy: '',
    Path: '',
    QualifyFrequency: String(core.switches.qualifyFrequency),
    QualifyTimeout: '5.000',
  };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${key}${suffix}`, value]));
}

/** Returns `data` of `sip:getStatuses` (2025.1 and newer). */
export function sipStatuses(core: AsteriskView): unknown {
  const rows = core.extensions().map((extension) => [extension.number, statusRow(core, extension)] as const);
  return phpMap(Object.fromEntries(rows));
}

function statusRow(core: AsteriskView, extension: Extension): unknown {
  const contacts = core.switches.asterisk === 'up' ? core.contactsOf(extension).toReversed() : [];
  const devices = contacts.map(({ contact, status }) => ({
    ip: contact.address,
    port: contact.port,
    user_agent: contact.userAgent,
    rtt: status === 'Reachable' ? milliseconds(contact.roundtripMicroseconds) : null,
    country: '',
    countryName: '',
  }));
  const roundtrips = devices.flatMap(({ rtt }) => rtt ?? []);
  return {
    extension: extension.number,
    callerid: extension.name,
    status: contacts.some(({ status }) => status !== 'Unreachable') ? 'Available' : 'Unavailable',
    devices,
    rtt: roundtrips.length === 0 ? null : Math.min(...roundtrips),
  };
}

/** Converts to milliseconds with two decimals; null if nothing was measured. */
function milliseconds(microseconds: number | undefined): number | null {
  return microseconds === undefined ? null : Math.round(microseconds / 10) / 100;
}
