import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

/** The AMI actions that this driver may send, by call name. All of them only read, but for login and logoff. */
const actions = {
  challenge: 'Challenge',
  login: 'Login',
  logoff: 'Logoff',
  endpoints: 'PJSIPShowEndpoints',
  endpoint: 'PJSIPShowEndpoint',
  contacts: 'PJSIPShowRegistrationInboundContactStatuses',
  registrations: 'PJSIPShowRegistrationsOutbound',
  sip_peers: 'SIPpeers',
  sip_registrations: 'SIPshowregistry',
  iax2_peers: 'IAXpeerlist',
  iax2_registrations: 'IAXregistry',
  channels: 'CoreShowChannels',
  device_states: 'DeviceStateList',
  queues: 'QueueStatus',
  core_settings: 'CoreSettings',
  core_status: 'CoreStatus',
} as const;

/** Name of a call of this family. */
export type AsteriskCall = keyof typeof actions;

/** AMI over HTTP, text face; POST keeps secrets out of access logs. */
const path = '/rawman';

/** Every request that this family may send: one path, told apart by the action. */
export const requests: readonly AllowedRequest[] = Object.entries(actions).map(([call, action]) => ({
  call,
  method: 'POST',
  path,
  fields: { action },
}));

/** A request for an action, with its parameters. */
export function actionRequest(call: AsteriskCall, parameters: Readonly<Record<string, string>> = {}): ApiRequest {
  return { call, path, body: { kind: 'form', fields: { action: actions[call], ...parameters } } };
}
