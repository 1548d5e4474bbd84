import { Failure } from '../../transport/failure.ts';

const [space, carriageReturn] = [0x20, 0x0d];

/** One AMI message: fields by their names in lower case. */
export class AmiMessage {
  readonly #first = new Map<string, string>();
  /** Only for fields that occur more than once. */
  #repeated: Map<string, string[]> | undefined;

  /** Reads lines `Key: Value`, cut at the first colon. */
  constructor(text: string) {
    // A regular expression for the ends of lines would take twice as long.
    for (const line of text.split('\n')) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const start = colon + (line.charCodeAt(colon + 1) === space ? 2 : 1);
      const end = line.length - (line.charCodeAt(line.length - 1) === carriageReturn ? 1 : 0);
      this.#add(nameOf(line.slice(0, colon)), line.slice(start, end));
    }
  }

  /** The first value of the field; undefined if it is missing. */
  get(name: string): string | undefined {
    return this.#first.get(name);
  }

  /** All values of a field that may occur more than once, in order. */
  all(name: string): readonly string[] {
    const first = this.#first.get(name);
    return first === undefined ? [] : [first, ...(this.#repeated?.get(name) ?? [])];
  }

  has(name: string): boolean {
    return this.#first.has(name);
  }

  get isEmpty(): boolean {
    return this.#first.size === 0;
  }

  #add(key: string, value: string): void {
    if (!this.#first.has(key)) {
      this.#first.set(key, value);
      return;
    }
    this.#repeated ??= new Map();
    const values = this.#repeated.get(key) ?? [];
    values.push(value);
    this.#repeated.set(key, values);
  }
}

const names = new Map<string, string>();
/** Maximum number and length of remembered spellings; Asterisk has some hundreds. */
const maximumNames = 1_000;
const longestName = 64;

/** The name of a field in lower case. Spellings are remembered, because a list repeats the same thirty names in each of its rows. */
function nameOf(written: string): string {
  const known = names.get(written);
  if (known !== undefined) return known;
  if (names.size >= maximumNames || written.length > longestName) return written.trim().toLowerCase();
  // A copy, because a slice of an answer would keep the whole answer in memory.
  const copy = Buffer.from(written).toString();
  const name = copy.trim().toLowerCase();
  names.set(copy, name);
  return name;
}

/** A field of a message; empty if it is missing. */
export function field(message: AmiMessage, name: string): string {
  return message.get(name) ?? '';
}

/** A complete answer of AMI over HTTP: the response and the events that belong to it. */
export interface AmiAnswer {
  readonly response: AmiMessage;
  readonly events: readonly AmiMessage[];
}

/**
 * Splits a body into messages. Each consists of lines `Key: Value` up to an empty line, without escaping
 * (docs.asterisk.org, "AMI v2 Specification", Message Layout). `AuthDetail` events are discarded immediately, because
 * they contain passwords in clear text. Throws a `Failure` (`protocol`) if the first message is not a response.
 */
export function parseAmi(body: string): AmiAnswer {
  const messages = body
    .split(/\r?\n\r?\n/)
    .map((text) => new AmiMessage(text))
    .filter((message) => !message.isEmpty);
  const [response, ...events] = messages;
  if (response?.has('response') !== true) throw new Failure('protocol', notAmiMessage(body));
  return { response, events: events.filter((event) => event.get('event') !== 'AuthDetail') };
}

/**
 * The items of a list answer, checked for completeness: the closing event must be present and its count must be correct,
 * because a peer that is missing from a truncated list may still exist. If a list has several kinds of items, all are
 * counted. Throws a `Failure` (`protocol`).
 */
export function listItems(answer: AmiAnswer, ...itemEvents: readonly string[]): readonly AmiMessage[] {
  return countedItems(answer, itemEvents, () => true);
}

/** Like {@link listItems}, for a list that contains more items than it counts: `isCounted` decides which items are counted. */
export function countedItems(
  answer: AmiAnswer,
  itemEvents: readonly string[],
  isCounted: (item: AmiMessage) => boolean,
): readonly AmiMessage[] {
  const promised = listEnd(answer).get('listitems');
  const items = answer.events.filter((event) => itemEvents.includes(event.get('event') ?? ''));
  const counted = items.filter(isCounted).length;
  if (promised !== undefined && Number(promised) !== counted)
    throw new Failure('protocol', `the list contains ${counted} items where ${Number(promised)} were announced`);
  return items;
}

/**
 * The event that closes a list answer. It is marked as such or, in older releases, only has a name that ends in `Complete`
 * (`PeerlistComplete` of chan_iax2 before 13, `QueueStatusComplete`). Throws a `Failure` (`protocol`) if it is missing.
 */
export function listEnd({ events }: AmiAnswer): AmiMessage {
  const closing =
    events.find((event) => event.get('eventlist')?.toLowerCase() === 'complete') ??
    events.findLast((event) => /Complete$/i.test(event.get('event') ?? ''));
  if (closing === undefined) throw new Failure('protocol', 'the list was cut off before its end');
  return closing;
}

function notAmiMessage(body: string): string {
  if (body.trim() === '') return 'the answer is empty instead of an AMI response';
  if (body.trimStart().startsWith('<'))
    return 'the answer is a web page instead of an AMI response: check the base URL';
  return 'the answer is not an AMI response';
}
