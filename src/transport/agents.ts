import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { createLookup, type Resolver } from './resolver.ts';

/** Settings for the connections to one PBX. */
export interface AgentSettings {
  /** How long an idle connection is kept, in milliseconds; 0 = a new connection for each request. */
  readonly idleConnectionMs: number;
  readonly maximumConnections: number;
  /** URL of the proxy, with its credentials. Absent: direct connections. */
  readonly proxyUrl?: URL;
}

/** Creates the agent for a protocol, `http:` or `https:`. */
export function createAgent(settings: AgentSettings, protocol: string, resolver: Resolver): HttpAgent {
  const { idleConnectionMs, maximumConnections, proxyUrl } = settings;
  const keepAlive = idleConnectionMs > 0;
  const options = {
    keepAlive,
    maxSockets: maximumConnections,
    maxFreeSockets: maximumConnections,
    ...(keepAlive ? { timeout: idleConnectionMs } : {}),
  };
  if (proxyUrl !== undefined)
    return createProxyAgent(proxyUrl, { ...options, lookup: createLookup(resolver) }, protocol);
  if (protocol === 'http:') return new HttpAgent(options);
  // TLS sessions are never resumed: some PBXs reset the connection if a client tries, and a kept connection needs no
  // second handshake.
  return new HttpsAgent({ ...options, maxCachedSessions: 0 });
}

/** Closes all idle connections: if one of them is dead, the others are probably dead as well. */
export function closeIdleConnections(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

type ProxyOptions = ConstructorParameters<typeof HttpProxyAgent>[1];

function createProxyAgent(proxyUrl: URL, options: NonNullable<ProxyOptions>, protocol: string): HttpAgent {
  // The credentials are not part of the agent's URL, because its debug output contains the URL.
  const { username, password } = proxyUrl;
  const bare = new URL(proxyUrl);
  [bare.username, bare.password] = ['', ''];
  const account = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = username === '' && password === '' ? {} : { 'Proxy-Authorization': `Basic ${account}` };
  return protocol === 'http:'
    ? new HttpProxyAgent(bare, { ...options, headers })
    : new HttpsProxyAgent(bare, { ...options, headers });
}
