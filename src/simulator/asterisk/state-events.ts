import type { ActionContext } from './action.ts';
import type { Contact } from '../kit/world.ts';
import { contactStatus, contactUri, endpointSources, pjsipTrunks, shownRoundtrip } from './endpoint.ts';
import type { EventQueues } from './event-queues.ts';
import { registrationWord } from './registrations.ts';

interface SeenContact {
  readonly endpoint: string;
  readonly aor: string;
  readonly uri: string;
  readonly status: string;
  readonly contact: Contact;
}

/** Lists the contacts of all endpoints without the parts that no event has. It runs before every answer, so it must be cheap. */
function seenContacts(context: ActionContext): readonly SeenContact[] {
  return endpointSources(context).flatMap(({ name: endpoint, user, aors }) =>
    aors.flatMap(({ name: aor, contacts }) => {
      const owner = { user, neverAsked: context.switches.neverQualified.has(aor) };
      return contacts.map((contact) => {
        const [uri, status] = [contactUri(contact, owner), contactStatus(contact, owner)];
        return { endpoint, aor, uri, status, contact };
      });
    }),
  );
}

/** Queues events for changes of contacts and registrations, once for each change. */
export class StateEvents {
  readonly #queues: EventQueues;
  #contacts: ReadonlyMap<string, SeenContact> | undefined;
  #registrations: ReadonlyMap<string, string> | undefined;

  constructor(queues: EventQueues) {
    this.#queues = queues;
  }

  /** Queues events for changes since the last call; the first call only records the state. */
  notice(context: ActionContext): void {
    this.#noticeContacts(context);
    this.#noticeRegistrations(context);
  }

  #noticeContacts(context: ActionContext): void {
    const now = new Map(seenContacts(context).map((seen) => [`${seen.aor} ${seen.uri}`, seen]));
    const before = this.#contacts;
    this.#contacts = now;
    if (before === undefined) return;
    for (const [key, seen] of before) if (!now.has(key)) this.#tellContact(seen, 'Removed', '0');
    for (const [key, seen] of now) {
      const former = before.get(key)?.status;
      if (former === seen.status) continue;
      if (former === undefined) this.#tellContact(seen, 'NonQualified', 'N/A');
      if (seen.status === 'NonQualified' && former === undefined) continue;
      this.#tellContact(seen, seen.status, shownRoundtrip(seen.status, seen.contact));
    }
  }

  /** Queues two events for one change, as Asterisk does; `PeerStatus` has fewer fields than `ContactStatus`. */
  #tellContact({ endpoint, aor, uri }: SeenContact, status: string, roundtrip: string): void {
    this.#queues.add({
      event: 'ContactStatus',
      readClass: 'system',
      fields: [
        ['URI', uri],
        ['ContactStatus', status],
        ['AOR', aor],
        ['EndpointName', endpoint],
        ['RoundtripUsec', roundtrip],
      ],
    });
    this.#queues.add({
      event: 'PeerStatus',
      readClass: 'system',
      fields: [
        ['ChannelType', 'PJSIP'],
        ['Peer', `PJSIP/${endpoint}`],
        ['PeerStatus', status],
      ],
    });
  }

  /** Queues `Registry` events, which contain neither the name of the registration nor that of its endpoint. */
  #noticeRegistrations(context: ActionContext): void {
    const trunks = pjsipTrunks(context).filter(({ kind }) => kind === 'register');
    const now = new Map(trunks.map((trunk) => [trunk.name, registrationWord(trunk)]));
    const before = this.#registrations;
    this.#registrations = now;
    if (before === undefined) return;
    for (const { name, username, host } of trunks) {
      const status = now.get(name) ?? '';
      if (before.get(name) === status) continue;
      this.#queues.add({
        event: 'Registry',
        readClass: 'system',
        fields: [
          ['ChannelType', 'PJSIP'],
          ['Username', `sip:${username}@${host}`],
          ['Domain', `sip:${host}`],
          ['Status', status],
        ],
      });
    }
  }
}
