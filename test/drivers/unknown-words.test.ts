import { expect, test } from 'vitest';
import type { Log, LogFields } from '../../src/log.ts';
import { silentLog } from '../../src/log.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts } from '../support/products.ts';
import { benchTarget } from '../support/target-bench.ts';

/** By product: what the PBX says of the first extension and of the first trunk, and the word that nobody knows in its place. */
const changes: Readonly<
  Record<string, readonly (readonly [list: string, call: string, said: RegExp, word: string])[]>
> = {
  'webitel 3': [
    ['extensions', 'accounts', /(?<="state":\s*")\w+/, 'Daydreaming'],
    ['trunks', 'gateways', /(?<="State":\s*")\w+/, 'PONDERING'],
  ],
  'webitel 20+': [
    ['extensions', 'devices', /(?<="reged":\s*)true/, '7'],
    ['trunks', 'sip gateways', /(?<="r_state":\s*)\d+/, '42'],
  ],
  'mikopbx 2024': [
    ['extensions', 'sip/getPeersStatuses', /(?<="state":\s*")OK/, 'Daydreaming'],
    ['trunks', 'sip/getRegistry', /(?<="state":\s*")REGISTERED/, 'PONDERING'],
  ],
  'mikopbx 2026': [
    ['extensions', 'sip:getStatuses', /(?<="status":\s*")Available/, 'Daydreaming'],
    ['trunks', 'providers:getStatuses', /(?<="state":\s*")REGISTERED/i, 'PONDERING'],
  ],
};

function keepingLog(): { readonly log: Log; readonly words: LogFields[] } {
  const words: LogFields[] = [];
  const warn = (message: string, fields: LogFields = {}): void => {
    if (message === 'unknown status word') words.push(fields);
  };
  const log: Log = { ...silentLog, warn, with: () => log };
  return { log, words };
}

const products = allProducts.flatMap((product) => {
  const said = changes[product.name];
  return said === undefined ? [] : [[product.name, product, said] as const];
});

test.each(products)(
  '%s: words that nobody knows are counted in every round, kept, and logged once',
  async (_name, product, said) => {
    const clock = createHandClock();
    const { log, words } = keepingLog();
    const simulator = product.simulate({ clock, peers: 6, trunks: 4 });
    const bench = await benchTarget(product.family, simulator, clock, { log });
    await bench.poll();
    for (const [, call, pattern, word] of said)
      await simulator.faults.set({ kind: 'altered-body', alter: (body) => body.replace(pattern, word) }, { call });
    const record = await bench.rounds(3);
    expect(record.counters.rowsSkipped).toEqual({ peers: { unknown_state: 3 }, trunks: { unknown_state: 3 } });
    expect(words.toSorted((one, other) => String(one['list']).localeCompare(String(other['list'])))).toEqual(
      said.map(([list, , , word]) => ({ list, word: expect.stringContaining(word) as string })),
    );
  },
);
