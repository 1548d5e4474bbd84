import type { Extension, Trunk } from '../kit/world.ts';

/** Returns the vendor's status of an extension: the call state during a call, otherwise the registration; never "disabled". */
export function extensionStatus({ state, call }: Extension): string {
  if (state !== 'reachable') return 'Unavailable';
  if (call === 'ringing') return 'Ringing';
  if (call === 'talking') return 'Busy';
  return call === 'on-hold' ? 'Hold' : 'Registered';
}

const voipStatuses: Readonly<Record<Trunk['state'], string>> = {
  registered: 'Registered',
  registering: 'Registering',
  unregistered: 'Failure',
  rejected: 'Failure',
  failed: 'Failure',
  reachable: 'Idle',
  unreachable: 'Failure',
  unmonitored: 'Registered (Unmonitored)',
  disabled: 'Disable',
  unknown: 'Unknown',
};

/** Returns the vendor's status of a trunk; line ports use different words. */
export function trunkStatus({ kind, state }: Trunk): string {
  if (kind !== 'line') return voipStatuses[state];
  return state === 'registered' || state === 'reachable' || state === 'unmonitored' ? 'Idle' : 'Fault';
}

/** Returns `agentstatus` of a queue member. */
export function agentStatus(extension: Extension | undefined, paused: boolean): string {
  if (extension === undefined) return '4';
  if (extension.state !== 'reachable') return '5';
  if (extension.call === 'ringing') return '6';
  if (extension.call === 'talking') return '2';
  if (extension.call === 'on-hold') return '8';
  return paused ? '9' : '1';
}
