import { json } from 'node:stream/consumers';
import { getHeapSnapshot } from 'node:v8';
import { expect, test } from 'vitest';
import { pollInTime } from '../drivers/portsip/support.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';
import { benchTarget } from '../support/target-bench.ts';

/** Answers from this size on (characters) are recognized in the heap. */
const large = 8_192;
/** Characters by which an answer is recognized; a heap snapshot contains no more than 1,024 of each text. */
const recognized = 500;

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[])[] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Texts in memory from `large` on, by their beginnings, after garbage collection. */
async function largeTexts(): Promise<ReadonlySet<string>> {
  const { snapshot, nodes, strings } = (await json(getHeapSnapshot())) as HeapSnapshot;
  const { node_fields: fields } = snapshot.meta;
  const [name, size] = [fields.indexOf('name'), fields.indexOf('self_size')];
  const found = new Set<string>();
  for (let node = 0; node < nodes.length; node += fields.length) {
    const text = strings[nodes[node + name] ?? 0] ?? '';
    if ((nodes[node + size] ?? 0) >= large && text.length >= recognized) found.add(text.slice(0, recognized));
  }
  return found;
}

/** Three good rounds and one with a long error page, of a PBX whose texts are long enough to be represented as parts of the answer. */
async function pollLarge({ family, simulate }: Product, onAnswer: (body: string) => void): Promise<unknown> {
  const clock = createHandClock();
  const simulator = simulate({ clock, peers: 200, trunks: 3 });
  for (const extension of simulator.world.extensions) {
    extension.name = `Reception desk number ${extension.number}`;
    Reflect.set(extension, 'number', `reception-desk-${extension.number}`);
  }
  for (const trunk of simulator.world.trunks) trunk.name = `carrier-wholesale-${trunk.id}`;
  const bench = await benchTarget(family, simulator, clock, {
    collect: family.collectors,
    presentation: { absence: { rememberMs: 3_600_000 } },
    onAnswer,
  });
  for (let round = 0; round < 3; round += 1) await pollInTime({ clock, simulator, bench });
  expect(bench.target.record.up).toBe(true);
  expect(bench.target.record.retained.peers?.value.some(({ id }) => id.startsWith('reception-desk-'))).toBe(true);
  const body = `<html><body>${'The gateway is tired of this phone system. '.repeat(500)}</body></html>`;
  await simulator.faults.set({ kind: 'status', status: 500, body });
  await pollInTime({ clock, simulator, bench });
  await simulator.faults.clear();
  await simulator.stop();
  return bench.target;
}

test('no answer of a PBX stays in memory: neither whole, nor behind a short text that was cut from it', async () => {
  const answers = new Map<string, string>();
  const targets: unknown[] = [];
  for (const product of allProducts) {
    let count = 0;
    const remember = (body: string): void => {
      if (body.length < large) return;
      count += 1;
      // Copies, because parts would keep the answers in memory.
      answers.set(Buffer.from(body.slice(0, recognized)).toString(), product.name);
    };
    targets.push(await pollLarge(product, remember));
    expect(count, `large answers of ${product.name}, with the error page`).toBeGreaterThan(3);
  }
  const retained = [...(await largeTexts())].filter((text) => answers.has(text));
  expect(retained.map((text) => `${answers.get(text)}: ${text.slice(0, 150)}`)).toEqual([]);
  expect(targets).toHaveLength(allProducts.length);
});
