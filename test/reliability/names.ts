import { systemClock } from '../../src/clock.ts';
import { Resolver } from '../../src/transport/resolver.ts';

/** How the name service behaves towards {@link pbxName}. */
export type NameService = 'works' | 'unknown' | 'unavailable';

/** The PBX's name in experiments with the name service. It is never looked up outside this process. */
export const pbxName = 'pbx.invalid';

const codes = { unknown: 'ENOTFOUND', unavailable: 'ESERVFAIL' } as const;

let service: NameService = 'works';

/** Sets how {@link pbxName} resolves from now on: to loopback, or with the error of a name server. */
export function setNameService(next: NameService): void {
  service = next;
}

/** The resolver of the experiments. It caches nothing, so that a change takes effect immediately. */
export const labResolver = new Resolver({
  clock: systemClock,
  readFiles: () => Promise.resolve({ hosts: '', resolvConf: '' }),
  query: (_name, family) =>
    service === 'works'
      ? Promise.resolve(family === 4 ? [{ address: '127.0.0.1', family, ttl: 0 }] : [])
      : Promise.reject(Object.assign(new Error('as the experiment says'), { code: codes[service] })),
  systemLookup: () => Promise.reject(Object.assign(new Error('as the experiment says'), { code: 'ENOTFOUND' })),
});
