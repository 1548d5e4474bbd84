import { type AmiAnswer, type AmiMessage, listItems } from './ami.ts';
import { field } from './fields.ts';

/** Channel drivers older than PJSIP, by their names in the configuration: chan_sip (up to Asterisk 20) and chan_iax2. */
export type OlderDriver = 'sip' | 'iax2';

/** A peer of chan_sip or chan_iax2: a phone or a trunk, Asterisk does not say which. */
export interface OlderPeer {
  readonly driver: OlderDriver;
  readonly name: string;
  /** Whether it has to register; false for an address from the configuration. */
  readonly dynamic: boolean;
  /** Where it is; absent while it is not registered. */
  readonly address?: string;
  /** `OK (23 ms)`, `LAGGED (2500 ms)`, `UNREACHABLE`, `UNKNOWN`, `Unmonitored`, as sent. */
  readonly status: string;
}

/** An outbound registration of chan_sip or chan_iax2. It has no name of its own. */
export interface OlderRegistration {
  readonly driver: OlderDriver;
  /** `user@host`, with the port where it is not the usual one. */
  readonly account: string;
  readonly host: string;
  /** `Registered`, `Request Sent`, `Rejected`, `Timeout` ... as sent. */
  readonly state: string;
}

const usualPort: Readonly<Record<OlderDriver, string>> = { sip: '5060', iax2: '4569' };

/** What the drivers print where there is no address. */
const noAddress: ReadonlySet<string> = new Set(['', '-none-', '(null)', '(unspecified)', '0.0.0.0']);

/** `SIPpeers`, `IAXpeerlist`: all peers. Throws a `Failure` when the list is not whole. */
export function readOlderPeers(driver: OlderDriver): (answer: AmiAnswer) => readonly OlderPeer[] {
  return (answer) =>
    listItems(answer, 'PeerEntry').map((item) => {
      const address = field(item, 'ipaddress').trim();
      return {
        driver,
        name: field(item, 'objectname'),
        dynamic: field(item, 'dynamic').toLowerCase() === 'yes',
        status: field(item, 'status').trim(),
        ...(noAddress.has(address.toLowerCase()) ? {} : { address }),
      };
    });
}

/** `SIPshowregistry`, `IAXregistry`: all outbound registrations. Throws a `Failure` when the list is not whole. */
export function readOlderRegistrations(driver: OlderDriver): (answer: AmiAnswer) => readonly OlderRegistration[] {
  return (answer) => listItems(answer, 'RegistryEntry').map((item) => registration(item, driver));
}

/**
 * `CoreShowChannels`: devices that have a channel, e.g. `SIP/201`, so that they ring, talk or hold. Device states do
 * not tell this for chan_sip, unless `callcounter=yes` is set. Throws a `Failure` when the list is not whole.
 */
export function readBusyDevices(answer: AmiAnswer): ReadonlySet<string> {
  const channels = listItems(answer, 'CoreShowChannel').map((item) => field(item, 'channel'));
  return new Set(channels.map((channel) => channel.slice(0, Math.max(0, channel.lastIndexOf('-')))));
}

function registration(item: AmiMessage, driver: OlderDriver): OlderRegistration {
  const [, host = '', port = field(item, 'port')] = /^(.*?)(?::(\d+))?$/s.exec(field(item, 'host')) ?? [];
  const place = port === '' || port === '0' || port === usualPort[driver] ? host : `${host}:${port}`;
  const username = field(item, 'username');
  return {
    driver,
    account: username === '' ? place : `${username}@${place}`,
    host,
    state: field(item, 'state').trim(),
  };
}
