import { lookup as systemLookup, Resolver as NameServers } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { Resolver, type ResolverSetup } from './resolver.ts';

/** Time (ms) to wait for one name server before the next one is queried; c-ares increases it with each try. */
const serverTimeoutMs = 1_000;

const hostsFile =
  process.platform === 'win32'
    ? join(process.env['SystemRoot'] ?? String.raw`C:\Windows`, 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';

/** Returns a function that queries the name servers of this machine, or the given ones (e.g. `127.0.0.1:5353`), with c-ares. */
export function queryNameServers(servers?: readonly string[]): ResolverSetup['query'] {
  let current: NameServers | undefined;
  let madeFor: string | undefined;
  return async (name, family, resolvConf) => {
    // c-ares reads the configuration only once, so a change (by DHCP or a VPN) requires a new instance.
    if (current === undefined || madeFor !== resolvConf) {
      current = new NameServers({ timeout: serverTimeoutMs, tries: 2 });
      if (servers !== undefined) current.setServers(servers);
      madeFor = resolvConf;
    }
    const ttl = { ttl: true } as const;
    const found = family === 4 ? await current.resolve4(name, ttl) : await current.resolve6(name, ttl);
    return found.map((one) => ({ address: one.address, family, ttl: one.ttl }));
  };
}

/** The resolver of the process. All targets share it, because the system's lookup must be used for one name at a time. */
export const systemResolver = new Resolver({
  clock: systemClock,
  readFiles: async () => ({ hosts: await textOf(hostsFile), resolvConf: await textOf('/etc/resolv.conf') }),
  query: queryNameServers(),
  systemLookup: (name) => systemLookup(name, { all: true }),
});

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
