import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fleet } from '../../src/fleet/fleet.ts';
import { silentLog } from '../../src/log.ts';
import { Target } from '../../src/polling/target.ts';
import { createRandom } from '../../src/simulator/kit/random.ts';
import { FakeTransport, fakeFamily, untilAborted } from '../support/fake-pbx.ts';
import { Failure } from '../../src/transport/failure.ts';
import type { ApiRequest } from '../../src/transport/request.ts';
import { createHeapClock } from './heap-clock.ts';

type MonthClock = ReturnType<typeof createHeapClock>;

/** How long sessions live on the simulated PBXs, in milliseconds. */
export const tokenLifeMs = 30 * 60_000;
/** A PBX locks out the exporter for `lockMs` after `lockStrikes` consecutive refused logins within `strikeWindowMs`. */
const lockStrikes = 5;
const strikeWindowMs = 30 * 60_000;
const lockMs = 10 * 60_000;
const intervalMs = 30_000;

/** Conditions of a PBX; it has one at a time. */
const conditions = ['fine', 'refused', 'silent', 'broken', 'busy', 'wrong_password', 'forgets'] as const;
type Condition = (typeof conditions)[number];

/** One PBX without a network, with its own counters. */
interface MonthPbx {
  readonly target: Target;
  condition: Condition;
  sessions: Map<string, number>;
  logins: number;
  refused: number;
  strikes: number[];
  locks: number;
  lockedUntil: number;
  losses: number;
  inFlight: number;
  inFlightPeak: number;
  sessionsPeak: number;
}

/** The counters of a month, and a description of every violated invariant. */
export interface MonthResult {
  readonly rounds: number;
  readonly requests: number;
  readonly faults: number;
  readonly logins: number;
  readonly refused: number;
  readonly breaches: readonly string[];
  /** Heap in use (MiB) after each tenth of the time; empty if garbage cannot be collected on request. */
  readonly heap: readonly number[];
  /** Pending timers after each tenth of the time. */
  readonly timers: readonly number[];
  readonly sessionsLeft: number;
  readonly timersLeft: number;
}

/** Parameters of a month. */
export interface MonthSetup {
  readonly pbxs: number;
  readonly days: number;
  readonly seed: number;
  /** Collects garbage; undefined if the process does not permit that. */
  readonly collectGarbage?: (() => void) | undefined;
}

/** Runs a fleet of PBXs with random faults over time and checks every invariant at every step. */
export async function runMonth({ pbxs: count, days, seed, collectGarbage }: MonthSetup): Promise<MonthResult> {
  const clock = createHeapClock();
  const source = createRandom(seed);
  const chance = (): number => source.next();
  const pbxs = Array.from({ length: count }, (_, index) => createPbx(`pbx-${index}`, clock, chance));
  const fleet = new Fleet(
    { concurrency: 64, clock, random: chance },
    pbxs.map(({ target }) => target),
  );
  fleet.start();
  const breaches = new Set<string>();
  const heap: number[] = [];
  const timers: number[] = [];
  const steps = Math.floor((days * 24 * 60 * 60_000) / intervalMs);
  let faults = 0;
  for (let step = 0; step < steps; step += 1) {
    faults += changeConditions(pbxs, chance, clock);
    for (let part = 0; part < 10; part += 1) {
      clock.advance(intervalMs / 10);
      await nextTurn();
    }
    for (const breach of pbxs.flatMap((pbx) => [...breachesOf(pbx, clock)])) breaches.add(breach);
    if ((step + 1) % Math.floor(steps / 10) !== 0) continue;
    collectGarbage?.();
    if (collectGarbage !== undefined) heap.push(Math.round(process.memoryUsage().heapUsed / 1_048_576));
    timers.push(clock.waiting);
  }
  for (const pbx of pbxs) pbx.condition = 'fine';
  await fleet.stop();
  return {
    rounds: sum(pbxs, ({ target }) => roundsOf(target)),
    requests: sum(pbxs, ({ target }) => requestsOf(target)),
    faults,
    logins: sum(pbxs, ({ logins }) => logins),
    refused: sum(pbxs, ({ refused }) => refused),
    breaches: [...breaches].slice(0, 20),
    heap,
    timers,
    sessionsLeft: sum(pbxs, ({ sessions }) => live(sessions, clock)),
    timersLeft: clock.waiting,
  };
}

