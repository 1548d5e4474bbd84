import { Failure } from '../../transport/failure.ts';

const [carriageReturn, space, colon] = [0x0d, 0x20, 0x3a];

/**
 * One AMI message: fields by their names in lower case. Only the positions of its fields are kept, because a list has thousands of rows with
 * thirty fields, of which few are read.
 */
export class AmiMessage {
  readonly #text: string;
  readonly #names: readonly string[];
  /** Where each value starts in the text. */
  readonly #starts: readonly number[];

  constructor(text: string, names: readonly string[], starts: readonly number[]) {
    this.#text = text;
    this.#names = names;
    this.#starts = starts;
  }

  /** The first value of the field; undefined if it is missing. */
  get(name: string): string | undefined {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this.#value(index);
  }

  /** All values of a field that may occur more than once, in order. */
  all(name: string): readonly string[] {
    const values: string[] = [];
    for (let index = this.#names.indexOf(name); index >= 0; index = this.#names.indexOf(name, index + 1))
      values.push(this.#value(index));
    return values;
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  #value(index: number): string {
    const start = this.#starts[index] ?? this.#text.length;
    return this.#text.slice(start, endOfValue(this.#text, start));
  }
}

/** The end of the line, without its line feed. */
function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

/** The end of the line, without its line feed and carriage return. */
function endOfValue(text: string, start: number): number {
  const end = endOfLine(text, start);
  return end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
}

/** Names of the fields of a message, in order: as written, and in lower case. */
interface FieldNames {
  readonly written: readonly string[];
  readonly names: readonly string[];
}

/** Reads the names of a message. The rows of a list have the same names in the same order, so those of the former row are tried first. */
class NamesReader {
  readonly #former: FieldNames;
  #own: { readonly written: string[]; readonly names: string[] } | undefined;
  #count = 0;

  constructor(former: FieldNames) {
    this.#former = former;
  }

  /** Reads the name in the line from `start` to `end`. Returns the position after its colon; undefined if there is no name. */
  read(text: string, start: number, end: number): number | undefined {
    const expected = this.#own === undefined ? this.#former.written[this.#count] : undefined;
    if (
      expected !== undefined &&
      text.charCodeAt(start + expected.length) === colon &&
      text.startsWith(expected, start)
    ) {
      this.#count += 1;
      return start + expected.length + 1;
    }
    const line = text.slice(start, end);
    const length = line.indexOf(':');
    if (length <= 0) return undefined;
    this.#add(line.slice(0, length));
    return start + length + 1;
  }

  #add(written: string): void {
    this.#own ??= {
      written: this.#former.written.slice(0, this.#count),
      names: this.#former.names.slice(0, this.#count),
    };
    this.#own.written.push(written);
    this.#own.names.push(nameOf(written));
  }

  /** The names that were read. */
  get fieldNames(): FieldNames {
    if (this.#own !== undefined) return this.#own;
    const { written, names } = this.#former;
    if (this.#count === names.length) return this.#former;
    return { written: written.slice(0, this.#count), names: names.slice(0, this.#count) };
  }
}

/**
 * Reads the messages of a text, each with lines `Key: Value` that are cut at the first colon. An empty line ends a message. Lines without
 * a name are ignored.
 */
export function* readMessages(text: string): Generator<AmiMessage, void, undefined> {
  let former: FieldNames = { written: [], names: [] };
  for (let at = 0; at < text.length;) {
    const names = new NamesReader(former);
    const starts: number[] = [];
    at = readLines(text, at, (start, end) => {
      const value = names.read(text, start, end);
      if (value !== undefined) starts.push(text.charCodeAt(value) === space ? value + 1 : value);
    });
    if (starts.length === 0) continue;
    former = names.fieldNames;
    yield new AmiMessage(text, former.names, starts);
  }
}

/** Reads the lines up to an empty one, and returns the position after it. */
function readLines(text: string, from: number, read: (start: number, end: number) => void): number {
  for (let start = from; start < text.length;) {
    const end = endOfLine(text, start);
    if (isEmptyLine(text, start, end)) return end + 1;
    read(start, end);
    start = end + 1;
  }
  return text.length;
}

function isEmptyLine(text: string, start: number, end: number): boolean {
  return end === start || (end === start + 1 && text.charCodeAt(start) === carriageReturn);
}

/** The first message of a text; it has no fields if there is none. */
export function readMessage(text: string): AmiMessage {
  const [message = new AmiMessage('', [], [])] = readMessages(text);
  return message;
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
  const [response, ...events] = readMessages(body);
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
