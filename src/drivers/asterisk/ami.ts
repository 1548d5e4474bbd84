import { Failure } from '../../transport/failure.ts';

/** One AMI message: field names in lower case, the first value of each. */
export type AmiMessage = ReadonlyMap<string, string>;

/** A whole answer of AMI over HTTP: the response and the events that belong to it. */
export interface AmiAnswer {
  readonly response: AmiMessage;
  readonly events: readonly AmiMessage[];
}

/**
 * Splits a body into messages: lines `Key: Value` up to an empty line, cut at the first colon, nothing is escaped
 * (docs.asterisk.org, "AMI v2 Specification", Message Layout).
 * `AuthDetail` events are dropped at once, because they hold passwords in clear text.
 * Throws a `Failure` (`protocol`) when the first message is not a response.
 */
export function parseAmi(body: string): AmiAnswer {
  const messages = body
    .split(/\r?\n\r?\n/)
    .map(parseMessage)
    .filter((message) => message.size > 0);
  const [response, ...events] = messages;
  if (response?.has('response') !== true) throw new Failure('protocol', notAmiMessage(body));
  return { response, events: events.filter((event) => event.get('event') !== 'AuthDetail') };
}

/**
 * The items of a list answer, checked for completeness: the closing event must be there and its count must be right
 * (a list that was cut off is not a list of peers that are gone). Where a list has several kinds of items, all count.
 * Throws a `Failure` (`protocol`).
 */
export function listItems(answer: AmiAnswer, ...itemEvents: readonly string[]): readonly AmiMessage[] {
  const promised = listEnd(answer).get('listitems');
  const items = answer.events.filter((event) => itemEvents.includes(event.get('event') ?? ''));
  if (promised !== undefined && Number(promised) !== items.length)
    throw new Failure('protocol', `the list holds ${items.length} items where ${Number(promised)} were announced`);
  return items;
}

/** The event that closes a list answer. Throws a `Failure` (`protocol`) when it is missing. */
export function listEnd({ events }: AmiAnswer): AmiMessage {
  const closing = events.find((event) => event.get('eventlist')?.toLowerCase() === 'complete');
  if (closing === undefined) throw new Failure('protocol', 'the list was cut off before its end');
  return closing;
}

function parseMessage(text: string): AmiMessage {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(key)) fields.set(key, line.slice(colon + 1).replace(/^ /, ''));
  }
  return fields;
}

function notAmiMessage(body: string): string {
  if (body.trim() === '') return 'the answer is empty where an AMI response was due';
  if (body.trimStart().startsWith('<'))
    return 'the answer is a web page where an AMI response was due: check the base URL';
  return 'the answer is not an AMI response';
}
