import type { Contact, Extension } from '../kit/world.ts';
import type { FreeswitchParts, Registration } from './settings.ts';
import { contactElement, element, escaped, xmlDocument } from './xml.ts';

/** Granted expiry of registrations, and the margin that FreeSWITCH adds (`sip-expires-late-margin`), in seconds. */
const [granted, lateMargin] = [3_558, 60];

/** Answers `sofia xmlstatus profile NAME reg` with one row per contact that is registered with the profile. */
export function registrationList(parts: FreeswitchParts, profile: string): Buffer {
  const rows = registrationsOf(parts).filter((row) => row.profile === profile);
  const now = parts.kit.clock.wallTime();
  return xmlDocument([
    '<profile>\n  <registrations>\n',
    ...rows.flatMap((row) => registrationLines(row, now)),
    '  </registrations>\n</profile>\n',
  ]);
}

interface Row extends Registration {
  readonly address: string;
  readonly port: number;
}

/** Returns the registrations of all profiles. */
export function registrationsOf(parts: FreeswitchParts): readonly Row[] {
  const { kit, switches } = parts;
  const phones = kit.world.extensions.flatMap((extension) =>
    extension.contacts.filter(({ static: fixed }) => !fixed).map((contact) => rowOf(parts, extension, contact)),
  );
  const others = switches.moreRegistrations.map((row) => ({ address: '192.0.2.99', port: 5060, ...row }));
  return [...phones, ...others];
}

function rowOf({ switches, pings }: FreeswitchParts, extension: Extension, contact: Contact): Row {
  const { status, time } = pings.statusOf(contact);
  const { address, port } = contact;
  return {
    profile: switches.profileOf(extension),
    user: `${extension.number}@${switches.domainOf(extension)}`,
    contact: `"${extension.name}" <sip:${extension.number}@${address}:${port}>`,
    agent: contact.userAgent,
    status: `Registered(${contact.transport.toUpperCase()})`,
    pingStatus: status,
    pingTime: time,
    address,
    port,
  };
}

function registrationLines(row: Row, now: number): readonly (string | Buffer)[] {
  const {
    user,
    address,
    port,
    callId = `e4db47cd@${address}`,
    contact = `<sip:${user}>`,
    agent = 'ExamplePhone/4.2',
  } = row;
  const seconds = granted + lateMargin;
  const until = new Date(now + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const [name = '', domain = ''] = splitAtLast(user);
  return [
    '    <registration>\n',
    element(8, 'call-id', callId),
    element(8, 'user', user),
    contactElement(8, contact),
    element(8, 'agent', escaped(agent)),
    element(8, 'status', `${row.status ?? 'Registered(UDP)'}(unknown) exp(${until}) expsecs(${seconds})`),
    element(8, 'ping-status', row.pingStatus),
    element(8, 'ping-time', row.pingTime),
    element(8, 'host', 'pbx1'),
    element(8, 'network-ip', address),
    element(8, 'network-port', port),
    element(8, 'sip-auth-user', encodeURIComponent(name)),
    element(8, 'sip-auth-realm', domain),
    element(8, 'mwi-account', user),
    '    </registration>\n',
  ];
}

function splitAtLast(user: string): readonly string[] {
  const at = user.lastIndexOf('@');
  return at < 0 ? [user, ''] : [user.slice(0, at), user.slice(at + 1)];
}
