/** One `Key: Value` line; values are not escaped, as in the real protocol. */
export type Field = readonly [key: string, value: string | number];

/** One event of a list. */
export interface ListEvent {
  readonly event: string;
  readonly fields: readonly Field[];
  /** Whether `ListItems` counts it. Default: true. */
  readonly counted?: boolean;
  /** Position of the ActionID: after the event's name, at the end, or absent. Default: `first`. */
  readonly actionId?: 'first' | 'last' | 'none';
}

/** An answer with a list of events. */
export interface ListAnswer {
  readonly message: string;
  readonly events: readonly ListEvent[];
  /** Name of the event that ends the list. */
  readonly complete: string;
  /** Fields after `ListItems` in the last event. */
  readonly totals?: readonly Field[];
}

/** Formats the fields as lines, followed by the empty line that ends a message. */
export function formatMessage(fields: readonly Field[]): string {
  return `${fields.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`;
}

/** Returns the ActionID of the request as a field; empty if it has none. */
export function actionIdField(actionId: string): readonly Field[] {
  return actionId === '' ? [] : [['ActionID', actionId]];
}

/** Formats `Response: Success` with fields. */
export function formatSuccess(actionId: string, fields: readonly Field[]): string {
  return formatMessage([['Response', 'Success'], ...actionIdField(actionId), ...fields]);
}

/** Formats `Response: Error` with a message. */
export function formatError(actionId: string, message: string): string {
  return formatMessage([['Response', 'Error'], ...actionIdField(actionId), ['Message', message]]);
}

/** Formats an error of the PJSIP actions, whose text ends in a line feed: the message ends with two empty lines. */
export function formatPjsipError(actionId: string, message: string): string {
  return formatError(actionId, `${message}\n`);
}

/** Formats the start of a list, its events and the event that completes it. */
export function formatList(actionId: string, list: ListAnswer): string {
  const id = actionIdField(actionId);
  const items = list.events.filter((event) => event.counted !== false).length;
  const start = formatSuccess(actionId, [
    ['EventList', 'start'],
    ['Message', list.message],
  ]);
  const events = list.events.map(({ event, fields, actionId: place = 'first' }) =>
    formatMessage([['Event', event], ...(place === 'first' ? id : []), ...fields, ...(place === 'last' ? id : [])]),
  );
  const end = formatMessage([
    ['Event', list.complete],
    ...id,
    ['EventList', 'Complete'],
    ['ListItems', items],
    ...(list.totals ?? []),
  ]);
  return start + events.join('') + end;
}
