import dns from 'node:dns';

/** How the name service behaves towards one name; all others are looked up as ever. */
export type NameService = 'works' | 'unknown' | 'unavailable';

/** The PBX's name in experiments with the name service. Nobody is asked for it outside this process. */
export const pbxName = 'pbx.invalid';

const genuine = dns.lookup;
const codes = { unknown: 'ENOTFOUND', unavailable: 'EAI_AGAIN' } as const;

type Callback = (error: Error | null, address?: unknown, family?: number) => void;

/** Sets how {@link pbxName} resolves from now on: to loopback, or with the error of a resolver. Undefined: hands the lookup back. */
export function setNameService(service: NameService | undefined): void {
  const lookup = (name: string, options: { readonly all?: boolean }, callback: Callback): void => {
    if (name !== pbxName || service === undefined) return void Reflect.apply(genuine, dns, [name, options, callback]);
    setImmediate(() => answer(service, options.all === true, callback));
  };
  Object.defineProperty(dns, 'lookup', {
    value: service === undefined ? genuine : lookup,
    configurable: true,
    writable: true,
  });
}

function answer(service: NameService, all: boolean, callback: Callback): void {
  if (service !== 'works') {
    const code = codes[service];
    return callback(Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: 'getaddrinfo' }));
  }
  if (all) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
  callback(null, '127.0.0.1', 4);
}
