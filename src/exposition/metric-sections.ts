import { Block } from './gzip/block.ts';
import { unpackDeflated, type Packed } from './gzip/member.ts';
import { escapeHelp } from './escape.ts';
import type { MetricDeclaration } from './metric-declaration.ts';
import { targetMetrics, type TargetMetricName } from './metric-table.ts';
import type { TextFormat } from './negotiate.ts';
import type { TargetBlocks } from './render.ts';
import { markTemporary } from './page-chunks.ts';

/** All lines of one metric: its header, then the blocks of the targets. Both formats require them to be contiguous. */
export interface Section {
  readonly header: Block;
  readonly column: readonly (Block | undefined)[];
}

/** Functions that render lines that change with every scrape, by metric. They are called when their section is reached. */
export type LinesPerPage = Readonly<Partial<Record<TargetMetricName, () => string>>>;

/**
 * Yields the sections of all metrics with samples, in the order of the table. Each section is built when it is requested:
 * with ten thousand targets this takes time, and the first bytes need not wait for it.
 */
export function makeSections(
  rendered: readonly TargetBlocks[],
  perPage: LinesPerPage,
  format: TextFormat,
): Iterable<Section> {
  return {
    *[Symbol.iterator]() {
      for (const [index, metric] of targetMetrics.entries()) {
        const column = columnOf(perPage[metric.name]) ?? rendered.map((target) => target.blocks[index]);
        if (column.some((block) => block !== undefined))
          yield { header: headers[format][index] ?? makeHeader(metric, format), column };
      }
    },
  };
}

function columnOf(lines: (() => string) | undefined): Section['column'] | undefined {
  const text = lines?.() ?? '';
  return text === '' ? undefined : [Block.of(text)];
}

/** The header lines of all metrics, created and compressed only once. */
const headers: Readonly<Record<TextFormat, readonly Block[]>> = {
  text: targetMetrics.map((metric) => makeHeader(metric, 'text')),
  openmetrics: targetMetrics.map((metric) => makeHeader(metric, 'openmetrics')),
};

/** The header of a metric. In OpenMetrics, the family name of a counter has no `_total`; its samples do. */
function makeHeader(metric: MetricDeclaration, format: TextFormat): Block {
  const isCounter = metric.type === 'counter' && format === 'openmetrics';
  const name = isCounter ? metric.name.replace(/_total$/, '') : metric.name;
  return Block.of(`# HELP ${name} ${escapeHelp(metric.help, format)}\n# TYPE ${name} ${metric.type}\n`);
}

/** Yields the plain bytes of the sections, piece by piece. */
export function* bytesOf(sections: Iterable<Section>): Generator<Buffer> {
  for (const { header, column } of sections) {
    yield header.bytes;
    yield* bytesOfColumn(column);
  }
}

/** Neighbouring blocks that are kept only in compressed form are restored together up to this number of plain bytes. */
const restoredTogether = 65_536;

function* bytesOfColumn(column: Section['column']): Generator<Buffer> {
  let [compressed, length]: [Packed[], number] = [[], 0];
  for (const block of column) {
    if (block === undefined) continue;
    if (!block.isKeptPlain) {
      compressed.push(block.packed());
      length += block.length;
    }
    if (length >= restoredTogether || (block.isKeptPlain && length > 0)) {
      yield markTemporary(unpackDeflated(...compressed));
      [compressed, length] = [[], 0];
    }
    if (block.isKeptPlain) yield block.bytes;
  }
  if (length > 0) yield markTemporary(unpackDeflated(...compressed));
}

/** Reports whether the sections have fewer plain bytes than `limit`; stops as soon as this is known. */
export function isShorterThan(sections: Iterable<Section>, limit: number): boolean {
  let size = 0;
  for (const { header, column } of sections) {
    size += header.length;
    for (const block of column) size += block?.length ?? 0;
    if (size >= limit) return false;
  }
  return true;
}
