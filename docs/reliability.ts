import { readFileSync, writeFileSync } from 'node:fs';
import { faultTable, withMeasuredPart } from '../test/reliability/report.ts';
import { allProducts } from '../test/support/products.ts';
import { makeSurroundings, runAll } from '../test/reliability/suite.ts';

const file = new URL('reliability.md', import.meta.url);

/** Runs all experiments and writes the tables of `docs/reliability.md`; with `--check`, only reports differences. Returns the exit code. */
async function generate(check: boolean): Promise<number> {
  const around = await makeSurroundings();
  const before = readFileSync(file, 'utf8');
  let page = before;
  for (const stage of ['login', 'session'] as const) {
    const outcomes = await runAll(stage, around);
    page = withMeasuredPart(page, `faults at ${stage}`, faultTable(outcomes, allProducts, stage));
  }
  await around.close();
  if (page === before) return 0;
  process.stdout.write(
    `docs/reliability.md: ${check ? 'differs from what was seen; run "npm run reliability"' : 'written'}\n`,
  );
  if (!check) writeFileSync(file, page);
  return check ? 1 : 0;
}

process.exitCode = await generate(process.argv.includes('--check'));
