import type { ListenAddress } from './server.ts';

/**
 * `:10560`, `127.0.0.1:10560`, `[::1]:10560` or `host:10560` as an address to listen on.
 * Undefined when the text is none of these or the port is not between 0 and 65535.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  if (port > 65_535) return undefined;
  return host === '' ? { port } : { host, port };
}
