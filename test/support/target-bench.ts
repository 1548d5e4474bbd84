import { onTestFinished } from 'vitest';
import { Exposition } from '../../src/exposition/page.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import type { Account, Family } from '../../src/drivers/driver.ts';
import { silentLog, type Log } from '../../src/log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import type { TargetIdentity, TargetRecord } from '../../src/snapshot/record.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import type { TargetSetup } from '../../src/polling/target-setup.ts';
import { Target } from '../../src/polling/target.ts';
import type { TlsSettings } from '../../src/transport/http.ts';
import { LoginGuards } from '../../src/polling/login-guard/login-guards.ts';
import type { HandClock } from '../simulator/hand-clock.ts';

/** Largest answer that the bench takes, in bytes: so that a test of "too large" need not send much. */
export const benchAnswerBytes = 2_000_000;

/** What a test may change about the target. */
export interface BenchChanges {
  readonly account?: Account;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly collect?: readonly Collector[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly staleAfterMs?: number;
  readonly requestsPerTarget?: number;
  readonly url?: URL;
  readonly identity?: Partial<TargetIdentity>;
  /** Which peers are shown, and which are known from before. */
  readonly presentation?: Pick<TargetSetup, 'absence' | 'exclusions' | 'seenPeers'>;
  readonly log?: Log;
  /** Default: certificates are checked against the machine's authorities. */
  readonly tls?: TlsSettings;
  /** Keep connections between requests as the family wants it; such a test must not outlive them. Default: a new one for each. */
  readonly keepConnections?: boolean;
}

/** A real target that polls a simulator over real sockets, with time in the test's hand. */
export interface TargetBench {
  readonly target: Target;
  /** Runs one round and gives the record after it. Timers fire only when the test moves the clock. */
  poll(): Promise<TargetRecord>;
  /** Moves the clock by one interval, then polls, so many times. Gives the last record. */
  rounds(count: number): Promise<TargetRecord>;
  /** The PBX's part of the page in text format, without the exporter's own metrics. */
  page(): Promise<string>;
  /** The lines of the page that carry peers, trunks, calls, queues and what the PBX says of itself: for golden files. */
  golden(): Promise<string>;
}

/** Starts the simulator and sets up a target for it; both are stopped when the test ends. */
export async function benchTarget(
  family: Family,
  simulator: Simulator,
  clock: HandClock,
  changes: BenchChanges = {},
): Promise<TargetBench> {
  const url = changes.url ?? (await simulator.start());
  const intervalMs = changes.intervalMs ?? 30_000;
  const identity: TargetIdentity = {
    name: 'test',
    family: family.name,
    labels: {},
    peerNames: 'plain',
    peerLimit: 5_000,
    staleAfterMs: changes.staleAfterMs ?? 90_000,
    ...changes.identity,
  };
  const requestsPerTarget = changes.requestsPerTarget ?? 2;
  // Connections are kept by real time and dropped by the simulator's: kept ones would break whenever a test moves the clock.
  const connecting: Family = {
    ...family,
    maximumAnswerBytes: benchAnswerBytes,
    ...(changes.keepConnections === true ? {} : { idleConnectionMs: 0 }),
  };
  const tls = changes.tls ?? { insecureSkipVerify: false };
  const target = new Target({
    identity,
    family,
    account: changes.account ?? accountOf(simulator),
    options: family.options.parse(changes.options ?? simulator.targetOptions ?? {}),
    url,
    collect: changes.collect ?? ['peers', 'trunks', 'system'],
    ...changes.presentation,
    intervalMs,
    timeoutMs: changes.timeoutMs ?? 20_000,
    requestsPerTarget,
    transport: createTransport({
      family: connecting,
      url,
      tls,
      requestsPerTarget,
      version: 'test',
    }),
    guards: guardsOf(clock),
    tls,
    clock,
    random: () => 0.5,
    log: changes.log ?? silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  const exposition = new Exposition({
    clock,
    hashName: (name) => `hash-${name.length}`,
    own: createOwnMetrics({ version: 'test', collectDefaults: false }),
  });
  onTestFinished(async () => {
    await simulator.stop();
    await target.stop();
  });
  const page = async (): Promise<string> => {
    const parts: Buffer[] = [];
    for await (const part of exposition.probePage(target, { format: 'text', encoding: 'identity' })) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  };
  const poll = async (): Promise<TargetRecord> => {
    await target.poll();
    return target.record;
  };
  return {
    target,
    poll,
    page,
    async rounds(count) {
      for (let round = 0; round < count; round += 1) {
        clock.advance(intervalMs);
        await target.poll();
      }
      return target.record;
    },
    golden: async () => goldenLines(await page()),
  };
}

const guards = new WeakMap<HandClock, LoginGuards>();

/** The guards that all targets of a test share, as in one program. */
function guardsOf(clock: HandClock): LoginGuards {
  const known = guards.get(clock) ?? new LoginGuards(clock);
  guards.set(clock, known);
  return known;
}

/** The account of a simulator in the form a driver wants it. */
export function accountOf({ account }: Simulator): Account {
  return 'token' in account ? { kind: 'token', ...account } : { kind: 'password', ...account };
}

/** Metrics whose values depend on the run and not on the PBX. */
const volatileMetrics =
  /^(# (HELP|TYPE) )?pbx_(round_|last_|snapshot_age|logins|login_suspended|api_|target_info|collector_failures)/;

function goldenLines(page: string): string {
  const lines = page
    .split('\n')
    .filter((line) => line !== '' && !volatileMetrics.test(line) && !line.startsWith('# HELP'));
  return `${lines.join('\n')}\n`;
}
