import type { Extension, Trunk } from '../kit/world.ts';
import { isTrunkUp } from './directory.ts';
import type { PortsipRelease, PortsipSwitches, TrunkType } from './settings.ts';

/** States of a user in a call and of an available user, by release. */
const words: Readonly<Record<PortsipRelease, { readonly call: string; readonly presence: string | undefined }>> = {
  '16.4': { call: 'ON_CALL', presence: undefined },
  '22.0': { call: 'ON_CALL', presence: 'AVAILABLE' },
  '22.3': { call: 'OTHER_CALL', presence: 'ONLINE' },
  '22.6': { call: 'OTHER_CALL', presence: 'ONLINE' },
};

/**
 * Returns the body of `GET /users/{id}/status`. `OFFLINE` includes three cases:
 *
 * - The app sleeps: it keeps its registration (with `enable_push`), and calls still reach it.
 * - The device no longer answers: its registration still exists.
 * - There is no device: `registration` is null.
 *
 * Only `enable_push` distinguishes the first two.
 */
export function userStatus(
  extension: Extension,
  { release, apps }: Pick<PortsipSwitches, 'release' | 'apps'>,
): Readonly<Record<string, unknown>> {
  const app = apps.has(extension.number) ? extension.contacts.length - 1 : -1;
  const registration = extension.contacts.map((contact, index) => ({
    instance_id: `${extension.number}-${index}`,
    user_agent: contact.userAgent,
    application: '',
    ip: contact.address,
    enable_push: index === app,
    contact_address: `sip:${extension.number}@${contact.address}:${contact.port};transport=${contact.transport}`,
  }));
  const presence = presenceOf(extension, release);
  return {
    status: statusOf(extension, release),
    ...(presence === undefined ? {} : { presence, presence_note: '' }),
    enable_dnd: false,
    enable_acb: false,
    registration: registration.length === 0 ? null : registration,
  };
}

/** Returns the body of `GET /providers/{id}/status`: a single state whose meaning depends on the type of trunk. */
export function trunkStatus(
  trunk: Trunk,
  type: Required<TrunkType>,
  release: PortsipRelease,
): { readonly status: string } {
  const up = isTrunkUp(trunk);
  if (release !== '16.4') {
    const online = up && !(type.authMode === 'WHATS_APP' && release === '22.0');
    return { status: online ? 'ONLINE' : 'OFFLINE' };
  }
  const always = type.authMode === 'IP_AUTH' || (type.authMode === 'REGISTER_AUTH' && !type.registration);
  return { status: up || always ? 'REGISTERED' : 'UNREGISTERED' };
}

function statusOf({ state, call }: Extension, release: PortsipRelease): string {
  if (state !== 'reachable') return 'OFFLINE';
  return call === 'talking' || call === 'on-hold' ? words[release].call : 'ONLINE';
}

function presenceOf({ state, call }: Extension, release: PortsipRelease): string | undefined {
  const { presence, call: inCall } = words[release];
  if (presence === undefined) return undefined;
  if (state !== 'reachable') return 'OFFLINE';
  if (call === 'idle') return presence;
  return call === 'ringing' && (release === '22.3' || release === '22.6') ? 'RINGING' : inCall;
}
