import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { stateTables, withStateTables } from '../../docs/state-tables.ts';
import { StateTable } from '../../src/drivers/kit/state-table.ts';
import * as yeastarP from '../../src/drivers/yeastar-p/trunks.ts';
import * as yeastarPeers from '../../src/drivers/yeastar-s-k2/peers.ts';
import * as yeastarTrunks from '../../src/drivers/yeastar-s-k2/trunks.ts';

const drivers = fileURLToPath(new URL('../../src/drivers/', import.meta.url));
const page = (family: string): string =>
  readFileSync(new URL(`../../docs/families/${family}.md`, import.meta.url), 'utf8');

/** Returns the cells of the table below a heading, without its two header lines. */
function rowsUnder(family: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page(family).split(`\n### ${heading}\n`);
  const [text = ''] = section.split('\n#');
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** Splits a cell such as `Malfunction (analogue socket broken), Fxsnoport` into words. */
function wordsOf(cell: string): readonly string[] {
  return cell
    .replaceAll(/ \((?!Unmonitored)[^)]*\)/g, '')
    .split(/,\s*(?:or )?/)
    .filter((word) => !/^(?:any|anything|or) |^nothing$/.test(word));
}

async function tablesOf(file: string): Promise<readonly unknown[]> {
  const exported: Readonly<Record<string, unknown>> = await import(
    new URL(`../../src/drivers/${file}`, import.meta.url).href
  );
  return Object.values(exported).flatMap((value) =>
    value instanceof StateTable ? [value] : Object.values(value ?? {}).filter((inner) => inner instanceof StateTable),
  );
}

test('every state table of the code is on a page', async () => {
  const shown = new Set<unknown>(Object.values(stateTables).flatMap((tables) => tables.map(({ table }) => table)));
  const files = readdirSync(drivers, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  for (const file of files.filter((name) => !name.startsWith('kit'))) {
    const made = readFileSync(`${drivers}${file}`, 'utf8').split('new StateTable').length - 1;
    if (made === 0) continue;
    const tables = await tablesOf(file);
    expect({ file, exported: tables.length }).toEqual({ file, exported: made });
    expect({ file, missing: tables.filter((table) => !shown.has(table)) }).toEqual({ file, missing: [] });
  }
});

describe.each(Object.entries(stateTables))('the page of %s', (family, tables) => {
  test('shows the tables as they are in the code', () => {
    expect(withStateTables(page(family), tables)).toBe(page(family));
  });

  test('would differ if a word meant something else', () => {
    const [first, ...rest] = tables;
    const words = { ...first?.table.states, 'A NEW WORD': 'reachable' };
    const changed = [{ title: first?.title ?? '', table: new StateTable<unknown>(words) }, ...rest];
    expect(withStateTables(page(family), changed)).not.toBe(page(family));
  });
});

describe.each(['yeastar-s', 'yeastar-k2'])('the tables for readers on the page of %s', (family) => {
  test.each(rowsUnder(family, 'Extensions'))('extensions: %s', (cell, state = '', inCall = '') => {
    for (const word of wordsOf(cell)) {
      const known = yeastarPeers.extensionStates.find(word);
      expect([word, `\`${known?.state}\``, known?.inCall === true ? 'yes' : 'no']).toEqual([word, state, inCall]);
    }
  });

  test.each(rowsUnder(family, 'Trunks'))('trunks: %s', (cell, state = '') => {
    for (const word of wordsOf(cell))
      expect([word, `\`${yeastarTrunks.trunkStates.find(word)}\``]).toEqual([word, state]);
  });
});

test.each(rowsUnder('yeastar-p', 'Trunks'))(
  'the table for readers on the page of yeastar-p: %s',
  (cell, states = '') => {
    const codes = [...cell.matchAll(/(\d+) to (\d+)|(\d+)/g)].flatMap(([, first, last, one]) =>
      one === undefined
        ? Object.keys(yeastarP.trunkStates.states).filter((code) => +code >= Number(first) && +code <= Number(last))
        : [one],
    );
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(states).toContain(`\`${yeastarP.trunkStates.find(code)?.[0]}\``);
  },
);
