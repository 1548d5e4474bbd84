import { formatMessage, type Field } from './message.ts';

/** Event classes of `read=` in manager.conf. */
export type ReadClass = 'system' | 'reporting' | 'call' | 'dialplan';

/** A manager event. */
export interface ManagerEvent {
  readonly event: string;
  readonly readClass: ReadClass;
  readonly fields: readonly Field[];
}

/** The events that a user receives. */
export interface EventRights {
  readonly classes: readonly ReadClass[];
  /** `eventfilter=`: an event is sent if one of the filters returns true, or if there are no filters. */
  readonly filters: readonly ((event: ManagerEvent) => boolean)[];
}

interface Queue {
  readonly rights: EventRights;
  events: ManagerEvent[];
}

/**
 * Queued events by session. A session has no queue before its first WaitEvent, regardless of its login. From then on,
 * events are queued without a limit until the next WaitEvent or the end of the session.
 */
export class EventQueues {
  readonly #queues = new Map<string, Queue>();

  /** Queues an event for every session. Filters apply when events are sent, not here. */
  add(event: ManagerEvent): void {
    for (const queue of this.#queues.values()) queue.events.push(event);
  }

  /** Size of all queued events as text, in bytes: the memory that sessions cost the PBX if they do not fetch events. */
  get keptBytes(): number {
    let bytes = 0;
    for (const { events } of this.#queues.values())
      for (const event of events) bytes += Buffer.byteLength(formatEvent(event));
    return bytes;
  }

  /** Number of sessions with a queue. */
  get waiting(): number {
    return this.#queues.size;
  }

  /** Reports whether the session has queued events. */
  hasNews(session: string): boolean {
    return (this.#queues.get(session)?.events.length ?? 0) > 0;
  }

  /** Removes and returns the queued events of the session as text; the first call creates its queue. */
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

  /** Deletes the queues of sessions that have ended. */
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
