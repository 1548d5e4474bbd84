import { type Collector, collectors } from '../snapshot/reading.ts';
import { accountKeys, readAccount } from './account.ts';
import type { AccountConfig, FamilyFacts, TargetConfig } from './config.ts';
import { defaults } from './defaults.ts';
import type { groups } from './fields.ts';
import { readOptions } from './options.ts';
import { readPeers } from './peers.ts';
import { labelName, labelValue } from './target-fields.ts';
import { readOpenSection, readSection, readValue, type Section } from './read.ts';
import type { InheritedSettings, Scope } from './load-context.ts';
import { checkTimes, scrapeSettings, staleAfterMs } from './scrape.ts';
import { suggest } from './suggest.ts';
import { readTls } from './tls.ts';
import type { ConfigNode, Entry } from './tree.ts';
import { productMessage } from './product-names.ts';
import { isLoopback, withoutAddedPath } from './url.ts';

/** Reads one entry of `targets:`; undefined after a report. */
export function readTarget(scope: Scope, node: ConfigNode, shared: InheritedSettings): TargetConfig | undefined {
  const { report } = scope;
  const optionNames = scope.families.flatMap(({ options }) => Object.keys(options.shape));
  const section = readSection(report, node, 'targets[]', optionNames);
  if (node.kind === 'scalar' && node.value === null) {
    report.error(node, 'this entry is empty: a target needs name, family, url and an account');
  }
  if (node.kind !== 'map') return undefined;
  checkRequired(report, section);
  const { name, proxy_url: proxy, web_url: webUrl } = section.values;
  const family = readFamily(scope, section);
  const url = readBaseUrl(scope, section, family);
  const account = readTargetAccount(scope, section, shared);
  checkAccount(scope, section, { account, family, url });
  const settings = scrapeSettings(section, shared.scrape);
  checkTimes(report, settings, section.entries.get('family')?.value ?? section.location, family);
  const rest = {
    collect: readCollect(scope, section, family),
    tls: readTls(scope, section.entries.get('tls'), url),
    ...(proxy === undefined ? {} : { proxy }),
    ...(webUrl === undefined ? {} : { webUrl }),
    labels: readLabels(scope, section.entries.get('labels')),
    peers: readPeers(scope, section.entries.get('peers'), shared, family),
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

type TargetSection = Section<(typeof groups)['targets[]']>;

function checkRequired(report: Scope['report'], { entries, location }: TargetSection): void {
  const missing = ['name', 'family', 'url'].filter((key) => !entries.has(key));
  for (const key of missing) report.error(location, `this target has no ${key}`);
}

function readBaseUrl(
  { report }: Scope,
  { entries, values }: TargetSection,
  family: FamilyFacts | undefined,
): URL | undefined {
  const entry = entries.get('url');
  if (entry === undefined || values.url === undefined) return undefined;
  return withoutAddedPath(report, entry, values.url, family?.addedPaths ?? []);
}

function nothingAt({ location }: TargetSection): ConfigNode {
  return { kind: 'map', entries: [], repeated: [], ...location };
}

function readFamily({ report, families }: Scope, { entries, values }: TargetSection): FamilyFacts | undefined {
  const [entry, name] = [entries.get('family'), values.family];
  const family = families.find((candidate) => candidate.name === name);
  if (entry === undefined || name === undefined || family !== undefined) return family;
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
  section: TargetSection,
  { credentials }: InheritedSettings,
): AccountConfig | undefined {
  const reference = section.entries.get('credentials');
  if (reference === undefined) return readAccount(scope, section);
  for (const key of accountKeys) {
    const own = section.entries.get(key);
    if (own !== undefined)
      scope.report.error(own.location, `${key} does not go with credentials: set one or the other`);
  }
  const name = section.values.credentials;
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

function checkAccount({ report }: Scope, section: TargetSection, { account, family, url }: Login): void {
  if (account === undefined) return;
  const location = section.entries.get('credentials')?.value ?? keySpot(section, account.kind);
  if (family !== undefined && !family.accounts.includes(account.kind)) {
    const taken = family.accounts.map((kind) => accountWords[kind]).join(' or ');
    report.error(location, `${family.name} cannot log in with ${accountWords[account.kind]}: it takes ${taken}`);
  }
  warnAboutAccount(report, location, account, family);
  const urlValue = section.entries.get('url')?.value;
  if (url?.protocol !== 'http:' || isLoopback(url) || urlValue === undefined) return;
  report.warn(
    urlValue,
    'http:// is not encrypted: whoever is on the way to this PBX can read the login; use https:// where it offers that',
  );
}

function warnAboutAccount(
  report: Scope['report'],
  location: TargetSection['location'],
  account: AccountConfig,
  family: FamilyFacts | undefined,
): void {
  if (account.kind !== 'password' || family?.accountWarnings === undefined) return;
  for (const warning of family.accountWarnings(account.username, account.password.reveal()))
    report.warn(location, warning);
}

function keySpot(section: TargetSection, kind: AccountConfig['kind']): TargetSection['location'] {
  const key = accountKeys.find((candidate) => candidate.startsWith(kind) && section.entries.has(candidate));
  return section.entries.get(key ?? '')?.location ?? section.location;
}

function readCollect(
  { report }: Scope,
  { entries, values }: TargetSection,
  family: FamilyFacts | undefined,
): readonly Collector[] {
  const list = entries.get('collect')?.value;
  if (list === undefined) return defaults.collect.filter((name) => family?.collectors.includes(name));
  const seen = new Set<Collector>();
  for (const item of list.kind === 'list' ? list.items : []) {
    const collector = collectors.find((name) => item.kind === 'scalar' && item.value === name);
    if (collector === undefined) continue;
    if (seen.has(collector)) report.error(item, `${collector} is listed twice`);
    if (family !== undefined && !family.collectors.includes(collector))
      report.error(item, `${collector} cannot be read from ${family.name}: it has ${family.collectors.join(', ')}`);
    seen.add(collector);
  }
  return values.collect ?? [];
}

function readLabels({ report }: Scope, labels: Entry | undefined): Record<string, string> {
  if (labels === undefined) return {};
  const { entries } = readOpenSection(report, labels.value, 'labels');
  const pairs = [...entries.values()].map((entry) => {
    const name = labelName.safeParse(entry.key);
    for (const { message } of name.error?.issues ?? []) report.error(entry.location, message);
    return [entry.key, readValue(report, entry, labelValue) ?? ''] as const;
  });
  return Object.fromEntries(pairs);
}

function readTrunks({ report }: Scope, trunks: Entry | undefined): TargetConfig['trunks'] {
  const exclude = trunks && readSection(report, trunks.value, 'targets[].trunks').values.exclude;
  return exclude === undefined ? {} : { exclude };
}
