import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Hour } from './hour.ts';
import { drawHour } from './picture.ts';
import { formatHour } from './report.ts';
import { judge } from './rules.ts';

/**
 * `npm run hour`: runs the built exporter for a real hour with 70 simulated PBXs that have random faults. It is scraped every
 * second and reloaded twice a minute, and some clients disconnect early or read slowly. Its memory and handles are monitored.
 * Linux only. Exit code 1 if a requirement is not met, 130 if it was ended early.
 *
 * Flags: `--minutes 60`, `--seed 1`, `--json FILE` (everything measured), `--picture FILE` (curves as SVG). The picture
 * of the documentation is `docs/images/hour.svg`.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    picture: { type: 'string' },
  },
});
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    process.stderr.write('stopping; press again to stop immediately\n');
    stopping.abort();
  });
process.exitCode = await main();

async function main(): Promise<number> {
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (process.platform !== 'linux' || !(minutes > 0) || !Number.isInteger(seed)) {
    process.stderr.write('usage, on Linux: npm run hour -- [--minutes 60] [--seed 1] [--json FILE] [--picture FILE]\n');
    return 2;
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const result = await Hour.run({ minutes, seed, signal: stopping.signal, say });
    const verdicts = judge(result);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ ...result, verdicts })}\n`);
    if (values.picture !== undefined) await writeFile(values.picture, drawHour(result));
    process.stdout.write(formatHour(result, verdicts));
    for (const problem of [
      ...result.scrapes.failures,
      ...result.visits.failures,
      ...result.edits.failures,
      ...result.mistakes,
    ])
      process.stdout.write(`${problem}\n`);
    return verdicts.some(({ kept }) => kept === false) ? 1 : 0;
  } catch (thrown) {
    if (stopping.signal.aborted) return 130;
    say(`the hour ended early: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return 1;
  }
}
