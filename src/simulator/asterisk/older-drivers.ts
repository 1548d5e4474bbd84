import type { Contact, Extension, Trunk } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { formatError, formatList, formatSuccess } from './message.ts';
import type { Field, ListEvent } from './message.ts';

type OlderDriver = 'sip' | 'iax2';

/** Text in place of an unknown address, by driver. */
const noAddress = { sip: '-none-', iax2: '(null)' } as const;
/** Text in place of the address of a host name that does not resolve, by driver. */
const notFound = { sip: '-none-', iax2: '' } as const;

interface OlderPeer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly dynamic: boolean;
  readonly status: string;
}

/** Roundtrips above this many milliseconds are `LAGGED`: the drivers' default for `qualify=yes`. */
const laggedFromMs = 2000;

function measuredStatus(microseconds: number): string {
  const milliseconds = Math.max(1, Math.round(microseconds / 1000));
  return `${milliseconds > laggedFromMs ? 'LAGGED' : 'OK'} (${milliseconds} ms)`;
}

function contactStatus(contact: Contact | undefined, neverAsked: boolean): string {
  if (neverAsked) return 'Unmonitored';
  if (contact === undefined || contact.state === 'unasked') return 'UNKNOWN';
  if (contact.state === 'unreachable' || contact.roundtripMicroseconds === undefined) return 'UNREACHABLE';
  return measuredStatus(contact.roundtripMicroseconds);
}

function extensionPeer({ switches }: ActionContext, extension: Extension, driver: OlderDriver): OlderPeer {
  const contact = extension.contacts[0];
  return {
    name: extension.number,
    address: contact?.address ?? noAddress[driver],
    port: contact?.port ?? 0,
    dynamic: contact?.static !== true,
    status: contactStatus(contact, switches.neverQualified.has(extension.number)),
  };
}

/** Makes the peer of a trunk, which shows the IP address of the host, never its name. */
function trunkPeer({ switches }: ActionContext, trunk: Trunk, driver: OlderDriver): OlderPeer {
  const address = switches.resolve(trunk.host);
  const port = driver === 'sip' ? 5060 : 4569;
  return {
    name: trunk.name,
    address: address ?? notFound[driver],
    port: address === undefined ? 0 : port,
    dynamic: false,
    status: trunkStatus(trunk, driver, address !== undefined && !switches.neverQualified.has(trunk.name)),
  };
}

/** Returns the status of a trunk. Without an address, chan_sip sends no check; chan_iax2 sends one and gets no answer. */
function trunkStatus(trunk: Trunk, driver: OlderDriver, asked: boolean): string {
  const { roundtripMicroseconds: measured } = trunk;
  if (trunk.state === 'unmonitored') return 'Unmonitored';
  if (!asked) return driver === 'sip' ? 'UNKNOWN' : 'UNREACHABLE';
  return measured === undefined ? 'UNREACHABLE' : measuredStatus(measured);
}

function trunksOf(context: ActionContext, driver: OlderDriver): readonly Trunk[] {
  return context.world.trunks.filter(
    (trunk) =>
      trunk.state !== 'disabled' && trunk.kind !== 'line' && context.switches.trunkTechnologyOf(trunk) === driver,
  );
}

function peerEvents(context: ActionContext, driver: OlderDriver): readonly ListEvent[] {
  const extensions = context.world.extensions.filter(
    (extension) => extension.state !== 'disabled' && context.switches.technologyOf(extension) === driver,
  );
  const peers = [
    ...extensions.map((extension) => extensionPeer(context, extension, driver)),
    ...trunksOf(context, driver).map((trunk) => trunkPeer(context, trunk, driver)),
  ];
  return peers.map((peer) => ({
    event: 'PeerEntry',
    fields: driver === 'sip' ? sipPeerFields(peer) : iaxPeerFields(peer),
  }));
}

function sipPeerFields(peer: OlderPeer): readonly Field[] {
  return [
    ['Channeltype', 'SIP'],
    ['ObjectName', peer.name],
    ['ChanObjectType', 'peer'],
    ['IPaddress', peer.address],
    ['IPport', peer.port],
    ['Dynamic', peer.dynamic ? 'yes' : 'no'],
    ['AutoForcerport', 'no'],
    ['Forcerport', 'no'],
    ['VideoSupport', 'no'],
    ['TextSupport', 'no'],
    ['ACL', 'no'],
    ['Status', peer.status],
    ['RealtimeDevice', 'no'],
    ['Description', ''],
    ['Accountcode', ''],
  ];
}

