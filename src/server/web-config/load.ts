import { z } from 'zod';
import { type Problem, Report } from '../../config/problem.ts';
import { readOpenSection, readValue } from '../../config/read.ts';
import { fileReader } from '../../config/load-context.ts';
import { warnOfLikelyMistakes } from '../../config/written-text.ts';
import { hiddenRanges } from '../../config/secret-parts.ts';
import { Secret } from '../../config/secret.ts';
import { SourceText } from '../../config/source.ts';
import { type ConfigNode, type Entry, parseTree } from '../../config/tree.ts';
import { text, valueFacts } from '../../config/values.ts';
import { publicKeys, readKeys, sections } from './keys.ts';
import { readTlsServer, type WebScope } from './tls-server.ts';
import type { WebConfig } from './web-config.ts';

/** The inputs of the loader besides the text. */
interface WebLoadContext {
  /** Path of the file; relative paths in it start at its folder. */
  readonly fileName: string;
  /** Returns the text of a file; throws if the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/** A usable web configuration, or all its problems in file order; in both cases with warnings. */
type WebLoadResult =
  | { readonly ok: true; readonly config: WebConfig; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/**
 * Loads a web configuration in the format of exporter-toolkit (docs/web-configuration.md in its repository). Everything that
 * is not understood is an error, because silently missing protection is worse than none. Never throws.
 */
export function loadWebConfig(written: string, context: WebLoadContext): WebLoadResult {
  const text = written.replace(/^\uFEFF/, '');
  const source = new SourceText(text);
  const report = new Report();
  const tree = parseTree(text);
  for (const { message, ...location } of tree.faults) report.error(location, message);
  warnOfLikelyMistakes(report, {
    text,
    commentsAndAnchors: source.commentsAndAnchors,
    root: tree.ok ? tree.root : undefined,
  });
  if (!tree.ok)
    return { ok: false, problems: report.problems(source.placesInBroken(tree.faults, publicKeys)), warnings: [] };
  const readFile = fileReader(context);
  const config = readWebConfig({ report, readFile }, tree.root);
  const hidden = tree.root === undefined ? [] : [...hiddenRanges(tree.root, publicKeys), ...hashesIn(tree.root)];
  const found = report.problems(source.placesWith(hidden));
  const problems = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity === 'warning');
  return problems.length > 0 ? { ok: false, problems, warnings } : { ok: true, config, warnings };
}

function readWebConfig(scope: WebScope, root: ConfigNode | undefined): WebConfig {
  const { report } = scope;
  if (isEmpty(withoutEmptyHttp(root))) report.error({ offset: 0, path: '' }, nothingProtected);
  const top = readKeys(report, root, sections.top);
  const http = readKeys(report, top.entries.get('http_server_config')?.value, sections.http);
  const http2 = http.entries.get('http2');
  if (http2 !== undefined && http.values.http2 === true)
    report.warn(http2.value, 'http2: this server supports only HTTP/1.1, which every client supports too');
  const tls = top.entries.get('tls_server_config');
  const server = tls && readTlsServer(scope, tls);
  return {
    ...(server === undefined ? {} : { tls: server }),
    headers: readHeaders(report, http.entries.get('headers')),
    users: readUsers(report, top.entries.get('basic_auth_users')),
  };
}

const nothingProtected =
  'the file is empty, so nothing would be protected: add TLS or users, or start without --web.config.file';

/** Reports whether a node is empty. An empty file is more likely truncated than intended. */
function isEmpty(node: ConfigNode | undefined): boolean {
  if (node === undefined) return true;
  return node.kind === 'map' ? node.entries.length === 0 : node.kind === 'scalar' && node.value === null;
}

/** The file without `http_server_config` if that section sets nothing, including headers. */
function withoutEmptyHttp(root: ConfigNode | undefined): ConfigNode | undefined {
  if (root?.kind !== 'map') return root;
  const isUnset = (node: ConfigNode): boolean =>
    isEmpty(node) || (node.kind === 'map' && node.entries.every(({ value }) => isEmpty(value)));
  return { ...root, entries: root.entries.filter(({ key, value }) => key !== 'http_server_config' || !isUnset(value)) };
}

/** Ranges of the password hashes. They are hidden explicitly, because a user can have the name of a public key. */
function hashesIn(root: ConfigNode): (readonly [number, number])[] {
  const users = root.kind === 'map' ? root.entries.find(({ key }) => key === 'basic_auth_users')?.value : undefined;
  if (users?.kind !== 'map') return [];
  return users.entries.flatMap(({ value }) =>
    value.kind === 'scalar' ? [[value.offset, value.offset + value.source.length] as const] : [],
  );
}

/** Above this cost, one password check takes more than a second. */
const highestSensibleCost = 14;

const costOf = (hash: string): number => Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1] ?? 0);

