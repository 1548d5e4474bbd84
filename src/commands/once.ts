import { systemClock } from '../clock.ts';
import { createExporter } from '../exporter.ts';
import type { Exposition } from '../exposition/page.ts';
import type { Log } from '../log.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import type { Target } from '../target/target.ts';
import { readVersion } from '../version.ts';
import { readConfigFile } from './read-config.ts';
import { recordText } from './record-text.ts';
import type { Terminal } from './terminal.ts';

/** How `once` shows what it read. */
export const onceFormats = ['table', 'prometheus', 'json'] as const;
/** One of {@link onceFormats}. */
export type OnceFormat = (typeof onceFormats)[number];

/** What `once` is asked to do. */
export interface OnceOptions {
  readonly name: string;
  readonly configFile: string;
  readonly format: OnceFormat;
  readonly log: Log;
}

/** `pbx-exporter once NAME`: one real round against one PBX, login and logout included. Gives the exit code: 0 when the PBX is up. */
export async function once({ name, configFile, format, log }: OnceOptions, terminal: Terminal): Promise<number> {
  const file = readConfigFile(configFile);
  if (!file.ok) {
    terminal.error(file.problems);
    return 1;
  }
  const { fleet, exposition } = createExporter({
    config: file.config,
    clock: systemClock,
    random: Math.random,
    log,
    version: readVersion(),
  });
  const target = fleet.get(name);
  if (target === undefined) {
    const names = fleet.targets.map((candidate) => candidate.name).join(', ');
    terminal.error(`There is no target ${JSON.stringify(name)} in ${configFile}. Its targets: ${names}\n`);
    return 1;
  }
  await target.poll();
  terminal.out(await show(target, format, { exposition, terminal }));
  await fleet.stop();
  return target.record.up ? 0 : 1;
}

async function show(
  target: Target,
  format: OnceFormat,
  tools: { readonly exposition: Exposition; readonly terminal: Terminal },
): Promise<string> {
  if (format === 'table') return recordText(target.identity, target.record, tools.terminal);
  if (format === 'json') return `${JSON.stringify(plainRecord(target.record), null, 2)}\n`;
  const page: Buffer[] = [];
  for await (const chunk of tools.exposition.probePage(target, { format: 'text', encoding: 'identity' }))
    page.push(chunk);
  return Buffer.concat(page).toString('utf8');
}

/** The record without what belongs to the running process: counters and monotonic times. */
function plainRecord({ up, lastRound, collectors, held }: TargetRecord): Record<string, unknown> {
  const values = Object.fromEntries(Object.entries(held).map(([name, part]) => [name, part.value]));
  return { up, ...lastRound, collectors, ...values };
}
