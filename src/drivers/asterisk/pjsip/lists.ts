import { type AmiAnswer, type AmiMessage, countedItems, listEnd, listItems, field } from '../ami-message.ts';
import { copiedText } from '../../../copied-text.ts';
import { countOf, optional } from '../../kit/fields.ts';
import { isEmptyList } from '../errors.ts';

/** A PJSIP endpoint: a phone or a trunk (Asterisk does not report which). */
export interface Endpoint {
  readonly name: string;
  /** Its addresses of record, where devices register; empty for guests and for trunks that are identified only by `identify`. */
  readonly aors: readonly string[];
  /** `AOR/URI` of each contact of all addresses of record, static and registered alike. */
  readonly contacts: readonly string[];
  readonly deviceState: string;
  readonly activeChannels: number;
}

/** A contact and the result of its last qualify. */
export interface Contact {
  /** Name of the endpoint that it belongs to. */
  readonly endpoint: string;
  /** `AOR/URI`, as in {@link Endpoint.contacts}. */
  readonly key: string;
  readonly uri: string;
  /** The user agent that the phone sent; empty if it sent none. */
  readonly userAgent: string;
  /** When the registration ends, in seconds since 1970. */
  readonly expiresAt?: number;
  /** `Reachable`, `Unreachable`, `NonQualified` ... as sent. */
  readonly status: string;
  readonly roundtripMicroseconds?: number;
  /** Whether a phone registered it; false for a static contact from the configuration. */
  readonly registered: boolean;
  /** Seconds between two qualifies; 0 if it is never checked, absent if that is not reported. */
  readonly qualifyFrequency?: number;
}

/** An outbound registration. */
export interface Registration {
  readonly name: string;
  /** `Registered`, `Rejected`, `Unregistered`; absent while there is no state yet. */
  readonly status?: string;
  /** Endpoint that the registration names (`endpoint=` with `line=yes`), if any. */
  readonly endpoint?: string;
  readonly serverUri: string;
  /** Account at the provider, as a SIP address. Events identify a registration by this and the server. */
  readonly clientUri?: string;
}

/**
 * `PJSIPShowEndpoints`: all endpoints, with a line `Contacts` for each address of record (`ami_show_endpoints` of
 * `pjsip_configuration.c`; seen on 16 and 22). Throws a `Failure` if the list is incomplete.
 */
export function readEndpoints(answer: AmiAnswer): readonly Endpoint[] {
  return items(answer, 'EndpointList').map((item) => ({
    // A copy, because names are remembered between rounds.
    name: copiedText(field(item, 'objectname')),
    aors: splitNames(item.get('aor') ?? field(item, 'objectname')),
    contacts: item.all('contacts').flatMap(splitContacts),
    deviceState: field(item, 'devicestate'),
    activeChannels: countOf(field(item, 'activechannels')) ?? 0,
  }));
}

/** `PJSIPShowRegistrationInboundContactStatuses`: all registered contacts. Throws a `Failure` if the list is incomplete. */
export function readRegisteredContacts(answer: AmiAnswer): readonly Contact[] {
  return items(answer, 'ContactStatusDetail').map((item) => contact(item, { registered: true }));
}

/**
 * `PJSIPShowEndpoint`: the contacts of one endpoint, including static ones, which no list contains. In this answer, the
 * `QualifyFrequency` of a static contact is always 0; the real value is in the `AorDetail` of its AOR. Empty if the
 * endpoint was removed after it was listed. Throws a `Failure` if the answer is incomplete.
 */
export function readEndpointContacts(answer: AmiAnswer): readonly Contact[] {
  if (isEmptyList(answer)) return [];
  listEnd(answer);
  const frequencies = new Map(
    answer.events
      .filter((event) => event.get('event') === 'AorDetail')
      .map((aor) => [field(aor, 'objectname'), countOf(field(aor, 'qualifyfrequency'))]),
  );
  return answer.events
    .filter((event) => event.get('event') === 'ContactStatusDetail')
    .map((item) =>
      contact(item, { registered: field(item, 'regexpire') !== '0', frequency: frequencies.get(field(item, 'aor')) }),
    );
}

/**
 * `PJSIPShowRegistrationsOutbound`: all outbound registrations. Registrations that have no state yet are listed, but the count of
 * the list omits them (`ami_outbound_registration_detail` of `res_pjsip_outbound_registration.c`).
 * Throws a `Failure` if the list is incomplete.
 */
export function readRegistrations(answer: AmiAnswer): readonly Registration[] {
  if (isEmptyList(answer)) return [];
  return countedItems(answer, ['OutboundRegistrationDetail'], (item) => item.has('status')).map((item) => ({
    name: field(item, 'objectname'),
    serverUri: field(item, 'serveruri'),
    ...optional('clientUri', item.get('clienturi')),
    ...optional('status', item.get('status')),
    ...optional('endpoint', item.get('endpoint')),
  }));
}

function items(answer: AmiAnswer, event: string): readonly AmiMessage[] {
  return isEmptyList(answer) ? [] : listItems(answer, event);
}

function contact(
  item: AmiMessage,
  facts: { readonly registered: boolean; readonly frequency?: number | undefined },
): Contact {
  const roundtrip = countOf(field(item, 'roundtripusec'));
  const frequency = facts.frequency ?? countOf(field(item, 'qualifyfrequency'));
  const expiresAt = facts.registered ? countOf(field(item, 'regexpire')) : undefined;
  return {
    endpoint: field(item, 'endpointname'),
    key: `${field(item, 'aor')}/${field(item, 'uri')}`,
    uri: field(item, 'uri'),
    userAgent: field(item, 'useragent'),
    ...optional('expiresAt', expiresAt),
    status: field(item, 'status'),
    registered: facts.registered,
    ...(roundtrip === undefined ? {} : { roundtripMicroseconds: roundtrip }),
    ...(frequency === undefined ? {} : { qualifyFrequency: frequency }),
  };
}

function splitNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `AOR/URI,AOR/URI,` with a trailing comma; the text after a comma shows whether the comma is part of a URI. */
function splitContacts(text: string): readonly string[] {
  return text
    .split(/,(?=[^,/]*\/sips?:|$)/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
