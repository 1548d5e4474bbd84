import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { simulators } from '../../src/simulator/index.ts';
import { startLife } from '../../src/simulator/kit/life.ts';
import { createRandom } from '../../src/simulator/kit/random.ts';
import type { HourLedgers, HourOrder, PbxEntry } from './pbxs.ts';
import { hourPlan } from './plan.ts';
import { injectFault, type HourPbx } from './faults.ts';

/** Runs simulated PBXs of every family in a separate process, with faults between the orders `inject faults` and `end faults`. The argument is the seed. */
const seed = Number(process.argv[2] ?? 1);
const random = createRandom(seed);
const pbxs: HourPbx[] = [];
const entries: PbxEntry[] = [];
const faults: Record<string, number> = {};
/** Number of the wave; odd while faults occur. */
let wave = 0;

for (const [place, family] of simulators.entries())
  for (let index = 0; index < hourPlan.pbxsPerFamily; index += 1) {
    const number = place * hourPlan.pbxsPerFamily + index;
    const own = seed + number;
    const { firstPort, peers, trunks } = hourPlan;
    const simulator = family.create({ clock: systemClock, seed: own, peers, trunks, port: firstPort + number });
    const url = await simulator.start();
    const { account, targetOptions } = simulator;
    entries.push({
      name: `${family.family}-${index + 1}`,
      family: family.family,
      url: url.href.replace(/\/$/, ''),
      account,
      ...(targetOptions === undefined ? {} : { options: targetOptions }),
    });
    pbxs.push({ simulator, affectedLogins: 0, replacedPhones: 0 });
    startLife(simulator.world, { clock: systemClock, seed: own, intervalMs: 5_000 });
  }

// Ctrl+C reaches the whole process group, but the exporter must still be able to log out here.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (order: HourOrder) => void obey(order));
process.send?.({ pbxs: entries });

async function obey(order: HourOrder): Promise<void> {
  if (order === 'inject faults' && wave % 2 === 0) void injectFaults();
  if (order === 'end faults') await endFaults();
  if (order === 'restart all') for (const { simulator } of pbxs) simulator.endSessions();
  if (typeof order === 'object') for (const name of order.changed) noticeLogout(name);
  process.send?.(ledgers());
}

/** Starts a fault about every two seconds, each for up to 40 s, so that about ten PBXs have a fault at any time. */
async function injectFaults(): Promise<void> {
  wave += 1;
  const own = wave;
  for (;;) {
    await sleep(random.integer(1_000, 3_000));
    const [first, ...others] = pbxs.filter(({ recover }) => recover === undefined);
    if (wave !== own) return;
    if (first === undefined) continue;
    const pbx = random.pick([first, ...others]);
    const kind = await injectFault(pbx, random);
    faults[kind] = (faults[kind] ?? 0) + 1;
    const end = pbx.recover;
    setTimeout(() => void recover(pbx, end), random.integer(2_000, 40_000));
  }
}

/** Ends a fault, unless it has already ended. */
async function recover(pbx: HourPbx, end: HourPbx['recover']): Promise<void> {
  if (end === undefined || pbx.recover !== end) return;
  await end();
  delete pbx.recover;
}

async function endFaults(): Promise<void> {
  if (wave % 2 === 1) wave += 1;
  await Promise.all(pbxs.map((pbx) => recover(pbx, pbx.recover)));
}

function noticeLogout(name: string): void {
  const pbx = pbxs[entries.findIndex((entry) => entry.name === name)];
  if (pbx?.recover !== undefined) pbx.affectedLogins += 1;
}

function ledgers(): HourLedgers {
  const sum = (value: (pbx: HourPbx) => number): number => pbxs.reduce((total, pbx) => total + value(pbx), 0);
  return {
    requests: sum(({ simulator }) => simulator.ledger.requestsTotal),
    logins: sum(({ simulator }) => simulator.ledger.loginsGood),
    loginsRefused: sum(({ simulator }) => simulator.ledger.loginsRefused),
    sessions: sum(({ simulator }) => simulator.ledger.sessionsLive),
    logouts: sum(({ simulator }) => simulator.ledger.sessionsEnded.logout),
    expired: sum(({ simulator }) => simulator.ledger.sessionsEnded.expired),
    revoked: sum(({ simulator }) => simulator.ledger.sessionsEnded.revoked),
    affectedLogins: sum(({ affectedLogins }) => affectedLogins),
    bans: sum(({ simulator }) => simulator.ledger.bans),
    withFault: pbxs.filter(({ recover }) => recover !== undefined).length,
    faults,
    byPbx: Object.fromEntries(
      pbxs.map(({ simulator: { ledger }, affectedLogins }, index) => [
        entries[index]?.name ?? '',
        {
          logins: ledger.loginsGood,
          sessions: ledger.sessionsLive,
          ended: ledger.sessionsEnded.expired + ledger.sessionsEnded.revoked,
          logouts: ledger.sessionsEnded.logout,
          affectedLogins,
          bans: ledger.bans,
        },
      ]),
    ),
  };
}
