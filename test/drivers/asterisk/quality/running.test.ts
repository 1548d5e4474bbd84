import { expect, test } from 'vitest';
import { setUp, userWith } from '../support.ts';

const collect = ['quality'] as const;

function running(record: {
  readonly retained: { readonly quality?: { readonly value: { readonly running?: object } } };
}) {
  return record.retained.quality?.value.running;
}

test('flowing, one way, on hold, past the PBX, and lossy right now, from two reads', async () => {
  const { bench, simulator, clock } = await setUp({ collect });
  const legs = ['1001', '1002', '1003', '1004', '1005'].map((endpoint) => simulator.legs.start({ endpoint }));
  const [, lossy, silent, retained, direct] = legs;
  direct?.change({ directMedia: true });
  lossy?.change({ inward: { loss: 0.1 } });
  clock.advance(10_000);
  silent?.change({ silent: true });
  retained?.change({ onHold: true });
  expect(running(await bench.rounds(1))).toEqual({ media: { flowing: 0, one_way: 0, none: 0, unknown: 5 } });
  expect(running(await bench.rounds(1))).toEqual({
    media: { flowing: 2, one_way: 0, none: 2, unknown: 1 },
    lossy: { '0.01': 1, '0.05': 1 },
  });
  lossy?.change({ inward: { loss: 0.02 } });
  expect(running(await bench.rounds(2))).toEqual({
    media: { flowing: 2, one_way: 1, none: 2, unknown: 0 },
    lossy: { '0.01': 1, '0.05': 0 },
  });
});

test('only channels that have RTP are asked for, so the log of the PBX stays empty', async () => {
  const { bench, simulator, clock } = await setUp({ collect });
  simulator.legs.start({ endpoint: '1001', state: 'Ring' });
  simulator.legs.start({ endpoint: 'queue', technology: 'Local' });
  simulator.legs.start({ endpoint: '201', technology: 'SIP' });
  simulator.legs.start({ endpoint: '1002' });
  clock.advance(10_000);
  expect(running(await bench.rounds(2))).toMatchObject({ media: { flowing: 2, unknown: 0 } });
  expect(simulator.legs.log).toEqual([]);
  expect(simulator.ledger.requestsOf('Getvar')).toBe(4);
});

test('a channel that answers nothing is asked once', async () => {
  const { bench, simulator } = await setUp({ collect });
  simulator.legs.start({ endpoint: '1001' });
  await simulator.faults.set(
    { kind: 'altered-body', alter: () => 'Response: Success\r\nVariable: CHANNEL(rtcp,all)\r\nValue: \r\n\r\n' },
    { call: 'Getvar' },
  );
  const record = await bench.rounds(3);
  expect(running(record)).toEqual({ media: { flowing: 0, one_way: 0, none: 0, unknown: 1 } });
  expect(simulator.ledger.requestsOf('Getvar')).toBe(1);
});

test('a bound of legs, the others are unknown', async () => {
  const { bench, simulator } = await setUp({ collect, options: { running_legs: 2 } });
  for (let leg = 0; leg < 5; leg += 1) simulator.legs.start({ endpoint: '1001' });
  expect(running(await bench.rounds(2))).toMatchObject({ media: { flowing: 2, unknown: 3 } });
  expect(simulator.ledger.requestsOf('Getvar')).toBe(4);
});

test.each([
  ['the option', { options: { running_legs: 0 } }, {}],
  ['a missing right', {}, { switches: { users: userWith(['system']) } }],
] as const)('%s leaves no series of running legs, and no failure', async (_why, changes, pbx) => {
  const { bench, simulator } = await setUp({ collect, ...changes }, pbx);
  simulator.legs.start({ endpoint: '1001' });
  const record = await bench.rounds(3);
  expect(record.collectors['quality']).toEqual({ success: true });
  expect(running(record)).toBeUndefined();
  expect(await bench.page()).not.toContain('pbx_call_legs');
  expect(simulator.ledger.loginsGood).toBe(1);
  expect(simulator.ledger.requestsOf('Getvar')).toBeLessThanOrEqual(1);
});

test('a leg that ends between the list and its question is not there', async () => {
  const { bench, simulator } = await setUp({ collect });
  const leg = simulator.legs.start({ endpoint: '1001' });
  await simulator.faults.set(
    { kind: 'html', status: 200 },
    {
      matches: ({ body }) => {
        if (body.includes('Getvar') && simulator.legs.running.length > 0) simulator.legs.end(leg);
        return false;
      },
    },
  );
  expect(running(await bench.rounds(1))).toEqual({
    media: { flowing: 0, one_way: 0, none: 0, unknown: 0 },
    lossy: { '0.01': 0, '0.05': 0 },
  });
});

test('without the list of channels there are no running legs, and finished ones are counted all the same', async () => {
  const { bench, simulator, clock } = await setUp({ collect: ['trunks', 'quality'] });
  await bench.rounds(1);
  const leg = simulator.legs.start({ endpoint: '1001' });
  clock.advance(12_000);
  simulator.legs.end(leg);
  await simulator.faults.set({ kind: 'altered-body', alter: () => 'nonsense' }, { call: 'CoreShowChannels' });
  const record = await bench.rounds(1);
  expect(record.collectors['quality']).toEqual({ success: true });
  expect(record.missing).toMatchObject([{ call: 'channels', reason: 'protocol' }]);
  expect(running(record)).toBeUndefined();
  expect(record.counters.quality?.finished?.outcomes.yes).toBe(1);
});
