import { expect, it } from 'vitest';
import { metricTable } from '../../src/exposition/metric-table.ts';
import { metricsReference } from '../../src/exposition/reference.ts';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import { agentStates, collectors, peerStates, skipReasons, trunkStates } from '../../src/snapshot/reading.ts';

const page = metricsReference();

it('the reference page has every metric of the table once, with help and source', () => {
  const headings = [...page.matchAll(/^### `(.+)`$/gm)].map((match) => match[1]);
  expect(headings).toHaveLength(metricTable.length);
  expect(new Set(headings)).toEqual(new Set(metricTable.map(({ name }) => name)));
  for (const { help, source } of metricTable) {
    expect(page).toContain(`\n${help}\n`);
    expect(page).toContain(`- Source: ${source}\n`);
  }
});

it('the reference page explains every word that a label can hold', () => {
  for (const word of [...failureReasons, ...agentStates, ...collectors, ...peerStates, ...skipReasons, ...trunkStates])
    expect(page).toMatch(new RegExp(String.raw`^\| \`${word}\` \| \S.+ \|$`, 'm'));
});
