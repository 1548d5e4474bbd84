import { isIP } from 'node:net';

/** What `/etc/resolv.conf` says about names that are not complete. */
export interface SearchRules {
  /** Domains to put behind a name, in order. */
  readonly search: readonly string[];
  /** A name with at least this many dots is first tried as it is. */
  readonly ndots: number;
}

/** Names and their addresses in the text of a hosts file (hosts(5)); names in lower case. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}

/** `search` (or `domain`) and `ndots` of the text of a resolv.conf (resolv.conf(5)); of several lines the last counts. */
export function parseSearchRules(text: string): SearchRules {
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split(/\r?\n/)) {
    const [key, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (key === 'search') search = values;
    if (key === 'domain') search = values.slice(0, 1);
    const told = key === 'options' ? values.findLast((value) => /^ndots:\d+$/.test(value)) : undefined;
    if (told !== undefined) ndots = Math.min(15, Number(told.slice('ndots:'.length)));
  }
  return { search: search.map((domain) => domain.replace(/\.$/, '').toLowerCase()).filter((one) => one !== ''), ndots };
}

/** The possible complete names for a name, in the order in which the C library tries them. */
export function candidateNames(name: string, { search, ndots }: SearchRules): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const longer = search.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
