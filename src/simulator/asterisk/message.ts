/** One `Key: Value` line; values are not escaped, as in the real protocol. */
export type Field = readonly [key: string, value: string | number];

/** One event of a list: its name and fields. */
export interface ListEvent {
  readonly event: string;
  readonly fields: readonly Field[];
  /** Whether `ListItems` counts it. Default: true. */
  readonly counted?: boolean;
  /** Where the request's ActionID is repeated: behind the event's name, at the end, or not at all. Default: first. */
  readonly actionId?: 'first' | 'last' | 'none';
}

/** A whole list answer. */
export interface ListAnswer {
  readonly message: string;
  readonly events: readonly ListEvent[];
  /** Name of the event that ends the list. */
  readonly complete: string;
  /** Fields behind `ListItems` of the last event. */
  readonly totals?: readonly Field[];
}

/** Lines and the empty line that ends a message. */
export function formatMessage(fields: readonly Field[]): string {
  return `${fields.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`;
}

/** The request's ActionID as a field; nothing when it had none. */
export function actionIdField(actionId: string): readonly Field[] {
  return actionId === '' ? [] : [['ActionID', actionId]];
}

/** `Response: Success` with fields. */
export function formatSuccess(actionId: string, fields: readonly Field[]): string {
  return formatMessage([['Response', 'Success'], ...actionIdField(actionId), ...fields]);
}

/** `Response: Error` with a message. */
export function formatError(actionId: string, message: string): string {
  return formatMessage([['Response', 'Error'], ...actionIdField(actionId), ['Message', message]]);
}

/** An error of the PJSIP actions, whose text ends in a line feed of its own: two empty lines on the wire. */
export function formatPjsipError(actionId: string, message: string): string {
  return formatError(actionId, `${message}\n`);
}

/** The start of a list, its events, and the event that completes it. */
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
