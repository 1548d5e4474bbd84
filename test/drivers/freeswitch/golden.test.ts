import { expect, test } from 'vitest';
import { freeswitch } from '../../../src/drivers/freeswitch/index.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension } from '../../../src/simulator/kit/world.ts';
import type { Registration } from '../../../src/simulator/freeswitch/settings.ts';
import { setUp } from './support.ts';

const row = { profile: 'internal', pingStatus: 'Reachable', pingTime: '0.00' } as const;

/** Unusual addresses sent by phones, and rows that look alike but differ. */
const odd: readonly Registration[] = [
  { ...row, user: 'a&b@pbx.example.org', callId: 'ab<c&d>"x@host' },
  { ...row, user: 'x<y@pbx.example.org' },
  { ...row, user: '"quoted"@pbx.example.org' },
  { ...row, user: 'anna%20berg@pbx.example.org' },
  { ...row, user: 'ümlaut@pbx.example.org', pingTime: '12.30' },
  { ...row, user: '%C3%BCmlaut@PBX.example.org', pingTime: '4.53' },
  { ...row, user: '50%@pbx.example.org' },
  { ...row, user: '30002@[2001:db8::1]' },
  { ...row, user: '007@other.example.org', status: 'Registered(WSS-NAT)' },
  { ...row, user: '2001@pbx.example.org', pingTime: '32000.53' },
  { ...row, user: '2002@pbx.example.org', pingTime: '11006.05' },
  { ...row, user: '2003@pbx.example.org', pingStatus: 'Unreachable', pingTime: '4.53' },
  { ...row, user: '2004@pbx.example.org', contact: `<sip:${'&'.repeat(900)}>`, pingTime: '19.07' },
  { ...row, user: '2005@pbx.example.org', pingStatus: 'Dozing' },
  { ...row, user: '2006@pbx.example.org', pingStatus: 'Unreachable', pingTime: '32000.53' },
  { ...row, profile: 'external', user: '2006@pbx.example.org', pingTime: '250.00' },
];

test('a simulated FreeSWITCH with every state', async () => {
  const world = makeWorld({ peers: 8, trunks: 6 });
  setExtension(world, '1006', { contacts: [makeContact('1006', { state: 'unasked' })] });
  const call = { direction: 'internal', from: '1001', to: '1004', state: 'talking', startedAt: 0 } as const;
  world.calls.push({ ...call, id: 'a' });
  const { bench, simulator } = await setUp({ collect: freeswitch.collectors }, { world });
  simulator.switches.moreRegistrations = [...odd];
  const words = [
    ['REGISTER', 'UP'],
    ['TRYING', 'DOWN'],
    ['FAILED', 'UP'],
    ['TIMEOUT', 'DOWN'],
    ['DOWN', 'UP'],
    ['NOREG', 'DOWN'],
    ['NOREG', 'UP'],
    ['EXPIRED', 'DOWN'],
  ] as const;
  for (const [index, [state, status]] of words.entries()) {
    const name = `gateway-${index}`;
    const pinged = state === 'NOREG' ? { pingFrequency: 30 } : {};
    simulator.switches.gatewayStatuses.set(name, { state, status, ...pinged });
    world.trunks.push({ ...trunk, id: 100 + index, name });
  }
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('simulated.prom');
});

const trunk = {
  kind: 'register',
  host: 'sip.example.org:5080;transport=udp',
  username: 'u',
  secret: 'made-up',
  state: 'registered',
} as const;

test('one domain, whose phones are named by the user alone', async () => {
  const { bench, simulator } = await setUp({ options: { domain: 'Other.example.org' }, collect: ['peers'] });
  simulator.switches.moreRegistrations = [...odd];
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('one-domain.prom');
});

test('the users of a static directory', async () => {
  const { bench, simulator } = await setUp({ options: { inventory: 'list_users' }, collect: ['peers'] });
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot('list-users.prom');
  await bench.rounds(10);
  expect(simulator.ledger.requestsOf('list_users')).toBe(1);
  await bench.rounds(11);
  expect(simulator.ledger.requestsOf('list_users')).toBe(2);
});
