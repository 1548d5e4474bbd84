import type { ActionContext } from './action.ts';
import { type EndpointContact, listEndpoints, pjsipTrunks } from './endpoint.ts';
import type { EventQueues } from './event-queues.ts';
import { registrationWord } from './registrations.ts';

interface SeenContact {
  readonly endpoint: string;
  readonly contact: EndpointContact;
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
    const now = new Map<string, SeenContact>(
      listEndpoints(context).flatMap(({ name, contacts }) =>
        contacts.map((contact) => [`${contact.aor} ${contact.uri}`, { endpoint: name, contact }] as const),
      ),
    );
    const before = this.#contacts;
    this.#contacts = now;
    if (before === undefined) return;
    for (const [key, seen] of before) if (!now.has(key)) this.#tellContact(seen, 'Removed', '0');
    for (const [key, seen] of now) {
      const former = before.get(key)?.contact.status;
      const { status, roundtrip } = seen.contact;
      if (former === undefined) this.#tellContact(seen, 'NonQualified', 'N/A');
      if (status !== (former ?? 'NonQualified')) this.#tellContact(seen, status, roundtrip);
    }
  }

  /** Queues two events for one change, as Asterisk does; `PeerStatus` has fewer fields than `ContactStatus`. */
  #tellContact({ endpoint, contact }: SeenContact, status: string, roundtrip: string): void {
    this.#queues.add({
      event: 'ContactStatus',
      readClass: 'system',
      fields: [
        ['URI', contact.uri],
        ['ContactStatus', status],
        ['AOR', contact.aor],
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
