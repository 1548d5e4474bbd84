import { expect, test } from 'vitest';
import { yeastarK2 } from '../../../src/drivers/yeastar-s-k2/index.ts';
import { setUp } from '../yeastar-s-k2/support.ts';

test('a K2 with its default version of the API: VoIP trunks only', async () => {
  const { bench, simulator } = await setUp(yeastarK2);
  const [line] = simulator.world.trunks;
  if (line !== undefined) line.kind = 'line';
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('simulated-v1.1.0.prom');
  expect(simulator.ledger.requests).toEqual({
    login: 1,
    'extensionlist/query': 1,
    'trunklist/query': 1,
    'deviceinfo/query': 1,
  });
});