const noHash =
  'this is not a bcrypt hash: create one with "htpasswd -nBC 10 NAME" and use the part after the colon; do not put a plain password here';

const bcryptHash = z
  .string({ error: noHash })
  .refine((hash) => costOf(hash) >= 4 && costOf(hash) <= 31, { error: noHash })
  .register(valueFacts, {
    description: 'bcrypt hash',
    warning: (hash) =>
      costOf(hash) > highestSensibleCost
        ? `a cost of ${costOf(hash)} makes each check of this password take seconds: the usual cost is 10`
        : undefined,
  });

/** Reads user names and their bcrypt hashes. */
function readUsers(report: Report, users: Entry | undefined): ReadonlyMap<string, Secret> {
  if (users === undefined) return new Map();
  const { entries } = readOpenSection(report, users.value, 'basic_auth_users');
  if (
    entries.size === 0 &&
    (users.value.kind === 'map' || (users.value.kind === 'scalar' && users.value.value === null))
  )
    report.error(
      users.location,
      'basic_auth_users is empty, which would open the exporter to everybody: remove the key if that is intended',
    );
  const pairs = [...entries.values()].flatMap((entry) => {
    const hash = readHash(report, entry);
    return hash === undefined ? [] : [[entry.key, new Secret(hash)] as const];
  });
  return new Map(pairs);
}

function readHash(report: Report, entry: Entry): string | undefined {
  const { key, location } = entry;
  if (key !== '' && !key.includes(':') && !/\p{Cc}/u.test(key)) return readValue(report, entry, bcryptHash);
  report.error(location, 'a user name must not be empty or contain a colon');
  return undefined;
}

const plain = text();
const header = plain.refine((value) => /^[\x20-\x7e]*$/.test(value), {
  error: '{key} may contain only ASCII characters',
});

/** Headers that allow only certain values. */
const limited = new Map(
  Object.entries({ 'X-Frame-Options': ['deny', 'sameorigin'], 'X-Content-Type-Options': ['nosniff'] }).map(
    ([name, allowed]) => [
      name,
      plain.refine((value) => allowed.includes(value.toLowerCase()), {
        error: `{key} must be ${allowed.join(' or ')}`,
      }),
    ],
  ),
);

/** Reads the headers of every response; blank ones are not set. */
function readHeaders(report: Report, headers: Entry | undefined): Record<string, string> {
  const entries = [...readKeys(report, headers?.value, sections.headers).entries.values()];
  const pairs = entries.flatMap((entry) => {
    const value = isBlank(entry) ? undefined : readValue(report, asText(entry), limited.get(entry.key) ?? header);
    return value === undefined ? [] : [[entry.key, value] as const];
  });
  return Object.fromEntries(pairs);
}

function isBlank({ value }: Entry): boolean {
  return value.kind === 'scalar' && (value.value === '' || value.value === null);
}

/** Converts numbers to text for `X-XSS-Protection`, because its usual value is the number 0. */
function asText(entry: Entry): Entry {
  const { key, value } = entry;
  return key === 'X-XSS-Protection' && value.kind === 'scalar' && typeof value.value === 'number'
    ? { ...entry, value: { ...value, value: value.source } }
    : entry;
}
