import { collectors } from '../snapshot/reading.ts';
import type { Collector } from '../snapshot/reading.ts';
import { peerNameModes } from '../snapshot/record.ts';
import { accountKeys, readAccount } from './account.ts';
import type { AccountConfig, FamilyFacts, TargetConfig } from './config.ts';
import { defaults, limits } from './defaults.ts';
import { namesHashKey, readHashKey } from './hash-key.ts';
import { readOptions } from './options.ts';
import { readProxy } from './proxy.ts';
import { readChoice, readLiteral, readOpenSection, readPattern, readSection, readText, readWhole } from './read.ts';
import type { Section } from './read.ts';
import type { Scope, InheritedSettings } from './load-context.ts';
import { checkTimes, readScrape, staleAfterMs } from './scrape.ts';
import { suggest } from './suggest.ts';
import { readTls } from './tls.ts';
import type { ConfigNode, Entry } from './tree.ts';
import { productMessage } from './product-names.ts';
import { isLoopback, readUrl, readWebUrl, withoutAddedPath } from './url.ts';

/** One entry of `targets:`, or undefined after a report. */
export function readTarget(scope: Scope, node: ConfigNode, shared: InheritedSettings): TargetConfig | undefined {
  const { report } = scope;
  const optionNames = scope.families.flatMap(({ options }) => Object.keys(options.shape));
  const section = readSection(report, node, 'targets[]', optionNames);
  if (node.kind === 'scalar' && node.value === null) {
    report.error(node, 'this entry is empty: a target needs name, family, url and an account');
  }
  if (node.kind !== 'map') return undefined;
  const name = required(scope, section, 'name', (entry) => readName(scope, entry));
  const family = required(scope, section, 'family', (entry) => readFamily(scope, entry));
  const url = required(scope, section, 'url', (entry) => readBaseUrl(scope, entry, family));
  const account = readTargetAccount(scope, section, shared);
  checkAccount(scope, section, { account, family, url });
  const settings = readScrape(report, section, shared.scrape);
  checkTimes(report, settings, section.entries.get('family')?.value ?? section.location, family);
  const rest = {
    collect: readCollect(scope, section.entries.get('collect'), family),
    tls: readTls(scope, section.entries.get('tls'), url),
    ...readWay(scope, section.entries.get('proxy_url')),
    ...readWebPage(scope, section.entries.get('web_url')),
    labels: readLabels(scope, section.entries.get('labels')),
    peers: readPeers(scope, section.entries.get('peers'), shared),
    trunks: readTrunks(scope, section.entries.get('trunks')),
    options:
      family === undefined
        ? {}
        : readOptions(report, section.entries.get('options')?.value ?? nothingAt(section), family),
  };
  if (name === undefined || family === undefined || url === undefined || account === undefined) return undefined;
  return {
    name,
    family: family.name,
    url,
    account,
    intervalMs: settings.interval.value,
    timeoutMs: settings.timeout.value,
    staleAfterMs: staleAfterMs(settings),
    requestsPerTarget: settings.requestsPerTarget.value,
    ...rest,
  };
}

function required<T>(
  { report }: Scope,
  section: Section,
  key: string,
  read: (entry: Entry) => T | undefined,
): T | undefined {
  const entry = section.entries.get(key);
  if (entry === undefined) report.error(section.location, `this target has no ${key}`);
  return entry && read(entry);
}

function readBaseUrl({ report }: Scope, entry: Entry, family: FamilyFacts | undefined): URL | undefined {
  const url = readUrl(report, entry);
  return url && withoutAddedPath(report, entry, url, family?.addedPaths ?? []);
}

function nothingAt({ location }: Section): ConfigNode {
  return { kind: 'map', entries: [], repeated: [], ...location };
}

function readName({ report }: Scope, entry: Entry): string | undefined {
  const name = readLiteral(report, entry);
  if (name === undefined || name.trim() === name) return name;
  report.error(entry.value, 'name must not begin or end with a space');
  return undefined;
}

function readFamily({ report, families }: Scope, entry: Entry): FamilyFacts | undefined {
  const name = readText(report, entry);
  const family = families.find((candidate) => candidate.name === name);
  if (name === undefined || family !== undefined) return family;
  const names = families.map((candidate) => candidate.name);
  const product = productMessage(name, names);
  report.error(
    entry.value,
    product ?? `unknown family ${JSON.stringify(name)}: it must be one of ${names.join(', ')}`,
    product === undefined ? suggest(name, names) : undefined,
  );
  return undefined;
}

function readTargetAccount(
  scope: Scope,
  section: Section,
  { credentials }: InheritedSettings,
): AccountConfig | undefined {
  const reference = section.entries.get('credentials');
  if (reference === undefined) return readAccount(scope, section);
  for (const key of accountKeys) {
    const own = section.entries.get(key);
    if (own !== undefined)
      scope.report.error(own.location, `${key} does not go with credentials: set one or the other`);
  }
  const name = readText(scope.report, reference);
  if (name === undefined || credentials.has(name)) return name === undefined ? undefined : credentials.get(name);
  const message = `there is no ${JSON.stringify(name)} under credentials at the top of the file`;
  scope.report.error(reference.value, message, suggest(name, credentials.keys()));
  return undefined;
}

