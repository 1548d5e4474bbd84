import { describe, expect, test } from 'vitest';
import { yeastarS } from '../../../src/drivers/yeastar-s-k2/index.ts';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { answerWith, captured, setUp } from '../yeastar-s-k2/support.ts';

const everything = [...yeastarS.collectors];

describe('what a page shows', () => {
  test('captured answers of v1.0.0: every documented status word of extensions and trunks', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    await answerWith(simulator, 'extensionlist/query', captured('extensionlist'));
    await answerWith(simulator, 'trunklist/query', captured('trunklist'));
    await answerWith(simulator, 'deviceinfo/query', captured('deviceinfo'));
    await bench.poll();
    await expect(await bench.golden()).toMatchFileSnapshot('captured-v1.0.0.prom');
  });

  test.each(['v1.1.0', 'v2.0.0'])('a PBX of %s with calls and queues', async (version) => {
    const options = { api_version: version, queues: ['6001', 6002] };
    const { bench, simulator } = await setUp(yeastarS, { options, collect: everything });
    const call = { from: 'outside-1', to: '1001', startedAt: 0, state: 'talking' } as const;
    simulator.world.calls.push(
      { ...call, id: 'a', direction: 'inbound' },
      { ...call, id: 'b', direction: 'inbound' },
      { ...call, id: 'c', direction: 'outbound' },
      { ...call, id: 'd', direction: 'internal' },
    );
    setExtension(simulator.world, '1001', { call: 'talking' });
    setExtension(simulator.world, '1004', { call: 'ringing' });
    await bench.poll();
    await expect(await bench.golden()).toMatchFileSnapshot(`simulated-${version}.prom`);
  });
});
