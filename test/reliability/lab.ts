import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account, Family } from '../../src/drivers/driver.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { Exposition } from '../../src/exposition/page.ts';
import { silentLog } from '../../src/log.ts';
import type { SimulatorTls } from '../../src/simulator/kit/server-definition.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import type { TlsSettings } from '../../src/transport/http.ts';
import { parseExposition, type ParsedFamily } from '../support/exposition-parser.ts';
import type { Product } from '../support/products.ts';
import { labResolver } from './names.ts';
import { createShiftingClock, type ShiftingClock } from './shifting-clock.ts';

/** Time between two rounds in every experiment, in milliseconds. */
export const intervalMs = 30_000;
/** Largest response that a target of the lab accepts, in bytes; small, so that tests with larger responses are cheap. */
export const largestAnswerBytes = 262_144;

/** Settings that an experiment can change. */
export interface LabChanges {
  /** Default: peers, trunks and system. */
  readonly collect?: readonly Collector[];
  /** Serves HTTPS with this certificate. */
  readonly certificate?: SimulatorTls;
  readonly tls?: TlsSettings;
  /** Keeps connections open as configured by the family. */
  readonly keepConnections?: boolean;
  /** Host name in the target's URL instead of the address. */
  readonly host?: string;
  /** Returns a deliberately wrong account. */
  readonly account?: (right: Account) => Account;
}

/**
 * One simulated PBX with its target, and a second PBX with its own target, which must never be affected. Only the minimum is read from the
 * second PBX, because a thousand experiments wait for it twice.
 */
export interface Lab {
  readonly clock: ShiftingClock;
  /** The PBX to which faults are applied. */
  readonly pbx: Simulator;
  readonly target: Target;
  readonly neighbour: Target;
  /** Advances the clock by one interval, then runs a round of the target. */
  round(): Promise<void>;
  /** Returns the page of `/metrics` with both targets, parsed strictly; throws if it is invalid. */
  page(): Promise<readonly ParsedFamily[]>;
  /** Creates another target for the same PBX, e.g. with a wrong password; it is stopped with the lab. */
  secondTarget(changes: LabChanges): Target;
  /** Replaces the PBX with one that has another certificate, at the same address. */
  renewCertificate(certificate: SimulatorTls): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both PBXs; the first round is left to the caller. */
export async function startLab({ family, simulate }: Product, changes: LabChanges = {}): Promise<Lab> {
  const clock = createShiftingClock();
  const make = (port: number, certificate?: SimulatorTls): Simulator =>
    simulate({ clock, peers: 4, trunks: 2, port, ...(certificate === undefined ? {} : { tls: certificate }) });
  let pbx = make(0, changes.certificate);
  const url = await pbx.start();
  if (changes.host !== undefined) url.hostname = changes.host;
  const beside = make(0);
  const neighbour = createTarget('neighbour', family, beside, await beside.start(), clock, { collect: ['system'] });
  const target = createTarget('target', family, pbx, url, clock, changes);
  const own = createOwnMetrics({ version: 'test', collectDefaults: false });
  const exposition = new Exposition({ clock, hashName: () => 'hash', own });
  const others: Target[] = [];
  return {
    clock,
    get pbx() {
      return pbx;
    },
    target,
    neighbour,
    async round() {
      clock.advance(intervalMs);
      await target.poll();
    },
    page: () => parsedPage(exposition, [target, neighbour]),
    secondTarget(other) {
      others.push(createTarget('second', family, pbx, url, clock, other));
      return others.at(-1) ?? target;
    },
    async renewCertificate(certificate) {
      await pbx.stop();
      pbx = make(Number(url.port), certificate);
      await pbx.start();
    },
    async stop() {
      await Promise.all([pbx.stop(), beside.stop()]);
      await Promise.all([target, neighbour, ...others].map((one) => one.stop()));
    },
  };
}

function createTarget(
  name: string,
  family: Family,
  pbx: Simulator,
  url: URL,
  clock: ShiftingClock,
  {
    account = (right) => right,
    tls = { insecureSkipVerify: false },
    collect = ['peers', 'trunks', 'system'],
    keepConnections = false,
  }: LabChanges,
): Target {
  // Connections expire by the system clock, simulators use the lab's clock. A new connection for each request avoids the conflict.
  const idleConnectionMs = keepConnections ? family.idleConnectionMs : 0;
  const bounded: Family = { ...family, idleConnectionMs, maximumAnswerBytes: largestAnswerBytes };
  const right: Account =
    'token' in pbx.account ? { kind: 'token', ...pbx.account } : { kind: 'password', ...pbx.account };
  return new Target({
    identity: { name, family: family.name, labels: {}, peerNames: 'plain', peerLimit: 5_000, staleAfterMs: 90_000 },
    family: bounded,
    account: account(right),
    options: family.options.parse(pbx.targetOptions ?? {}),
    url,
    collect,
    intervalMs,
    timeoutMs: 20_000,
    requestsPerTarget: 2,
    transport: createTransport({
      family: bounded,
      url,
      tls,
      requestsPerTarget: 2,
      resolver: labResolver,
      version: 'test',
    }),
    clock,
    random: () => 0.5,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
}

async function parsedPage(exposition: Exposition, targets: readonly Target[]): Promise<readonly ParsedFamily[]> {
  const parts: Buffer[] = [];
  for await (const part of exposition.metricsPage(targets, { format: 'text', encoding: 'identity' })) parts.push(part);
  return parseExposition(Buffer.concat(parts), 'text');
}

/** Returns the value of a metric for one target; undefined if the page does not have it. */
export function valueOf(page: readonly ParsedFamily[], metric: string, pbx: string): number | undefined {
  const family = page.find(({ name }) => name === metric);
  return family?.samples.find(({ labels }) => labels.get('pbx') === pbx)?.value;
}

/** Waits for the network until the condition holds. Gives up after a minute of real time, which only a defect can exceed. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition() && performance.now() < end) await nextTurn();
}
