import { describe, expect, it } from 'vitest';
import { metricTable, targetMetrics } from '../../src/exposition/metric-table.ts';
import { parseExposition } from '../support/exposition-parser.ts';
import { referencePage } from '../support/reference-page.ts';
import { pageOf } from './page-of.ts';
import { failedRecord, goldenTargets, identityOf, now } from './records.ts';

const formats = ['text', 'openmetrics'] as const;

describe.each(Object.entries(goldenTargets))('the page of the %s record', (name, targets) => {
  it.each(formats)('in format %s is the golden one, valid, and what prom-client writes', async (format) => {
    const page = await pageOf(targets, format);
    await expect(page.toString()).toMatchFileSnapshot(`golden/${name}.${format}.prom`);
    expect(page.toString()).toBe((await referencePage(targets, now, format)).toString());
    expect(parseExposition(page, format).length).toBeGreaterThan(0);
  });

  it('has the same sample lines in both formats', async () => {
    const [text, openMetrics] = await Promise.all(formats.map((format) => pageOf(targets, format)));
    const samples = (page: Buffer | undefined): string[] =>
      (page ?? Buffer.alloc(0))
        .toString()
        .split('\n')
        .filter((line) => !line.startsWith('#'));
    expect(samples(text)).toEqual(samples(openMetrics));
  });
});

describe('the metric table', () => {
  it('lists exactly what the pages show', async () => {
    const pages = await Promise.all(Object.values(goldenTargets).map((targets) => pageOf(targets, 'text')));
    const families = pages.flatMap((page) => parseExposition(page, 'text'));
    const shown = new Set(families.map(({ name }) => name));
    expect(shown).toEqual(new Set(targetMetrics.map(({ name }) => name)));
    for (const { name, help, type } of families)
      expect({ name, help, type }).toEqual({ name, help: rowOf(name)?.help, type: rowOf(name)?.type });
  });

  it('names exactly the labels that the samples carry', async () => {
    const target = { identity: identityOf('hq'), record: failedRecord };
    for (const { name, samples } of parseExposition(await pageOf([target], 'text'), 'text')) {
      const carried = samples.map(({ labels }) => [...labels.keys()].filter((label) => label !== 'le').join());
      expect([name, ...new Set(carried)]).toEqual([name, rowOf(name)?.labels.join()]);
    }
  });

  it('follows the naming rules of Prometheus', () => {
    expect(new Set(metricTable.map(({ name }) => name)).size).toBe(metricTable.length);
    for (const { name, type, help, group, labels } of metricTable) {
      expect(name).toMatch(/^pbx_[a-z_]+[a-z]$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(labels[0] === 'pbx').toBe(group === 'target');
    }
  });
});

function rowOf(name: string): (typeof metricTable)[number] | undefined {
  return metricTable.find((row) => row.name === name);
}
