/** Why a command could not start, for people, with what to do; `flag` is the one that names its port. */
export function startProblem(thrown: unknown, flag = '--web.listen-address'): string {
  if (!(thrown instanceof Error)) return 'it could not start';
  const { code, address, port } = thrown as ListenError;
  const place = port === undefined ? 'the address' : `${host(address)}:${port}`;
  if (code === 'EADDRINUSE') return `${place} is in use by another program; choose another with ${flag}`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address ?? ''}; choose another with ${flag}`;
  if (code === 'EACCES') return `this user may not listen on ${place}; choose a port above 1023 with ${flag}`;
  return thrown.message;
}

/** What Node.js tells about an address on which it could not listen. */
interface ListenError extends Error {
  readonly code?: unknown;
  readonly address?: string;
  readonly port?: number;
}

/** An IPv6 address in brackets; nothing for all addresses, as in `:10560`. */
function host(address = ''): string {
  if (address === '::' || address === '0.0.0.0') return '';
  return address.includes(':') ? `[${address}]` : address;
}
