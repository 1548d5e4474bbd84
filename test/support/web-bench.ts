import { onTestFinished } from 'vitest';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { Exposition } from '../../src/exposition/page.ts';
import { Fleet } from '../../src/fleet/fleet.ts';
import { type Log, silentLog } from '../../src/log.ts';
import type { Route } from '../../src/server/routes.ts';
import { createWebServer } from '../../src/server/server.ts';
import { openWebConfig, type WebConfig } from '../../src/server/web-config/web-config.ts';
import { Target } from '../../src/polling/target.ts';
import type { Family, LoginGuard } from '../../src/drivers/driver.ts';
import type { Clock } from '../../src/clock.ts';
import { type Behaviour, fakeFamily, FakeTransport, untilAborted } from './fake-pbx.ts';

/** A target with a function as its PBX, and the transport that records the requests. */
export interface FakePbxTarget {
  readonly target: Target;
  readonly transport: FakeTransport;
}

/** A PBX that accepts every login and answers every call. */
export const friendlyPbx: Behaviour = ({ call }) => ({ body: call === 'login' ? 'token' : '' });

/** A PBX that accepts a login and then never answers until the request is aborted. */
export const hangingPbx: Behaviour = ({ call }, signal) =>
  call === 'login' ? { body: 'token' } : untilAborted(signal);

/** Creates a real target with a made-up PBX. */
export function fakePbxTarget(
  clock: Clock,
  name: string,
  behaviour: Behaviour = friendlyPbx,
  {
    timeoutMs = 20_000,
    guard,
    labels,
    shortestInterval,
  }: {
    timeoutMs?: number;
    guard?: LoginGuard;
    labels?: Record<string, string>;
    shortestInterval?: NonNullable<Family['shortestInterval']>;
  } = {},
): FakePbxTarget {
  const transport = new FakeTransport(behaviour);
  const target = new Target({
    identity: { name, family: 'fake', labels: labels ?? {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family: {
      ...fakeFamily(guard === undefined ? {} : { guard }),
      ...(shortestInterval === undefined ? {} : { shortestInterval }),
    },
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers', 'trunks'],
    intervalMs: 30_000,
    timeoutMs,
    requestsPerTarget: 2,
    transport,
    clock,
    random: () => 0,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  return { target, transport };
}

/** Creates a fleet of these targets. Its schedule is not started: rounds run only on request. */
export function fakeFleet(
  clock: Clock,
  members: readonly FakePbxTarget[],
  concurrency = 8,
): { readonly fleet: Fleet; readonly exposition: Exposition } {
  const fleet = new Fleet(
    { concurrency, clock, random: () => 0 },
    members.map(({ target }) => target),
  );
  const own = createOwnMetrics({ version: 'test', collectDefaults: false });
  return { fleet, exposition: new Exposition({ clock, hashName: () => 'hash', own }) };
}

/** Serves routes on loopback until the test ends; returns the base URL without a trailing slash. */
export async function serveRoutes(
  routes: readonly Route[],
  log: Log = silentLog,
  web: WebConfig = openWebConfig,
): Promise<string> {
  const server = createWebServer({ host: '127.0.0.1', port: 0 }, routes, log, web);
  const port = await server.start();
  onTestFinished(() => server.stop());
  return `http://127.0.0.1:${port}`;
}