interface Login {
  readonly account: AccountConfig | undefined;
  readonly family: FamilyFacts | undefined;
  readonly url: URL | undefined;
}

const accountWords = { password: 'username and password', token: 'a token' } as const;

function checkAccount({ report }: Scope, section: Section, { account, family, url }: Login): void {
  if (account === undefined) return;
  const location = section.entries.get('credentials')?.value ?? keySpot(section, account.kind);
  if (family !== undefined && !family.accounts.includes(account.kind)) {
    const taken = family.accounts.map((kind) => accountWords[kind]).join(' or ');
    report.error(location, `${family.name} cannot log in with ${accountWords[account.kind]}: it takes ${taken}`);
  }
  const urlValue = section.entries.get('url')?.value;
  if (url?.protocol !== 'http:' || isLoopback(url) || urlValue === undefined) return;
  report.warn(
    urlValue,
    'http:// is not encrypted: whoever is on the way to this PBX can read the login; use https:// where it offers that',
  );
}

function keySpot(section: Section, kind: AccountConfig['kind']): Section['location'] {
  const key = accountKeys.find((candidate) => candidate.startsWith(kind) && section.entries.has(candidate));
  return section.entries.get(key ?? '')?.location ?? section.location;
}

function readCollect(scope: Scope, entry: Entry | undefined, family: FamilyFacts | undefined): readonly Collector[] {
  if (entry === undefined) return defaults.collect.filter((name) => family?.collectors.includes(name));
  const { report } = scope;
  if (entry.value.kind !== 'list') {
    report.error(entry.value, 'collect must be a list, such as [peers, trunks]');
    return [];
  }
  if (entry.value.items.length === 0)
    report.error(entry.value, 'collect is empty: name at least one collector, or leave the key out');
  const chosen: Collector[] = [];
  for (const item of entry.value.items) {
    const collector = readChoice(report, { key: 'collect', value: item }, collectors);
    if (collector === undefined) continue;
    if (chosen.includes(collector)) report.error(item, `${collector} is listed twice`);
    if (family !== undefined && !family.collectors.includes(collector)) {
      report.error(item, `${collector} cannot be read from ${family.name}: it has ${family.collectors.join(', ')}`);
    }
    chosen.push(collector);
  }
  return chosen;
}

function readWay({ report }: Scope, entry: Entry | undefined): Pick<TargetConfig, 'proxy'> {
  const proxy = entry && readProxy(report, entry);
  return proxy === undefined ? {} : { proxy };
}

function readWebPage({ report }: Scope, entry: Entry | undefined): Pick<TargetConfig, 'webUrl'> {
  const webUrl = entry && readWebUrl(report, entry);
  return webUrl === undefined ? {} : { webUrl };
}

function readLabels({ report }: Scope, labels: Entry | undefined): Record<string, string> {
  if (labels === undefined) return {};
  const { entries } = readOpenSection(report, labels.value, 'labels');
  const pairs = [...entries.values()].map((entry) => {
    const fault = labelFault(entry.key);
    if (fault !== undefined) report.error(entry.location, fault);
    return [entry.key, readLiteral(report, entry) ?? ''] as const;
  });
  return Object.fromEntries(pairs);
}

function labelFault(name: string): string | undefined {
  if (name === 'pbx' || name === 'family') return `the label ${name} is set by the exporter: choose another name`;
  if (name.startsWith('__')) return 'label names that begin with __ are reserved by Prometheus';
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return 'a label name has letters, digits and _ only, and does not begin with a digit';
}

const nothingToHashWith =
  'names is hash, and there is no key to hash with: set hash_key_file or hash_key_env here, or under peers at the top of the file; until then no names are exported';

function readPeers(scope: Scope, peers: Entry | undefined, shared: InheritedSettings): TargetConfig['peers'] {
  if (peers === undefined) return { names: defaults.peerNames, limit: defaults.peerLimit };
  const { report } = scope;
  const section = readSection(report, peers.value, 'targets[].peers');
  const { entries } = section;
  const [named, limit] = [entries.get('names'), entries.get('limit')];
  const names = (named && readChoice(report, named, peerNameModes)) ?? defaults.peerNames;
  const hashKey = readHashKey(scope, section) ?? shared.hashKey;
  const keyNamed = namesHashKey(section) || shared.hashKeyNamed;
  if (names === 'hash' && !keyNamed) report.tolerate(named?.value ?? peers.location, nothingToHashWith);
  return {
    names,
    ...(hashKey === undefined ? {} : { hashKey }),
    limit: (limit && readWhole(report, limit, limits.peerLimit)) ?? defaults.peerLimit,
    ...readExclude(report, entries.get('exclude')),
  };
}

function readTrunks({ report }: Scope, trunks: Entry | undefined): TargetConfig['trunks'] {
  const entries = trunks && readSection(report, trunks.value, 'targets[].trunks').entries;
  return readExclude(report, entries?.get('exclude'));
}

function readExclude(report: Scope['report'], entry: Entry | undefined): { exclude?: RegExp } {
  const exclude = entry && readPattern(report, entry);
  return exclude === undefined ? {} : { exclude };
}
