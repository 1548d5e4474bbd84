import { formatMessage, type Field } from './message.ts';

/** Classes of `read=` in manager.conf. */
export type ReadClass = 'system' | 'reporting' | 'call' | 'dialplan';

/** Something that happened in the PBX. */
export interface ManagerEvent {
  readonly event: string;
  readonly readClass: ReadClass;
  readonly fields: readonly Field[];
}

/** What a user gets to see of the events. */
export interface EventRights {
  readonly classes: readonly ReadClass[];
  /** `eventfilter=`: an event passes where one of them says so; without any, all pass. */
  readonly filters: readonly ((event: ManagerEvent) => boolean)[];
}

interface Queue {
  readonly rights: EventRights;
  events: ManagerEvent[];
}

/**
 * Events by session. No events are kept for a session before its first WaitEvent, whatever its login said. From then on
 * they are kept without a limit until the session asks again or ends.
 */
export class EventQueues {
  readonly #queues = new Map<string, Queue>();

  /** Something happened. A filter cuts what is sent, not what is kept. */
  add(event: ManagerEvent): void {
    for (const queue of this.#queues.values()) queue.events.push(event);
  }

  /** Events kept for all sessions, as text, in bytes: what a session that nobody drains costs the PBX. */
  get keptBytes(): number {
    let bytes = 0;
    for (const { events } of this.#queues.values())
      for (const event of events) bytes += Buffer.byteLength(formatEvent(event));
    return bytes;
  }

  /** Sessions that have waited. */
  get waiting(): number {
    return this.#queues.size;
  }

  /** Whether something happened since the session asked. */
  hasNews(session: string): boolean {
    return (this.#queues.get(session)?.events.length ?? 0) > 0;
  }

  /** The events since the session last asked, as text; from now on more are kept for it. */
  drain(session: string, rights: EventRights): string {
    const queue = this.#queues.get(session) ?? { rights, events: [] };
    this.#queues.set(session, queue);
    const { events } = queue;
    queue.events = [];
    return events
      .filter((event) => isSent(event, queue.rights))
      .map(formatEvent)
      .join('');
  }

  /** Forgets sessions that are gone. */
  keep(isAlive: (session: string) => boolean): void {
    for (const session of this.#queues.keys()) if (!isAlive(session)) this.#queues.delete(session);
  }
}

function isSent(event: ManagerEvent, { classes, filters }: EventRights): boolean {
  return classes.includes(event.readClass) && (filters.length === 0 || filters.some((filter) => filter(event)));
}

function formatEvent({ event, readClass, fields }: ManagerEvent): string {
  return formatMessage([['Event', event], ['Privilege', `${readClass},all`], ...fields]);
}
