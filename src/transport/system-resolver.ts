import { lookup as systemLookup, Resolver as NameServers } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { Resolver, type ResolverSetup } from './resolver.ts';

/** How long (ms) one name server is waited for before the next one is asked; it grows with each turn. */
const serverTimeoutMs = 1_000;

const hostsFile =
  process.platform === 'win32'
    ? join(process.env['SystemRoot'] ?? String.raw`C:\Windows`, 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';

/** Asks the name servers of this machine, or given ones (`127.0.0.1:5353`), with c-ares. */
export function queryNameServers(servers?: readonly string[]): ResolverSetup['query'] {
  let current: NameServers | undefined;
  let madeFor: string | undefined;
  return async (name, family, resolvConf) => {
    // c-ares reads the configuration once: after a change, as by DHCP or a VPN, another one is needed.
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

/** The one resolver of the process: the system's lookup has to be asked in turn over all targets. */
export const systemResolver = new Resolver({
  clock: systemClock,
  readFiles: async () => ({ hosts: await textOf(hostsFile), resolvConf: await textOf('/etc/resolv.conf') }),
  query: queryNameServers(),
  systemLookup: (name) => systemLookup(name, { all: true }),
});

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
