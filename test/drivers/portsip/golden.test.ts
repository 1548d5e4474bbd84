import { expect, test } from 'vitest';
import { createRandom } from '../../../src/simulator/kit/random.ts';
import { stepWorld } from '../../../src/simulator/kit/life.ts';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import type { PortsipRelease } from '../../../src/simulator/portsip/settings.ts';
import { setUp } from './support.ts';

test.each<PortsipRelease>(['16.4', '22.0', '22.3'])('a tenant of release %s as its page', async (release) => {
  const { bench, simulator, clock } = await setUp(
    { switches: { release } },
    { collect: ['peers', 'trunks', 'calls', 'system'] },
  );
  const random = createRandom(3);
  for (let step = 0; step < 3; step += 1) stepWorld(simulator.world, random, clock.wallTime());
  setExtension(simulator.world, '1006', { call: 'talking' });
  setExtension(simulator.world, '1007', { call: 'ringing' });
  const record = await bench.poll();
  expect(record.lastRound).not.toHaveProperty('reason');
  await expect(await bench.golden()).toMatchFileSnapshot(`release-${release}.prom`);
});
