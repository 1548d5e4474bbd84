import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { everything, legacyBench, modernBench } from './bench.ts';

const target = { collect: everything };

test('legacy engine 3.11', async () => {
  const { bench } = await legacyBench({ target });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('expected/legacy-3.11.prom');
});

test('legacy engine 3.2: other keys in the status, no list of calls', async () => {
  const { bench } = await legacyBench({ pbx: { release: '3.2' }, target });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('expected/legacy-3.2.prom');
});

test('modern Webitel', async () => {
  const { bench } = await modernBench({ target });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('expected/modern.prom');
});

async function captured(name: string): Promise<string> {
  return readFile(new URL(`captured/${name}.json`, import.meta.url), 'utf8');
}

test('captured answers of a legacy engine', async () => {
  const { bench, simulator } = await legacyBench({ target });
  const calls = {
    accounts: 'legacy-accounts',
    gateways: 'legacy-gateways',
    status: 'legacy-status',
    calls: 'legacy-calls',
  };
  for (const [call, name] of Object.entries(calls))
    await simulator.faults.set({ kind: 'status', status: 200, body: await captured(name) }, { call });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('expected/captured-legacy.prom');
});

test('captured answers of a modern Webitel', async () => {
  const { bench, simulator } = await modernBench({ target });
  const calls = { devices: 'modern-devices', 'sip gateways': 'modern-gateways', queues: 'modern-queues' };
  for (const [call, name] of Object.entries(calls))
    await simulator.faults.set({ kind: 'status', status: 200, body: await captured(name) }, { call });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('expected/captured-modern.prom');
});
