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
import type { Transport } from '../../src/transport/request.ts';
import { LoginGuards } from '../../src/polling/login-guard/login-guards.ts';
import type { HandClock } from '../simulator/hand-clock.ts';

/** Largest accepted response body in bytes; small, so that a test of "too large" does not have to send much. */
export const benchAnswerBytes = 2_000_000;

/** Settings of the target that a test can change. */
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
  /** Which peers are exported, and which were seen before. */
  readonly presentation?: Pick<TargetSetup, 'absence' | 'exclusions' | 'seenPeers'>;
  readonly log?: Log;
  /** Default: certificates are verified against the authorities of the system. */
  readonly tls?: TlsSettings;
  /**
   * Keeps connections open between requests as the family configures it; the test must end before they expire. Default: a new connection
   * for each request.
   */
  readonly keepConnections?: boolean;
  /** Called with the body of every answer. */
  readonly onAnswer?: (body: string) => void;
}

/** A real target that polls a simulator over real sockets. The test controls the clock. */
export interface TargetBench {
  readonly target: Target;
  /** Runs one round and returns the record after it. Timers fire only when the test advances the clock. */
  poll(): Promise<TargetRecord>;
  /** Advances the clock by one interval and polls, `count` times. Returns the last record. */
  rounds(count: number): Promise<TargetRecord>;
  /** Returns the page of the PBX in text format, without the exporter's own metrics. */
  page(): Promise<string>;
  /** Returns the lines for golden files: peers, trunks, calls, queues and facts about the PBX itself. */
  golden(): Promise<string>;
}

/** Starts the simulator and creates a target for it; both are stopped when the test ends. */
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
  // The transport keeps connections by real time, but the simulator drops them by its own clock: kept connections would break whenever a
  // test advances the clock.
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
    transport: observed(
      createTransport({ family: connecting, url, tls, requestsPerTarget, version: 'test' }),
      changes.onAnswer,
    ),
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

function observed(transport: Transport, onAnswer: BenchChanges['onAnswer']): Transport {
  if (onAnswer === undefined) return transport;
  return {
    async send(request, signal) {
      const answer = await transport.send(request, signal);
      onAnswer(answer.body);
      return answer;
    },
    takeCertificateExpiry: () => transport.takeCertificateExpiry?.(),
    close: () => transport.close(),
  };
}

const guards = new WeakMap<HandClock, LoginGuards>();

/** Returns the guards that all targets of a test share, as within one process. */
function guardsOf(clock: HandClock): LoginGuards {
  const known = guards.get(clock) ?? new LoginGuards(clock);
  guards.set(clock, known);
  return known;
}

/** Returns the account of a simulator in the form that a driver expects. */
export function accountOf({ account }: Simulator): Account {
  return 'token' in account ? { kind: 'token', ...account } : { kind: 'password', ...account };
}

/** Metrics with values that depend on the test run rather than on the PBX. */
const volatileMetrics =
  /^(# (HELP|TYPE) )?pbx_(round_|last_|snapshot_age|logins|login_suspended|api_|target_info|collector_failures)/;

function goldenLines(page: string): string {
  const lines = page
    .split('\n')
    .filter((line) => line !== '' && !volatileMetrics.test(line) && !line.startsWith('# HELP'));
  return `${lines.join('\n')}\n`;
}
