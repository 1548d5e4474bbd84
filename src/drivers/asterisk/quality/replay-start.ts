import { copiedText, withCopiedTexts } from '../../../copied-text.ts';
import type { Contact } from '../pjsip/lists.ts';
import type { ContactStates, EndpointStates } from '../pjsip/peers.ts';
import type { Inventory, KnownEndpoint, TrunkEntry } from '../pjsip/phones-and-trunks.ts';

/** The parts of a contact that are remembered until the next round. */
export interface FormerContact extends ContactStates, Pick<Contact, 'key'> {}

/** The parts of a phone that are remembered until the next round: those that determine its state. */
export interface FormerPhone extends EndpointStates {
  readonly known: readonly FormerContact[];
}

/** The phones and trunks to which events are applied. */
export interface ReplayStart {
  readonly phones: readonly FormerPhone[];
  readonly trunks: readonly TrunkEntry[];
}

/**
 * Returns the parts of the lists that are needed to apply events to them. A PBX has thousands of phones, and their rows would need more
 * memory than all series of the PBX.
 */
export function replayStart({ phones, trunks }: Inventory): ReplayStart {
  const shared = new Map<string, string>();
  return { phones: phones.map((phone) => formerPhone(phone, shared)), trunks: withCopiedTexts(trunks) };
}

const none: readonly string[] = [];

// Objects are written out, because a field that is added later takes V8 more memory than the field itself.
function formerPhone(
  { name, known, unread, deviceState, deviceOnly }: KnownEndpoint,
  shared: Map<string, string>,
): FormerPhone {
  const phone = {
    name,
    known: known.map((contact) => formerContact(contact, shared)),
    unread: unread.length === 0 ? none : unread.map(copiedText),
    deviceState: sharedText(deviceState, shared),
  };
  return deviceOnly === true ? { ...phone, deviceOnly } : phone;
}

function formerContact(
  { key, status, registered, qualifyFrequency }: Contact,
  shared: Map<string, string>,
): FormerContact {
  const [copiedKey, sharedStatus] = [copiedText(key), sharedText(status, shared)];
  if (qualifyFrequency === undefined) return { key: copiedKey, status: sharedStatus, registered };
  return { key: copiedKey, status: sharedStatus, registered, qualifyFrequency };
}

/** Returns one copy for all equal texts; nearly all phones have the same status. */
function sharedText(text: string, shared: Map<string, string>): string {
  const known = shared.get(text) ?? copiedText(text);
  shared.set(known, known);
  return known;
}
