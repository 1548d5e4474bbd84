import { expect, test } from 'vitest';
import { yeastarP } from '../../../src/drivers/yeastar-p/index.ts';
import { captured, setUp } from './support.ts';

test.each(['all', 'phones'])('captured answers, every documented code, devices: %s', async (devices) => {
  const { bench, simulator } = await setUp({ options: { devices } });
  for (const call of ['extension/list', 'trunk/list'])
    await simulator.faults.set({ kind: 'altered-body', alter: () => captured(call.replace('/', '-')) }, { call });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot(`captured-${devices}.prom`);
});

test('a simulated P560 with calls and queues', async () => {
  const { bench, simulator } = await setUp({ collect: [...yeastarP.collectors] });
  const call = { from: 'outside-1', to: '1001', startedAt: 0, state: 'talking' } as const;
  simulator.world.calls.push(
    { ...call, id: 'a', direction: 'inbound' },
    { ...call, id: 'b', direction: 'inbound' },
    { ...call, id: 'c', direction: 'internal' },
  );
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('simulated.prom');
});
