import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Failure } from '../../src/transport/failure.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { candidateNames, parseHosts, parseSearchRules } from '../../src/transport/name-files.ts';
import { LookupError, Resolver, type ResolverSetup } from '../../src/transport/resolver.ts';
import { queryNameServers } from '../../src/transport/system-resolver.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { type NameAnswer, startNameServer } from '../support/name-server.ts';
import { answerText, startRawServer } from '../support/raw-server.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Script {
  readonly names?: Readonly<Record<string, NameAnswer>>;
  readonly hosts?: string;
  readonly resolvConf?: string;
  readonly changes?: Partial<ResolverSetup>;
}

/** Sets up a resolver with a name server on loopback, which answers `unknown` for names that the script does not contain. */
async function setUp({ names = {}, hosts = '', resolvConf = '', changes = {} }: Script) {
  const server = await startNameServer((name) => names[name] ?? 'unknown');
  cleanups.push(() => server.close());
  const system: string[] = [];
  const resolver = new Resolver({
    clock: systemClock,
    readFiles: () => Promise.resolve({ hosts, resolvConf }),
    query: queryNameServers([server.address]),
    systemLookup(name) {
      system.push(name);
      return Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    },
    ...changes,
  });
  const resolve = async (name: string, timeoutMs = 5_000): Promise<string> =>
    resolver.addresses(name, timeoutMs).then(
      (found) => found.map(({ address }) => address).join(' '),
      (thrown: unknown) => (thrown instanceof LookupError ? thrown.code : String(thrown)),
    );
  return { resolver, resolve, server, system };
}

describe('names', () => {
  test('the hosts file goes first, localhost needs nobody', async () => {
    const { resolve, server } = await setUp({
      names: { 'pbx.example.org': ['192.0.2.9'] },
      hosts: '# local\n192.0.2.1  PBX.example.org pbx # the PBX\n2001:db8::1 pbx\n',
    });
    expect(await resolve('pbx.example.org')).toBe('192.0.2.1');
    expect(await resolve('pbx')).toBe('192.0.2.1 2001:db8::1');
    expect(await resolve('localhost')).toBe('127.0.0.1');
    expect(server.asked).toEqual([]);
  });

  test('search and ndots: short names, and name.namespace as in Kubernetes', async () => {
    const { resolve, server } = await setUp({
      names: {
        'pbx.voice.svc.cluster.local': ['192.0.2.2'],
        'office.voice.svc.cluster.local': ['192.0.2.3'],
        'a.b.c.d.e.f': ['192.0.2.4'],
      },
      resolvConf:
        'nameserver 192.0.2.53\nsearch voice.svc.cluster.local svc.cluster.local\noptions timeout:1 ndots:5\n',
    });
    expect(await resolve('office')).toBe('192.0.2.3');
    expect(await resolve('pbx.voice')).toBe('192.0.2.2');
    expect(await resolve('a.b.c.d.e.f')).toBe('192.0.2.4');
    expect(new Set(server.asked)).toEqual(
      new Set([
        'office.voice.svc.cluster.local',
        'pbx.voice.voice.svc.cluster.local',
        'pbx.voice.svc.cluster.local',
        'a.b.c.d.e.f',
      ]),
    );
  });

  test('what DNS does not know is asked of the system, one name at a time: mDNS and NSS', async () => {
    let open = 0;
    let most = 0;
    const { resolve, server } = await setUp({
      changes: {
        async systemLookup(name) {
          open += 1;
          most = Math.max(most, open);
          await nextTurn();
          open -= 1;
          if (name === 'pbx.local') return [{ address: '192.0.2.5', family: 4 }];
          throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
        },
      },
    });
    const names = ['pbx.local', 'a.local', 'b.local', 'pbx.local'];
    expect(await Promise.all(names.map((name) => resolve(name)))).toEqual([
      '192.0.2.5',
      'ENOTFOUND',
      'ENOTFOUND',
      '192.0.2.5',
    ]);
    expect(most).toBe(1);
    expect(server.asked).toContain('pbx.local');
  });

  test('a name server that is silent or in trouble is not gone around', async () => {
    const { resolve, system } = await setUp({ names: { 'a.example.org': 'silent', 'b.example.org': 'broken' } });
    expect(await resolve('a.example.org', 50)).toBe('ETIMEOUT');
    expect(await resolve('b.example.org')).toBe('ESERVFAIL');
    expect(system).toEqual([]);
  });

  test('an answer is kept for as long as it says, and asked for once by many at a time', async () => {
    const clock = createHandClock();
    let queries = 0;
    const { resolve } = await setUp({
      changes: {
        clock,
        query: (_name, family) => {
          queries += family === 4 ? 1 : 0;
          return Promise.resolve(family === 4 ? [{ address: `192.0.2.${queries}`, family, ttl: 60 }] : []);
        },
      },
    });
    expect(await Promise.all([resolve('pbx.example.org'), resolve('PBX.example.org')])).toEqual([
      '192.0.2.1',
      '192.0.2.1',
    ]);
    clock.advance(59_000);
    expect(await resolve('pbx.example.org')).toBe('192.0.2.1');
    clock.advance(1_001);
    expect(await resolve('pbx.example.org')).toBe('192.0.2.2');
  });
});

