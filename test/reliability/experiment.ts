import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import type { FaultRow, Stage, Surroundings } from './faults.ts';
import { intervalMs, type Lab, startLab, until, valueOf } from './lab.ts';
import { setNameService } from './names.ts';
import type { Product } from '../support/products.ts';

/** Number of rounds under a fault before it ends. */
const roundsUnderFault = 3;
/** Maximum number of rounds until a target must have recovered; longer than the longest usual pause of any family. */
export const usualRecovery = 300;

/** The observed effects of one fault on one product at one stage. */
export interface Outcome {
  /** Name of the product. */
  readonly product: string;
  readonly row: string;
  readonly stage: Stage;
  /** `good`, or the reason of the first failed round under the fault. */
  readonly result: FailureReason | 'good';
  /** The results of all rounds that actually ran under the fault. */
  readonly reasons: readonly (FailureReason | 'good')[];
  /** Rounds after the fault until the target was up again. */
  readonly recovery: number;
  /** Whether no round of the recovery except the last one sent a request, because the login guard waited. */
  readonly onlyWaited: boolean;
  /** Login attempts during the fault, the highest number of requests in one of its rounds, and the requests of one healthy round. */
  readonly logins: number;
  readonly mostRequests: number;
  readonly healthyRequests: number;
  /** How often the PBX locked out the exporter during the fault. */
  readonly bans: number;
  /** Whether the page was complete during the round and showed the neighbour as up. */
  readonly pageAtOnce: boolean;
  /** `pbx_up` of both targets on the page after all rounds, the last of which is a round of the neighbour during the fault. */
  readonly shownUp: number | undefined;
  readonly neighbourUp: number | undefined;
  /** Whether phones of the preceding good round were still known after the first round under the fault. */
  readonly keepsPhones: boolean;
  /** The details of all failures of the target. */
  readonly details: readonly string[];
}

/** Applies one fault to a PBX of the product, ends it, and returns the observed effects. */
export async function runExperiment(
  product: Product,
  row: FaultRow,
  stage: Stage,
  around: Surroundings,
): Promise<Outcome> {
  const lab = await startLab(product, row.changes?.(around));
  try {
    return await observe(lab, product, row, stage, around);
  } finally {
    setNameService('works');
    await lab.stop();
  }
}

async function observe(
  lab: Lab,
  product: Product,
  row: FaultRow,
  stage: Stage,
  around: Surroundings,
): Promise<Outcome> {
  const { target, neighbour, pbx } = lab;
  await neighbour.poll();
  if (stage === 'session') await lab.round();
  const healthyRequests = await requestsOfHealthyRound(product);
  await row.begin(lab, around);
  const bansBefore = pbx.ledger.bans;
  const loginsBefore = loginsOf(lab);
  const reasons: (FailureReason | 'good')[] = [];
  const details: string[] = [];
  let pageAtOnce = true;
  let keepsPhones = false;
  let mostRequests = 0;
  for (let round = 0; round < roundsUnderFault; round += 1) {
    const lastRound = target.record.lastRound;
    const requests = pbx.ledger.requestsTotal;
    // Only in the first round, because reading a page takes longer than most rounds.
    if (round === 0) {
      pageAtOnce = await roundWithPage(lab, row);
      keepsPhones = (target.record.retained.peers?.value.length ?? 0) > 0;
    }
    if (round > 0) await roundUnder(lab, row);
    if (target.record.lastRound !== lastRound) reasons.push(target.record.lastRound?.reason ?? 'good');
    details.push(...detailsOf(lab));
    mostRequests = Math.max(mostRequests, pbx.ledger.requestsTotal - requests);
  }
  await neighbour.poll();
  const page = await lab.page();
  const logins = loginsOf(lab) - loginsBefore;
  await row.end(lab, around);
  const recovery = await recover(lab, row);
  return {
    product: product.name,
    row: row.name,
    stage,
    result: firstBad(reasons),
    reasons,
    ...recovery,
    logins,
    mostRequests,
    healthyRequests,
    bans: lab.pbx.ledger.bans - bansBefore,
    pageAtOnce,
    shownUp: valueOf(page, 'pbx_up', 'target'),
    neighbourUp: valueOf(page, 'pbx_up', 'neighbour'),
    keepsPhones,
    details,
  };
}