function createPbx(name: string, clock: MonthClock, random: () => number): MonthPbx {
  const transport = new MonthTransport();
  const target = new Target({
    identity: { name, family: 'fake', labels: {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family: fakeFamily({ guard: { pauses: { bad_credentials: [60_000, 5 * 60_000, 60 * 60_000] } } }),
    account: { kind: 'password', username: 'user', password: 'made-up' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers', 'trunks'],
    intervalMs,
    timeoutMs: 20_000,
    requestsPerTarget: 2,
    transport,
    clock,
    random,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  const pbx: MonthPbx = {
    target,
    condition: 'fine',
    sessions: new Map(),
    logins: 0,
    refused: 0,
    strikes: [],
    locks: 0,
    lockedUntil: 0,
    losses: 0,
    inFlight: 0,
    inFlightPeak: 0,
    sessionsPeak: 0,
  };
  transport.answer = (request, signal) => answer(pbx, clock, request, signal);
  return pbx;
}

/** Unlike the fake transport, does not record requests: a month has too many. */
class MonthTransport extends FakeTransport {
  answer: (request: ApiRequest, signal: AbortSignal) => Promise<{ status?: number; body?: string }> = () =>
    Promise.resolve({});

  constructor() {
    super((request, signal) => {
      this.requests.length = 0;
      return this.answer(request, signal);
    });
  }
}

async function answer(
  pbx: MonthPbx,
  clock: MonthClock,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<{ status?: number; body?: string }> {
  pbx.inFlight += 1;
  pbx.inFlightPeak = Math.max(pbx.inFlightPeak, pbx.inFlight);
  try {
    await Promise.resolve();
    if (pbx.condition === 'silent') return await untilAborted(signal);
    if (pbx.condition === 'refused') throw new Failure('connect', 'the connection was refused');
    if (pbx.condition === 'busy') throw new Failure('service_unavailable', 'the PBX is busy');
    if (pbx.condition === 'broken') return { status: 500 };
    if (request.call === 'login') return logIn(pbx, clock);
    const token = request.headers?.['token'] ?? '';
    if (pbx.condition === 'forgets' && request.call === 'peers') pbx.losses += pbx.sessions.delete(token) ? 1 : 0;
    const known = (pbx.sessions.get(token) ?? 0) > clock.monotonicTime();
    if (request.call === 'logout') pbx.sessions.delete(token);
    return { status: known ? 200 : 401 };
  } finally {
    pbx.inFlight -= 1;
  }
}

function logIn(pbx: MonthPbx, clock: MonthClock): { status?: number; body?: string } {
  const now = clock.monotonicTime();
  if (pbx.condition === 'wrong_password' || now < pbx.lockedUntil) {
    pbx.refused += 1;
    pbx.strikes = [...pbx.strikes.filter((at) => now - at < strikeWindowMs), now];
    if (pbx.strikes.length < lockStrikes) return { status: 407 };
    pbx.locks += 1;
    pbx.strikes = [];
    pbx.lockedUntil = now + lockMs;
    return { status: 407 };
  }
  pbx.strikes = [];
  pbx.logins += 1;
  const token = `token-${pbx.logins}`;
  pbx.sessions.set(token, now + tokenLifeMs);
  pbx.sessionsPeak = Math.max(pbx.sessionsPeak, live(pbx.sessions, clock));
  return { body: token };
}

/**
 * Changes the condition of some PBXs. A PBX works most of the time, and most faults end within minutes. Returns the number of new faults.
 */
function changeConditions(pbxs: readonly MonthPbx[], chance: () => number, clock: MonthClock): number {
  let faults = 0;
  for (const pbx of pbxs) {
    forgetExpired(pbx, clock.monotonicTime());
    if (pbx.condition === 'fine') faults += startFault(pbx, chance);
    else if (chance() < (pbx.condition === 'wrong_password' ? 0.02 : 0.2)) pbx.condition = 'fine';
  }
  if (chance() < 0.001) clock.shiftWall((chance() - 0.5) * 7_200_000);
  return faults;
}

function forgetExpired({ sessions }: MonthPbx, now: number): void {
  for (const [token, endsAt] of sessions) if (endsAt <= now) sessions.delete(token);
}

function startFault(pbx: MonthPbx, chance: () => number): number {
  if (chance() >= 0.005) return 0;
  pbx.condition = conditions[1 + Math.floor(chance() * (conditions.length - 1))] ?? 'refused';
  if (pbx.condition !== 'wrong_password') return 1;
  // Changing the password of an account ends its sessions.
  pbx.losses += 1;
  pbx.sessions.clear();
  return 1;
}

function* breachesOf(pbx: MonthPbx, clock: MonthClock): Generator<string> {
  const { name } = pbx.target;
  const ages = Math.ceil(clock.monotonicTime() / tokenLifeMs) + 1;
  if (pbx.logins > ages + pbx.losses) yield `${name}: more logins than sessions ended`;
  if (pbx.locks > 0) yield `${name}: locked out`;
  if (pbx.inFlightPeak > 2) yield `${name}: rounds overlap or too many requests at once`;
  if (live(pbx.sessions, clock) > 2) yield `${name}: ${live(pbx.sessions, clock)} sessions open`;
  const { record } = pbx.target;
  if (record.up && record.lastRound?.reason !== undefined) yield `${name}: up after a failed round`;
}

function live(sessions: ReadonlyMap<string, number>, clock: MonthClock): number {
  return [...sessions.values()].filter((endsAt) => endsAt > clock.monotonicTime()).length;
}

function roundsFailed({ record }: Target): number {
  return Object.values(record.counters.roundFailures).reduce((all, one) => all + one, 0);
}

function roundsOf(target: Target): number {
  const { requests } = target.record.counters;
  return roundsFailed(target) + (requests['peers']?.['ok'] ?? 0);
}

function requestsOf({ record }: Target): number {
  return Object.values(record.counters.requests)
    .flatMap((results) => Object.values(results))
    .reduce((all, one) => all + one, 0);
}

function sum(pbxs: readonly MonthPbx[], of: (pbx: MonthPbx) => number): number {
  return pbxs.reduce((all, pbx) => all + of(pbx), 0);
}