test('thirty PBXs behind a silent name server do not slow down the one beside them, and say dns', async () => {
  const names = { 'healthy.example.org': ['127.0.0.1'] } as const;
  const server = await startNameServer((name) => (name in names ? names['healthy.example.org'] : 'silent'));
  const pbx = await startRawServer((socket) => socket.write(answerText('fine')));
  cleanups.push(
    () => server.close(),
    () => pbx.close(),
  );
  const { resolver } = await setUp({ changes: { query: queryNameServers([server.address]) } });
  const send = async (host: string, signal: AbortSignal): Promise<string> => {
    const transport = createHttpTransport({
      baseUrl: new URL(`http://${host}:${pbx.url.port}`),
      resolver,
      allowed: [{ call: 'read', path: '/read', method: 'GET', serves: 'session' }],
      tls: { insecureSkipVerify: false },
      headers: {},
      userAgent: 'pbx-exporter/test',
      idleConnectionMs: 0,
      maximumConnections: 2,
    });
    cleanups.push(() => transport.close());
    return transport.send({ call: 'read', path: '/read' }, signal).then(
      ({ body }) => body,
      (thrown: unknown) => (thrown instanceof Failure ? `${thrown.reason}: ${thrown.message}` : String(thrown)),
    );
  };
  const deadline = new AbortController();
  let silent = 0;
  const waiting = Array.from({ length: 30 }, async (_, index) => {
    const said = await send(`pbx${index}.example.org`, deadline.signal);
    silent += 1;
    return said;
  });
  for (let round = 0; round < 5; round += 1)
    expect(await send('healthy.example.org', new AbortController().signal)).toBe('fine');
  expect(silent).toBe(0);
  deadline.abort(new Failure('timeout', 'the round took longer than its timeout'));
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['dns: the name server did not answer in time']));
});

describe('the files', () => {
  test('any text is read', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('search', 'options', 'ndots:3', ' ', '\n', '#', 'a.b', '::1') }),
    );
    fc.assert(
      fc.property(text, fc.domain(), (files, name) => {
        parseHosts(files);
        const rules = parseSearchRules(files);
        expect(rules.ndots).toBeGreaterThanOrEqual(0);
        expect(candidateNames(name, rules)).toContain(name);
        expect(candidateNames(`${name}.`, rules)).toEqual([name]);
      }),
    );
  });

  test('of several search lines the last counts, domain is one, a comment is none', () => {
    expect(parseSearchRules('search a.example.org\nsearch b.example.org. c.example.org ; comment\n')).toEqual({
      search: ['b.example.org', 'c.example.org'],
      ndots: 1,
    });
    expect(parseSearchRules('domain Example.org\noptions ndots:20')).toEqual({ search: ['example.org'], ndots: 15 });
  });
});
