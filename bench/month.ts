import { type MonthResult, runMonth } from '../test/reliability/month.ts';

/** `npm run month [days] [PBXs] [seed]`: a month of 300 PBXs with random faults in injected time. Exit code 1 if an invariant fails. */
const [days = 30, pbxs = 300, seed = 1] = process.argv.slice(2).map(Number);
const startedAt = performance.now();
const result = await runMonth({ days, pbxs, seed, collectGarbage: () => globalThis.gc?.() });
const minutes = (performance.now() - startedAt) / 60_000;

process.stdout.write(`${summary(result)}
- time: ${minutes.toFixed(1)} min on this machine
`);
for (const breach of result.breaches) process.stdout.write(`BROKEN ${breach}\n`);
process.exitCode = result.breaches.length + result.sessionsLeft + result.timersLeft === 0 ? 0 : 1;

function summary(month: MonthResult): string {
  return `${days} days, ${pbxs} PBXs, seed ${seed}
- rounds: ${month.rounds}, requests: ${month.requests}
- faults: ${month.faults}, logins accepted: ${month.logins}, logins refused: ${month.refused}
- broken invariants: ${month.breaches.length}; sessions left open: ${month.sessionsLeft}; timers left: ${month.timersLeft}
- heap in use at each tenth (MiB): ${month.heap.join(' ')}
- timers waiting at each tenth: ${month.timers.join(' ')}`;
}
