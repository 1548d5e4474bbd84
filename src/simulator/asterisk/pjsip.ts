import type { Action, ActionContext } from './action.ts';
import { contactId, deviceState, findEndpoint, listEndpoints } from './endpoint.ts';
import type { Endpoint, EndpointAor, EndpointContact } from './endpoint.ts';
import { formatList, formatPjsipError } from './message.ts';
import type { Field, ListEvent } from './message.ts';
import { hasMaintenance } from './release.ts';

interface OwnedContact {
  readonly endpoint: Endpoint;
  readonly contact: EndpointContact;
}

/** Returns the contacts of the registrar; contacts from the configuration are not in these lists. */
function registeredContacts(context: ActionContext): readonly OwnedContact[] {
  return listEndpoints(context).flatMap((endpoint) =>
    endpoint.contacts.filter((contact) => !contact.static).map((contact) => ({ endpoint, contact })),
  );
}

function registrationEnd(context: ActionContext): number {
  return Math.floor(context.clock.wallTime() / 1000) + 1800;
}

/** Returns the number of active channels; empty before release 18, where only device states show calls. */
function activeChannels({ release }: ActionContext, { channels }: Endpoint): string | number {
  return release < 18 ? '' : channels;
}

/** Returns the fields of an endpoint, with one `Contacts` line per address of record, even if it has no contacts. */
function endpointFields(context: ActionContext, endpoint: Endpoint): readonly Field[] {
  return [
    ['ObjectType', 'endpoint'],
    ['ObjectName', endpoint.name],
    ['Transport', 'transport-udp'],
    ['Aor', endpoint.aors.map(({ name }) => name).join(',')],
    ['Auths', endpoint.outboundAuth === '' ? endpoint.name : ''],
    ['OutboundAuths', endpoint.outboundAuth],
    ...endpoint.aors.map(({ name, contacts }): Field => [
      'Contacts',
      contacts.map(({ uri }) => `${name}/${uri},`).join(''),
    ]),
    ['DeviceState', deviceState(endpoint)],
    ['ActiveChannels', activeChannels(context, endpoint)],
  ];
}

function contactListFields(context: ActionContext, { endpoint, contact }: OwnedContact): readonly Field[] {
  const newer: readonly Field[] = context.release >= 22 ? [['Qualify2xxOnly', 'false']] : [];
  const id = contactId(contact);
  return [
    ['ObjectType', 'contact'],
    ['ObjectName', id],
    ['ViaAddr', contact.address],
    ['QualifyTimeout', '3.000000'],
    ...newer,
    ['CallId', id.slice(-32)],
    ['RegServer', ''],
    ['PruneOnBoot', 'no'],
    ['Path', ''],
    ['Endpoint', endpoint.name],
    ['ViaPort', contact.port],
    ['AuthenticateQualify', 'no'],
    ['Uri', contact.uri],
    ['QualifyFrequency', frequencyOf(context, contact.aor)],
    ['UserAgent', contact.userAgent],
    ['ExpirationTime', registrationEnd(context)],
    ['OutboundProxy', ''],
    ['Status', contact.status],
    ['RoundtripUsec', contact.roundtrip],
  ];
}

function contactStatusFields(context: ActionContext, { endpoint, contact }: OwnedContact): readonly Field[] {
  const newer: readonly Field[] = context.release >= 22 ? [['Qualify2xxOnly', 0]] : [];
  const id = contactId(contact);
  return [
    ['AOR', contact.aor],
    ['URI', contact.uri],
    ['UserAgent', contact.userAgent],
    ['RegExpire', contact.static ? 0 : registrationEnd(context)],
    ['ViaAddress', contact.static ? '' : `${contact.address}:${contact.port}`],
    ['CallID', contact.static ? '' : id.slice(-32)],
    ['Status', contact.status],
    ['RoundtripUsec', contact.roundtrip],
    ['EndpointName', endpoint.name],
    ['ID', id],
    ['AuthenticateQualify', 0],
    ['OutboundProxy', ''],
    ['Path', ''],
    ['QualifyFrequency', contact.static ? 0 : frequencyOf(context, contact.aor)],
    ['QualifyTimeout', '3.000'],
    ...newer,
  ];
}

function frequencyOf({ switches }: ActionContext, aor: string): number {
  return switches.neverQualified.has(aor) ? 0 : switches.qualifyFrequency;
}

function aorFields(context: ActionContext, endpoint: Endpoint, aor: EndpointAor): readonly Field[] {
  return [
    ['ObjectType', 'aor'],
    ['ObjectName', aor.name],
    ['MinimumExpiration', 60],
    ['DefaultExpiration', 3600],
    ['MaxContacts', 4],
    ['Contacts', aor.contacts.map(({ uri }) => `${aor.name}/${uri}`).join(',')],
    ['QualifyFrequency', frequencyOf(context, aor.name)],
    ['TotalContacts', aor.contacts.length],
    ['ContactsRegistered', aor.contacts.filter((contact) => !contact.static).length],
    ['EndpointName', endpoint.name],
  ];
}

