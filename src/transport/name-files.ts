import { isIP } from 'node:net';

/** Rules in `/etc/resolv.conf` for names that are not fully qualified. */
export interface SearchRules {
  /** Domains to append to a name, in order. */
  readonly search: readonly string[];
  /** A name with at least this many dots is first tried as it is. */
  readonly ndots: number;
}

/** Reads the addresses of each host name (in lower case) from the text of a hosts file (hosts(5)). */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}

/**
 * Reads `search` (or `domain`) and `ndots` from the text of a resolv.conf (resolv.conf(5)). If a setting occurs more than
 * once, the last one counts.
 */
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
    const ndotsOption = key === 'options' ? values.findLast((value) => /^ndots:\d+$/.test(value)) : undefined;
    if (ndotsOption !== undefined) ndots = Math.min(15, Number(ndotsOption.slice('ndots:'.length)));
  }
  return { search: search.map((domain) => domain.replace(/\.$/, '').toLowerCase()).filter((one) => one !== ''), ndots };
}

/** The fully qualified names to try for a name, in the order of the C library. */
export function candidateNames(name: string, { search, ndots }: SearchRules): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const longer = search.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
