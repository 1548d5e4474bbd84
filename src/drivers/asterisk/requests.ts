import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';
import { redactCallerInField, redactCallers } from './capture-filter.ts';

/** Phones and trunks are in the same lists. */
const inventory = ['peers', 'trunks'] as const;

/**
 * The AMI actions that this driver may send and their purpose, by call name, with their fixed parameters. Except for login and
 * logoff, they only read. `Getvar` is limited to these two variables, because it can read any secret in Asterisk's
 * configuration.
 */
const actions = {
  challenge: ['Challenge', 'session'],
  login: ['Login', 'session'],
  logoff: ['Logoff', 'session'],
  endpoints: ['PJSIPShowEndpoints', inventory],
  endpoint: ['PJSIPShowEndpoint', 'auxiliary'],
  contacts: ['PJSIPShowRegistrationInboundContactStatuses', inventory],
  maintenance: ['PJSIPShowMaintenance', 'auxiliary'],
  registrations: ['PJSIPShowRegistrationsOutbound', 'trunks'],
  sip_peers: ['SIPpeers', inventory],
  sip_peer: ['SIPshowpeer', 'auxiliary'],
  sip_registrations: ['SIPshowregistry', 'trunks'],
  iax2_peers: ['IAXpeerlist', inventory],
  iax2_registrations: ['IAXregistry', 'trunks'],
  channels: ['CoreShowChannels', 'calls'],
  device_states: ['DeviceStateList', inventory],
  queues: ['QueueStatus', 'queues'],
  events: ['WaitEvent', 'quality'],
  leg_quality: ['Getvar', 'auxiliary', { variable: 'CHANNEL(rtcp,all)' }],
  sip_leg_quality: ['Getvar', 'auxiliary', { variable: 'CHANNEL(rtpqos,audio,all)' }],
  core_settings: ['CoreSettings', 'auxiliary'],
  core_status: ['CoreStatus', ['calls', 'system']],
} as const;

/** Name of a call of this family. */
export type AsteriskCall = keyof typeof actions;

/** Calls whose answers show who is talking to whom. */
const aboutCalls: ReadonlySet<string> = new Set<AsteriskCall>(['channels', 'events', 'leg_quality', 'sip_leg_quality']);

/** The text interface of AMI over HTTP; POST keeps secrets out of access logs. */
const path = '/rawman';

/** Every request that this family may send: all use the same path and differ in the action. */
export const requests: readonly AllowedRequest[] = Object.entries(actions).map(
  ([call, [action, serves, fixed = {}]]) => ({
    call,
    method: 'POST',
    serves,
    path,
    fields: { action, ...fixed },
  }),
);

/** A request for an action, with its parameters. */
export function actionRequest(call: AsteriskCall, parameters: Readonly<Record<string, string>> = {}): ApiRequest {
  const [action, , fixed = {}] = actions[call];
  const captureFilter = { answer: redactCallers, field: redactCallerInField };
  const body = { kind: 'form', fields: { action, ...fixed, ...parameters } } as const;
  return { call, path, body, ...(aboutCalls.has(call) ? { captureFilter } : {}) };
}
