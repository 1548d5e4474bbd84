import { expect, test } from 'vitest';
import { asterisk } from '../../../src/drivers/asterisk/index.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension } from '../../../src/simulator/kit/world.ts';
import { setUp } from './support.ts';

test.each([16, 22] as const)('a simulated Asterisk %i with every state', async (release) => {
  const world = makeWorld({ peers: 12, trunks: 5 });
  setExtension(world, '1006', { contacts: [makeContact('1006', { state: 'unasked' })] });
  setExtension(world, '1007', { contacts: [makeContact('71', { roundtripMicroseconds: 41_000 }), makeContact('72')] });
  setExtension(world, '1008', { contacts: [makeContact('1008', { static: true, roundtripMicroseconds: 900 })] });
  setExtension(world, '1001', { call: 'talking' });
  setExtension(world, '1004', { call: 'ringing' });
  const call = { direction: 'internal', from: '1001', to: '1004', state: 'ringing', startedAt: 0 } as const;
  world.calls.push({ ...call, id: 'a' });
  const { bench } = await setUp(
    {
      collect: [...asterisk.collectors],
      options: { timezone: 'UTC' },
      identity: { peerDevices: true, registrationExpiry: true },
    },
    { world, release },
  );
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot(`simulated-${release}.prom`);
});