function authFields(endpoint: Endpoint): readonly Field[] {
  return [
    ['ObjectType', 'auth'],
    ['ObjectName', endpoint.outboundAuth === '' ? endpoint.name : endpoint.outboundAuth],
    ['Username', endpoint.name],
    ['AuthType', 'userpass'],
    ['Password', 'made-up-sip-password'],
    ['EndpointName', endpoint.name],
  ];
}

function showEndpoints(context: ActionContext): string {
  const endpoints = listEndpoints(context);
  if (endpoints.length === 0) return formatPjsipError(context.actionId, 'No endpoints found');
  return formatList(context.actionId, {
    message: 'A listing of Endpoints follows, presented as EndpointList events',
    events: endpoints.map((endpoint) => ({ event: 'EndpointList', fields: endpointFields(context, endpoint) })),
    complete: 'EndpointListComplete',
  });
}

function showContacts(context: ActionContext): string {
  const contacts = registeredContacts(context);
  if (contacts.length === 0) return formatPjsipError(context.actionId, 'No Contacts found');
  return formatList(context.actionId, {
    message: 'A listing of Contacts follows, presented as ContactList events',
    events: contacts.map((owned) => ({ event: 'ContactList', fields: contactListFields(context, owned) })),
    complete: 'ContactListComplete',
  });
}

function showContactStatuses(context: ActionContext): string {
  const contacts = registeredContacts(context);
  return formatList(context.actionId, {
    message: 'Following are ContactStatusEvents for each Inbound registration',
    events: contacts.map((owned) => ({ event: 'ContactStatusDetail', fields: contactStatusFields(context, owned) })),
    complete: 'ContactStatusDetailComplete',
  });
}

function showEndpoint(context: ActionContext): string {
  const name = context.parameter('endpoint');
  if (name === '') return formatPjsipError(context.actionId, 'PJSIPShowEndpoint requires an endpoint name');
  const endpoint = findEndpoint(context, name);
  if (endpoint === undefined) return formatPjsipError(context.actionId, `Unable to retrieve endpoint ${name}`);
  const detail: readonly Field[] = [
    ['ObjectType', 'endpoint'],
    ['ObjectName', endpoint.name],
    ['Aors', endpoint.aors.map(({ name: aor }) => aor).join(',')],
    ['IdentifyBy', 'username,ip'],
    ['DeviceState', deviceState(endpoint)],
    ['ActiveChannels', activeChannels(context, endpoint)],
  ];
  const events: readonly ListEvent[] = [
    { event: 'EndpointDetail', fields: detail },
    { event: 'AuthDetail', fields: authFields(endpoint) },
    ...endpoint.aors.map((aor) => ({ event: 'AorDetail', fields: aorFields(context, endpoint, aor) })),
    ...endpoint.contacts.map((contact) => ({
      event: 'ContactStatusDetail',
      fields: contactStatusFields(context, { endpoint, contact }),
    })),
  ];
  const message = 'Following are Events for each object associated with the Endpoint';
  return formatList(context.actionId, { message, events, complete: 'EndpointDetailComplete' });
}

/** Lists the endpoints in maintenance; if an endpoint is named, shows only that one, even if it does not exist. */
function showMaintenance(context: ActionContext): string {
  const { maintenance } = context.switches;
  const asked = context.parameter('endpoint');
  const names = asked === '' ? [...maintenance] : [asked];
  return formatList(context.actionId, {
    message: 'Maintenance status events follow',
    events: names.map((name) => ({
      event: 'PJSIPMaintenanceStatus',
      fields: [
        ['Endpoint', name],
        ['Status', maintenance.has(name) ? 'enabled' : 'disabled'],
      ],
    })),
    complete: 'PJSIPMaintenanceStatusComplete',
  });
}

/** PJSIP actions about endpoints and contacts. */
export const pjsipActions: readonly Action[] = [
  {
    name: 'PJSIPShowEndpoints',
    description: 'Lists PJSIP endpoints.',
    classes: ['system'],
    module: 'pjsip',
    answer: showEndpoints,
  },
  {
    name: 'PJSIPShowEndpoint',
    description: 'Detail listing of an endpoint and its objects.',
    classes: ['system'],
    module: 'pjsip',
    answer: showEndpoint,
  },
  {
    name: 'PJSIPShowMaintenance',
    description: 'Show maintenance mode status for PJSIP endpoints.',
    classes: ['system', 'reporting'],
    module: 'pjsip',
    isIn: hasMaintenance,
    answer: showMaintenance,
  },
  {
    name: 'PJSIPShowContacts',
    description: 'Lists PJSIP Contacts.',
    classes: ['system'],
    module: 'pjsip',
    answer: showContacts,
  },
  {
    name: 'PJSIPShowRegistrationInboundContactStatuses',
    description: 'Lists ContactStatuses for PJSIP inbound registrations.',
    classes: ['system'],
    module: 'pjsip',
    answer: showContactStatuses,
  },
];
