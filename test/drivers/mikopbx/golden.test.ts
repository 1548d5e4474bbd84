import { expect, test } from 'vitest';
import { bench } from './support.ts';

const collect = ['peers', 'trunks', 'calls', 'system'] as const;

test.each(['2020.2.857', '2021.4.175', '2022.1.99', '2024.1.114', '2025.1.158-dev', '2026.1.223'] as const)(
  'a PBX with phones and trunks in every state, %s',
  async (release) => {
    const { golden, poll } = await bench(release, {}, { collect });
    const record = await poll();
    expect(record.lastRound).not.toHaveProperty('reason');
    await expect(await golden()).toMatchFileSnapshot(`simulated-${release}.prom`);
  },
);

test('an API key with the right to SIP only', async () => {
  const key = { key: 'ab12'.repeat(16), rights: ['sip'] as const };
  const { golden, poll } = await bench('2026.1.223', { useApiKey: true, switches: { apiKeys: [key] } });
  await poll();
  await expect(await golden()).toMatchFileSnapshot('simulated-key-sip-only.prom');
});
