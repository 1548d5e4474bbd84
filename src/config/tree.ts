import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { ConfigLocation } from './problem.ts';
import { syntaxFault } from './syntax-fault.ts';
import type { SyntaxFault } from './syntax-fault.ts';

/** A `key: value` pair; `location` is the location of the key. */
export interface Entry {
  readonly key: string;
  readonly location: ConfigLocation;
  /** Offset of the end of the key. */
  readonly end: number;
  readonly value: ConfigNode;
}

/** A map of `key: value` pairs in file order, each key once. Aliases and merge keys are already resolved. */
export interface MapNode extends ConfigLocation {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  /** Further entries of keys that are already set. They have no effect, but their values may be secret. */
  readonly repeated: readonly Entry[];
}

/** A list. */
export interface ListNode extends ConfigLocation {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

/** A single value. */
export interface ScalarNode extends ConfigLocation {
  readonly kind: 'scalar';
  readonly value: unknown;
  /** The text as written, including quotes; empty if there is none. */
  readonly source: string;
  /** Whether the value is written as a `|` or `>` block. */
  readonly block: boolean;
}

/** A node of the configuration tree. */
export type ConfigNode = MapNode | ListNode | ScalarNode;

/** The file as a tree, with its faults; only the faults if the YAML is too broken for a meaningful tree. */
export type ParsedTree =
  | { readonly ok: true; readonly root: ConfigNode | undefined; readonly faults: readonly SyntaxFault[] }
  | { readonly ok: false; readonly faults: readonly SyntaxFault[] };

/** Maximum number of nodes created by aliases, so that a few lines cannot grow to gigabytes. */
const maximumRepeated = 1_000_000;
const deepestTree = 50;

/** Reads YAML text. Never throws. */
export function parseTree(text: string): ParsedTree {
  try {
    return parseDocuments(text);
  } catch {
    return { ok: false, faults: [{ offset: 0, path: '', message: 'the file cannot be read as YAML' }] };
  }
}

function parseDocuments(text: string): ParsedTree {
  const parsed = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent', merge: true });
  if (!Array.isArray(parsed)) return { ok: true, root: undefined, faults: [] };
  const [document, second] = parsed as Document.Parsed[];
  if (document === undefined) return { ok: true, root: undefined, faults: [] };
  const broken = [...document.errors, ...document.warnings].map((error) => syntaxFault(error, document, text));
  if (broken.length > 0) return { ok: false, faults: broken };
  if (second !== undefined) {
    const message = 'a second YAML document starts here: keep everything in one, without "---" lines in between';
    return { ok: false, faults: [{ offset: Math.min(second.range[0], text.length), path: '', message }] };
  }
  const builder = new TreeBuilder(document, text);
  const root = document.contents === null ? undefined : builder.build(document.contents, { offset: 0, path: '' }, 0);
  return builder.broken ? { ok: false, faults: builder.faults } : { ok: true, root, faults: builder.faults };
}

class TreeBuilder {
  readonly faults: SyntaxFault[] = [];
  /** Whether the tree is incomplete because of a fault. */
  broken = false;
  /** Number of nodes created by aliases, in addition to the nodes in the file. */
  #repeated = 0;
  /** Number of aliases on the path to the current node. */
  #aliases = 0;
  #exhausted = false;
  readonly #named: ReadonlyMap<Alias, Node>;
  readonly #text: string;
  readonly #lines = new LineCounter();

  constructor(document: Document.Parsed, text: string) {
    this.#named = resolveAliases(document);
    this.#text = text;
    this.#lines.addNewLine(0);
    for (const { index } of text.matchAll(/\n/g)) this.#lines.addNewLine(index + 1);
  }

