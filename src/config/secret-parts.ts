import { Lexer } from 'yaml';
import { fields } from './fields.ts';
import { suggest } from './suggest.ts';
import type { ConfigNode, Entry } from './tree.ts';

const secretKeys: ReadonlySet<string> = new Set(['password', 'token']);
const groupKeys: ReadonlySet<string> = new Set(['scrape', 'targets', 'tls', 'peers', 'labels', 'options']);
/** Keys of URLs; a query in a URL may contain a token. */
const urlKeys: ReadonlySet<string> = new Set(['url', 'proxy_url']);
/** Everything below this key may be a secret, except for the values of keys known to be harmless. */
const accountsKey = 'credentials';
/** Also includes the key for users and password hashes in a web configuration file. */
const accountsKeys: ReadonlySet<string> = new Set([accountsKey, 'basic_auth_users']);

/** Returns the keys with harmless values; `options` are the families' option keys. */
export function publicKeysOf(options: Iterable<string>): Set<string> {
  const plain = [...fields.map(({ key }) => key), ...options];
  return new Set(plain.filter((key) => !groupKeys.has(key) && !looksSecret(key)));
}

/** Reports whether the value of a key in a family's options may be a secret. */
export function looksSecret(key: string): boolean {
  return secretKeys.has(key) || (/pass|pwd|^pw$|secret|token|bearer|key|pin$/i.test(key) && !/_(file|env)$/.test(key));
}

/** Cached results per set of harmless keys: large files repeat few keys, and each check compares a key with all known keys. */
const judged = new WeakMap<ReadonlySet<string>, Map<string, boolean>>();

/** Reports whether the value of a key is a secret; misspelt keys such as `pasword` or `tokn` are recognised too. */
function isSecretKey(key: string, publicKeys: ReadonlySet<string>): boolean {
  const known = judged.get(publicKeys) ?? new Map<string, boolean>();
  judged.set(publicKeys, known);
  const isSecret = known.get(key) ?? judgeKey(key, publicKeys);
  known.set(key, isSecret);
  return isSecret;
}

function judgeKey(key: string, publicKeys: ReadonlySet<string>): boolean {
  if (publicKeys.has(key) || groupKeys.has(key) || key === '') return false;
  if (looksSecret(key) || isPieceOfSecretKey(key)) return true;
  return secretKeys.has(suggest(key, [...publicKeys, ...secretKeys, ...groupKeys]) ?? '');
}

/** Reports whether a key is a secret key with letters missing, e.g. `pwrd` or `sword`. */
function isPieceOfSecretKey(key: string): boolean {
  const letters = key.toLowerCase().replaceAll(/[_-]/g, '');
  return [...secretKeys].some((secret) => {
    let found = 0;
    for (const letter of secret) if (letter === letters[found]) found += 1;
    return found === letters.length;
  });
}

/** Returns the ranges of a file that must not be printed: values of secret keys, and credentials and queries in URLs. */
export function hiddenRanges(root: ConfigNode, publicKeys: ReadonlySet<string>): Range[] {
  // A file with a single value is not a configuration; it may be a password file.
  if (root.kind === 'scalar') return wholeOf(root);
  return hiddenUnder(root, { key: '', isSecret: false, publicKeys });
}

interface Above {
  /** The nearest key above a node. */
  readonly key: string;
  /** Whether everything below this key is a secret. */
  readonly isSecret: boolean;
  readonly publicKeys: ReadonlySet<string>;
}

function hiddenUnder(node: ConfigNode, above: Above): Range[] {
  if (node.kind === 'list') return node.items.flatMap((item) => hiddenUnder(item, above));
  if (node.kind === 'map') return [...node.entries, ...node.repeated].flatMap((entry) => hiddenInEntry(entry, above));
  const { key, isSecret } = above;
  const isName = key.endsWith('_env') && !/^[A-Z_][A-Z0-9_]*$/.test(node.source);
  if (isSecret || isName) return wholeOf(node);
  return hiddenInText(node.source, urlKeys.has(key)).map(([from, to]) => [node.offset + from, node.offset + to]);
}

function wholeOf(node: ConfigNode): Range[] {
  return node.kind === 'scalar' && node.source !== '' ? [[node.offset, node.offset + node.source.length]] : [];
}

function hiddenInEntry({ key, location, end, value }: Entry, above: Above): Range[] {
  const { publicKeys } = above;
  const { plain, ...own } = wordsOf(key, publicKeys);
  if (above.key === 'labels' && !above.isSecret && value.kind === 'scalar' && !/[^\w-]/.test(key)) return [];
  const isUnderAccounts = above.key === accountsKey && value.kind === 'scalar';
  const isBelowSecret = above.isSecret && !publicKeys.has(key);
  const isSecret = isBelowSecret || isUnderAccounts || own.isSecret;
  const inKey: Range[] = isSecret && plain < key.length ? [[location.offset + plain, end]] : [];
  return [...inKey, ...hiddenUnder(value, { key, isSecret, publicKeys })];
}