/** Number of requests in the first round of a healthy PBX, including its login, by product. */
const healthyRounds = new Map<string, Promise<number>>();

function requestsOfHealthyRound(product: Product): Promise<number> {
  const found = healthyRounds.get(product.name) ?? countRequests(product);
  healthyRounds.set(product.name, found);
  return found;
}

async function countRequests(product: Product): Promise<number> {
  const lab = await startLab(product);
  await lab.round();
  const requests = lab.pbx.ledger.requestsTotal;
  await lab.stop();
  return requests;
}

function firstBad(reasons: readonly (FailureReason | 'good')[]): FailureReason | 'good' {
  return reasons.find((reason) => reason !== 'good') ?? 'good';
}

function loginsOf({ target }: Lab): number {
  const { success, failure } = target.record.counters.logins;
  return success + failure;
}

function detailsOf({ target }: Lab): readonly string[] {
  const { lastRound, collectors } = target.record;
  return [lastRound?.detail ?? '', ...Object.values(collectors).map(({ detail }) => detail ?? '')].filter(
    (detail) => detail !== '',
  );
}

/** Runs one round and requests a page during it. Resolves with true if the page was complete and did not wait for the round. */
async function roundWithPage(lab: Lab, { waits = false }: FaultRow): Promise<boolean> {
  const { clock, target, pbx } = lab;
  clock.advance(intervalMs);
  const before = target.record.lastRound;
  const state = { over: false };
  const round = target.poll().finally(() => (state.over = true));
  if (waits) await until(() => state.over || Object.keys(pbx.ledger.faults).length > 0);
  const shown = await lab.page();
  const inProgress = !state.over;
  if (waits) await passTime(clock, state);
  await round;
  // If the guard waits, the round is skipped and ends immediately.
  const wasRun = target.record.lastRound !== before;
  return valueOf(shown, 'pbx_up', 'neighbour') === 1 && (inProgress || !waits || !wasRun);
}

/** Runs one round under the fault. */
async function roundUnder({ clock, target, pbx }: Lab, { waits = false }: FaultRow): Promise<void> {
  clock.advance(intervalMs);
  const before = hits(pbx);
  const state = { over: false };
  const round = target.poll().finally(() => (state.over = true));
  if (waits) {
    await until(() => state.over || hits(pbx) > before);
    await passTime(clock, state);
  }
  await round;
}

/** Returns how often faults took effect on the wire. */
function hits({ ledger }: Lab['pbx']): number {
  return Object.values(ledger.faults).reduce((sum, count) => sum + count, 0);
}

/** Advances the clock second by second, for at most two minutes, until `state.over` is set. */
async function passTime(clock: Lab['clock'], state: { readonly over: boolean }): Promise<void> {
  for (let second = 0; second < 120 && !state.over; second += 1) {
    clock.advance(1_000);
    for (let turn = 0; turn < 20 && !state.over; turn += 1) await nextTurn();
  }
}

async function recover(
  lab: Lab,
  { recoversWithin = usualRecovery }: FaultRow,
): Promise<Pick<Outcome, 'recovery' | 'onlyWaited'>> {
  let onlyWaited = true;
  for (let recovery = 1; recovery <= recoversWithin; recovery += 1) {
    const { pbx } = lab;
    const requests = pbx.ledger.requestsTotal;
    await lab.round();
    if (lab.target.record.up) return { recovery, onlyWaited };
    if (pbx.ledger.requestsTotal !== requests) onlyWaited = false;
  }
  return { recovery: Infinity, onlyWaited };
}