  /** Builds a node. `around` is the location of the key, for values without their own location. */
  build(node: Node | null, around: ConfigLocation, depth: number): ConfigNode {
    if (this.#aliases > 0) this.#repeated += 1;
    const location = { offset: node?.range?.[0] ?? around.offset, path: around.path };
    if (depth > deepestTree || this.#repeated > maximumRepeated) {
      if (!this.#exhausted) this.#fault(around, 'this is nested too deeply, or its aliases (*name) repeat too much');
      this.#exhausted = true;
      return { kind: 'scalar', value: null, source: '', block: false, ...around };
    }
    if (isAlias(node)) return this.#alias(node, location, depth);
    if (isMap(node)) return { kind: 'map', ...this.#entries(node, location, depth), ...location };
    if (isSeq(node)) return { kind: 'list', items: this.#items(node.items, location, depth), ...location };
    return this.#scalar(node, location, around);
  }

  #scalar(node: Node | null, location: ConfigLocation, around: ConfigLocation): ScalarNode {
    const value = isScalar(node) ? node.value : null;
    const [start = 0, end = 0] = node?.range ?? [];
    const source = this.#text.slice(start, end);
    if (source === '') return { kind: 'scalar', value, source, block: false, ...around };
    return { kind: 'scalar', value, source, block: /^[|>]/.test(source), ...location };
  }

  #alias(alias: Alias, location: ConfigLocation, depth: number): ConfigNode {
    const named = this.#named.get(alias);
    if (named !== undefined) {
      this.#aliases += 1;
      const repeated = this.build(named, location, depth + 1);
      this.#aliases -= 1;
      return repeated;
    }
    this.#fault(
      location,
      'a * stands for a value marked with & and the same name, but none is marked so above; quote the text if it just begins with *',
    );
    return { kind: 'scalar', value: null, source: '', block: false, ...location };
  }

  #items(items: readonly unknown[], location: ConfigLocation, depth: number): ConfigNode[] {
    return items.map((item, index) =>
      this.build(
        nodeOf(item),
        { offset: nodeOf(item)?.range?.[0] ?? location.offset, path: `${location.path}[${index}]` },
        depth + 1,
      ),
    );
  }

  #entries(map: YAMLMap, location: ConfigLocation, depth: number): Pick<MapNode, 'entries' | 'repeated'> {
    const entries = new Map<string, Entry>();
    const repeated: Entry[] = [];
    const merged: Entry[] = [];
    for (const pair of map.items) {
      const entry = this.#entry(pair, location, depth);
      const first = entries.get(entry.key);
      if (entry.key === '<<') merged.push(...this.#merged(entry));
      else if (first === undefined) entries.set(entry.key, entry);
      else repeated.push(this.#twice(entry, first));
    }
    for (const entry of merged) {
      if (entries.has(entry.key)) repeated.push(entry);
      else entries.set(entry.key, entry);
    }
    return { entries: [...entries.values()], repeated };
  }

  #entry(pair: Pair, parent: ConfigLocation, depth: number): Entry {
    const key = isScalar(pair.key) ? keyText(pair.key.value, pair.key.source) : '';
    const path = key === '<<' ? parent.path : [parent.path, firstWord(key)].filter((part) => part !== '').join('.');
    const [offset, end] = nodeOf(pair.key)?.range ?? [parent.offset, parent.offset];
    const location = { offset, path };
    if (!isScalar(pair.key)) this.#fault(location, 'a key must be a plain word');
    return { key, location, end, value: this.build(nodeOf(pair.value), location, depth + 1) };
  }

  #merged({ value, location }: Entry): Entry[] {
    const sources = value.kind === 'list' ? value.items : [value];
    if (sources.some((source) => source.kind !== 'map'))
      this.#fault(location, '<< takes an alias (*name) of a map of keys');
    return sources.flatMap((source) => (source.kind === 'map' ? source.entries : []));
  }

  #twice(entry: Entry, first: Entry): Entry {
    const { line } = this.#lines.linePos(first.location.offset);
    this.faults.push({
      ...entry.location,
      message: `${firstWord(entry.key)} is set twice: the first time in line ${line}`,
    });
    return entry;
  }

  #fault(location: ConfigLocation, message: string): void {
    this.broken = true;
    this.faults.push({ ...location, message });
  }
}

/** The part of a key that can be shown: in `password:hunter2`, which lacks a space, the rest is a secret. */
function firstWord(key: string): string {
  return /^[\w-]*/.exec(key)?.[0] ?? '';
}

function nodeOf(part: unknown): Node | null {
  return isNode(part) ? part : null;
}

/** Maps each alias to the last anchor of its name before it. One pass resolves all aliases, because a file can have thousands. */
function resolveAliases(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const named = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      const target = isAlias(node) ? anchors.get(node.source) : undefined;
      if (isAlias(node) && target !== undefined) named.set(node, target);
      if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return named;
}

/** The key as written: `10: x` has the key `10`. The value of a merge key is a symbol. */
function keyText(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? '');
}