/**
 * Returns whether a key belongs to a secret, and how many of its characters can be shown. In `password:hunter2`, which lacks
 * a space, the key contains the secret itself; in `:password` it does not.
 */
function wordsOf(key: string, publicKeys: ReadonlySet<string>): { readonly isSecret: boolean; readonly plain: number } {
  const sign = key.search(/[^\w-]/);
  if (sign === -1) return { isSecret: isSecretKey(key, publicKeys), plain: key.length };
  const secret = [...key.matchAll(/[\w-]+/g)].find(({ 0: word }) => isSecretKey(word, publicKeys));
  if (secret === undefined) return { isSecret: false, plain: sign };
  return { isSecret: true, plain: secret.index + secret[0].length };
}

/** Ranges of the credentials in any URL, and of the query if the value is known to be a URL. */
function hiddenInText(source: string, isUrl: boolean): Range[] {
  const quote = /^["']/.exec(source)?.[0];
  const end = quote !== undefined && source.length > 1 && source.endsWith(quote) ? source.length - 1 : source.length;
  const text = source.slice(0, end);
  const scheme = /^["']?[a-z]+:\/\//i.exec(text)?.[0].length;
  if (!isUrl && scheme === undefined) return [];
  const account = text.lastIndexOf('@');
  const start = scheme ?? quote?.length ?? 0;
  const accounts: Range[] = account > start ? [[start, account]] : [];
  const query = isUrl ? text.slice(Math.max(account, 0)).search(/[?#]/) : -1;
  return query === -1 ? accounts : [...accounts, [Math.max(account, 0) + query + 1, end]];
}

/**
 * Returns the ranges of a line that must not be printed, for a file that is not valid YAML. Undefined if the whole line may
 * be a secret, because it has no key or is below a secret key. `above` are the lines before it.
 */
export function hiddenInLine(
  line: string,
  above: readonly string[],
  publicKeys: ReadonlySet<string>,
): readonly Range[] | undefined {
  if (!/^\s*(?:- +)*["']?[\w-]+["']? *:/.test(line) && !/^\s*- +\{/.test(line)) return undefined;
  if (keysAround(line, above).some((key) => accountsKeys.has(key) || isSecretKey(key, publicKeys))) return undefined;
  const word = [...line.matchAll(/[\w-]+(?=(["']? *:( *\{)?)?)/g)].find(({ 0: text, 1: colon, 2: brace }) => {
    if (brace !== undefined && accountsKeys.has(text)) return true;
    return colon === undefined ? looksSecret(text) && !publicKeys.has(text) : isSecretKey(text, publicKeys);
  });
  const rest = word === undefined ? line.length : word.index + word[0].length;
  const from = rest + (/^["']? *: */.exec(line.slice(rest))?.[0].length ?? 0);
  const addresses = [...line.slice(0, from).matchAll(/[a-z]+:\/\/[^\s,}]*/gi)].flatMap(({ 0: url, index }) =>
    hiddenInText(url.replace(/["']$/, ''), true).map(([start, end]): Range => [index + start, index + end]),
  );
  return [...addresses, ...(from < line.length ? [[from, line.length] as const] : [])];
}

/** Keys of the parent lines, as determined by indentation, nearest first. */
function keysAround(line: string, above: readonly string[]): readonly string[] {
  const keys: string[] = [];
  let indent = line.search(/\S/);
  for (const text of above.toReversed()) {
    const own = text.search(/[^\s-]/);
    if (own === -1 || own >= indent || /^\s*#/.test(text)) continue;
    keys.push(/^[\s-]*["']?([\w-]+)/.exec(text)?.[1] ?? '');
    indent = own;
  }
  return keys;
}

/** A part of the text as offsets; the end is exclusive. */
export type Range = readonly [start: number, end: number];

/** Parts of a YAML text that are neither keys nor values. */
export interface CommentsAndAnchors {
  readonly comments: readonly Range[];
  /** Names of anchors and aliases, after `&` and `*`. An unquoted password may look like one. */
  readonly anchors: readonly Range[];
}

/** The token that the lexer emits before the text of a scalar. */
const scalarMark = '\u001F';
/** Tokens without text in the file: start of a document, broken flow collection, scalar. */
const lexerMarks = new Set(['\u0002', '\u0018', scalarMark]);

/** Finds comments, and the names of anchors and aliases. Never throws. */
export function commentsAndAnchorsIn(text: string): CommentsAndAnchors {
  const comments: Range[] = [];
  const anchors: Range[] = [];
  let offset = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    const end = offset + token.length;
    if (before !== scalarMark && token.startsWith('#')) comments.push([offset, end]);
    if (before !== scalarMark && /^[&*]./s.test(token)) anchors.push([offset + 1, end]);
    if (!lexerMarks.has(token)) offset = end;
    before = token;
  }
  return { comments, anchors };
}
