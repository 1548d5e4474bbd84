import { type AmiAnswer, type AmiMessage, listItems, field } from '../ami-message.ts';

/** Channel drivers older than PJSIP, by their names in the configuration: chan_sip (up to Asterisk 20) and chan_iax2. */
export type OlderDriver = 'sip' | 'iax2';

/** A peer of chan_sip or chan_iax2: a phone or a trunk (Asterisk does not report which). */
export interface OlderPeer {
  readonly driver: OlderDriver;
  readonly name: string;
  /** Whether it has to register; false for an address from the configuration. */
  readonly dynamic: boolean;
  /** Absent while the peer is not registered, or if the configured host name was not found. */
  readonly address?: string;
  /** `OK (23 ms)`, `LAGGED (2500 ms)`, `UNREACHABLE`, `UNKNOWN`, `Unmonitored`, as sent. */
  readonly status: string;
}

/** An outbound registration of chan_sip or chan_iax2. It has no name of its own. */
export interface OlderRegistration {
  readonly driver: OlderDriver;
  /** `user@host`, with the port if it is not the usual one; the user alone if the host has no address. */
  readonly account: string;
  /**
   * Host as configured (chan_sip) or its address (chan_iax2), without brackets around an IPv6 address. Absent if it was
   * not found.
   */
  readonly host?: string;
  /** `Registered`, `Request Sent`, `Rejected`, `Timeout` ... as sent. */
  readonly state: string;
}

const usualPort: Readonly<Record<OlderDriver, string>> = { sip: '5060', iax2: '4569' };

/** Texts that the drivers send if there is no address. */
const noAddress: ReadonlySet<string> = new Set(['', '-none-', '(null)', '(unspecified)', '0.0.0.0', '::']);

/** `SIPpeers`, `IAXpeerlist`: all peers. Throws a `Failure` if the list is incomplete. */
export function readOlderPeers(driver: OlderDriver): (answer: AmiAnswer) => readonly OlderPeer[] {
  return (answer) =>
    listItems(answer, 'PeerEntry').map((item) => {
      const address = withoutBrackets(field(item, 'ipaddress').trim());
      return {
        driver,
        name: field(item, 'objectname'),
        dynamic: field(item, 'dynamic').toLowerCase() === 'yes',
        status: field(item, 'status').trim(),
        ...(isAddress(address) ? { address } : {}),
      };
    });
}

/** `SIPshowregistry`, `IAXregistry`: all outbound registrations. Throws a `Failure` if the list is incomplete. */
export function readOlderRegistrations(driver: OlderDriver): (answer: AmiAnswer) => readonly OlderRegistration[] {
  return (answer) => listItems(answer, 'RegistryEntry').map((item) => registration(item, driver));
}

/** `SIPshowpeer`: the host of a chan_sip peer as it is configured; undefined if it is not reported, or the peer is gone. */
export function readConfiguredHost({ response }: AmiAnswer): string | undefined {
  const host = withoutBrackets(response.get('tohost')?.trim() ?? '');
  return isAddress(host) ? host : undefined;
}

function registration(item: AmiMessage, driver: OlderDriver): OlderRegistration {
  const { host, port } = driver === 'sip' ? sipPlace(item) : iaxPlace(item);
  const username = field(item, 'username');
  const facts = { driver, state: field(item, 'state').trim() };
  if (!isAddress(host)) return { ...facts, account: username };
  const place = port === '' || port === '0' || port === usualPort[driver] ? host : hostAndPort(host, port);
  return { ...facts, account: username === '' ? place : `${username}@${place}`, host };
}

interface Place {
  readonly host: string;
  readonly port: string;
}

/** Host and port are two fields here, so the colons of an IPv6 address do not separate a port. */
function sipPlace(item: AmiMessage): Place {
  return { host: withoutBrackets(field(item, 'host').trim()), port: field(item, 'port').trim() };
}

/** Host and port in one field: `192.0.2.60:4569`, `[2001:db8::5]:4569`, or an address without a port. */
function iaxPlace(item: AmiMessage): Place {
  const text = field(item, 'host').trim();
  const [, host = text, port = ''] = /^(\[.*\]|[^:]*):(\d+)$/s.exec(text) ?? [];
  return { host: withoutBrackets(host), port };
}

function hostAndPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function withoutBrackets(text: string): string {
  return text.replace(/^\[(.*)\]$/s, '$1');
}

function isAddress(text: string): boolean {
  return !noAddress.has(text.toLowerCase());
}