function iaxPeerFields(peer: OlderPeer): readonly Field[] {
  return [
    ['Channeltype', 'IAX'],
    ['ObjectName', peer.name],
    ['ObjectUsername', peer.name],
    ['ChanObjectType', 'peer'],
    ['IPaddress', peer.address],
    ['Mask', '255.255.255.255'],
    ['Port', peer.port],
    ['Dynamic', peer.dynamic ? 'yes' : 'no'],
    ['Trunk', 'no'],
    ['Encryption', 'no'],
    ['Status', peer.status],
  ];
}

/**
 * Returns the registration state as the driver spells it. A provider that does not answer is rarely `Rejected`; its state
 * remains `Request Sent` (IAX2: `Timeout`).
 */
function registryState(trunk: Trunk, driver: OlderDriver): string {
  if (trunk.state === 'registered') return 'Registered';
  if (trunk.state === 'rejected') return 'Rejected';
  if (trunk.state === 'registering') return driver === 'sip' ? 'Request Sent' : 'Auth. Sent';
  if (trunk.state === 'failed') return driver === 'sip' ? 'Failed' : 'Timeout';
  return 'Unregistered';
}

function sipRegistryFields(trunk: Trunk): readonly Field[] {
  return [
    ['Host', trunk.host],
    ['Port', 5060],
    ['Username', trunk.username],
    ['Domain', trunk.host],
    ['DomainPort', 5060],
    ['Refresh', 105],
    ['State', registryState(trunk, 'sip')],
    ['RegistrationTime', 0],
  ];
}

function iaxRegistryFields(trunk: Trunk, { switches }: ActionContext): readonly Field[] {
  const address = switches.resolve(trunk.host);
  return [
    ['Host', address === undefined ? '(null)' : hostAndPort(address, 4569)],
    ['DNSmanager', 'N'],
    ['Username', trunk.username],
    ['Perceived', '<Unregistered>'],
    ['Refresh', 60],
    ['State', registryState(trunk, 'iax2')],
  ];
}

function hostAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Answers `SIPshowpeer`, reduced to the fields about the address; `ToHost` is the configured host. */
function showPeer(context: ActionContext): string {
  const name = context.parameter('peer');
  const trunk = trunksOf(context, 'sip').find((candidate) => candidate.name === name);
  if (trunk === undefined) return formatError(context.actionId, `Peer ${name} not found.\n`);
  const peer = trunkPeer(context, trunk, 'sip');
  return formatSuccess(context.actionId, [
    ['Channeltype', 'SIP'],
    ['ObjectName', peer.name],
    ['ChanObjectType', 'peer'],
    ['SecretExist', 'Y'],
    ['Context', 'default'],
    ['Dynamic', 'N'],
    ['ToHost', trunk.host.replaceAll(/[[\]]/gu, '')],
    ['Address-IP', peer.address === noAddress.sip ? '(null)' : peer.address],
    ['Address-Port', peer.port],
    ['Status', peer.status],
  ]);
}

function showPeers(driver: OlderDriver): Action['answer'] {
  return (context) =>
    formatList(context.actionId, {
      message: 'Peer status list will follow',
      events: peerEvents(context, driver),
      complete: 'PeerlistComplete',
    });
}

function showRegistry(driver: OlderDriver): Action['answer'] {
  const fieldsOf = driver === 'sip' ? sipRegistryFields : iaxRegistryFields;
  return (context) =>
    formatList(context.actionId, {
      message: 'Registrations will follow',
      events: trunksOf(context, driver)
        .filter((trunk) => trunk.kind === 'register')
        .map((trunk) => ({ event: 'RegistryEntry', fields: fieldsOf(trunk, context) })),
      complete: 'RegistrationsComplete',
    });
}

const classes = ['system', 'reporting'] as const;

/** Actions of chan_sip (up to release 20) and chan_iax2. */
export const olderDriverActions: readonly Action[] = [
  {
    name: 'SIPpeers',
    description: 'List SIP peers (text format).',
    classes,
    module: 'sip',
    answer: showPeers('sip'),
  },
  { name: 'SIPshowpeer', description: 'show SIP peer (text format).', classes, module: 'sip', answer: showPeer },
  {
    name: 'SIPshowregistry',
    description: 'Show SIP registrations (text format).',
    classes,
    module: 'sip',
    answer: showRegistry('sip'),
  },
  { name: 'IAXpeerlist', description: 'List IAX Peers.', classes, module: 'iax2', answer: showPeers('iax2') },
  {
    name: 'IAXregistry',
    description: 'Show IAX registrations.',
    classes,
    module: 'iax2',
    answer: showRegistry('iax2'),
  },
];
