import { describe, expect, test } from 'vitest';
import { FailedGateways, readGateways } from '../../../src/drivers/freeswitch/trunks.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { setUp, trunksOf } from './support.ts';

function listOf(...gateways: readonly Readonly<Record<string, string>>[]): string {
  const blocks = gateways.map(
    (fields) =>
      `  <gateway>\n${Object.entries(fields)
        .map(([name, text]) => `    <${name}>${text}</${name}>\n`)
        .join('')}  </gateway>\n`,
  );
  return `<?xml version="1.0" encoding="ISO-8859-1"?>\n<gateways>\n${blocks.join('')}</gateways>\n`;
}

const named = { name: 'carrier', profile: 'external', proxy: 'sip:sip.example.org' };

function read(fields: Readonly<Record<string, string>>, skipped = new SkipCounter()) {
  return readGateways(listOf({ ...named, ...fields }), skipped)[0]?.trunk;
}

const never = { pingfreq: '0', pingtime: '0.00' };

describe('state and status', () => {
  test.each([
    ['REGED', 'UP', never, { state: 'registered', registered: true }],
    ['REGISTER', 'UP', never, { state: 'registered', registered: true }],
    ['TRYING', 'UP', never, { state: 'registered', registered: true }],
    ['UNREGED', 'UP', never, { state: 'registered', registered: true }],
    ['REGISTER', 'DOWN', never, { state: 'registering', registered: false }],
    ['TRYING', 'DOWN', never, { state: 'registering', registered: false }],
    ['UNREGED', 'DOWN', never, { state: 'registering', registered: false }],
    ['FAILED', 'UP', never, { state: 'failed', registered: false }],
    ['FAILED', 'DOWN', never, { state: 'failed', registered: false }],
    ['FAIL_WAIT', 'DOWN', never, { state: 'failed', registered: false }],
    ['TIMEOUT', 'DOWN', never, { state: 'failed', registered: false }],
    ['UNREGISTER', 'DOWN', never, { state: 'unregistered', registered: false }],
    ['UNREGISTER', 'UP', never, { state: 'unregistered', registered: false }],
    ['DOWN', 'DOWN', never, { state: 'unregistered', registered: false }],
    ['DOWN', 'UP', never, { state: 'unregistered', registered: false }],
    ['NOREG', 'UP', never, { state: 'unmonitored' }],
    ['NOREG', 'UP', { pingfreq: '30', pingtime: '12.34' }, { state: 'reachable', roundtripMicroseconds: 12_340 }],
    ['NOREG', 'UP', { pingfreq: '30', pingtime: '0.00' }, { state: 'unmonitored' }],
    ['NOREG', 'DOWN', { pingfreq: '30', pingtime: '32000.11' }, { state: 'unreachable' }],
    [
      'REGED',
      'UP',
      { pingfreq: '30', pingtime: '8.00' },
      { state: 'registered', registered: true, roundtripMicroseconds: 8_000 },
    ],
  ])('%s %s %j', (state, status, ping, expected) => {
    expect(read({ state, status, ...ping })).toEqual({
      id: 'external::carrier',
      name: 'carrier',
      kind: state === 'NOREG' ? 'address' : 'register',
      host: 'sip.example.org',
      rawState: `${state}/${status}`,
      ...expected,
    });
  });

  test.each([
    ['EXPIRED', 'DOWN'],
    ['DREAMING', 'UP'],
    ['', ''],
  ])('%s %s is unknown, and counted', (state, status) => {
    const skipped = new SkipCounter();
    const trunk = read({ state, status }, skipped);
    expect(trunk?.state).toBe('unknown');
    expect(trunk).not.toHaveProperty('registered');
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
  });
});

test.each([
  ['sip:sip.example.org', 'sip.example.org'],
  ['sip:sip.example.org:5080;transport=udp', 'sip.example.org'],
  ['sips:user@sip.example.org;lr', 'sip.example.org'],
  ['sip:[2001:db8::1]:5060', '[2001:db8::1]'],
  ['sip.example.org', 'sip.example.org'],
  ['', undefined],
])('the host of %s is %s', (proxy, host) => {
  expect(read({ state: 'REGED', status: 'UP', proxy })?.host).toBe(host);
});

test('names in which anything stands, and rows without one', () => {
  const skipped = new SkipCounter();
  const up = { profile: 'external', state: 'REGED', status: 'UP' };
  const rows = readGateways(listOf({ ...up, name: 'a<&>"b' }, { ...up, name: '' }, { ...up, name: 'ü' }), skipped);
  expect(rows.map(({ trunk }) => trunk.id)).toEqual(['external::a<&>"b', 'external::ü']);
  expect(skipped.counts()).toEqual({ malformed: 1 });
});

test('a list that is cut anywhere is never taken for a shorter one', () => {
  const whole = listOf(named, { ...named, name: 'b' });
  for (let length = 0; length < whole.length; length += 1)
    expect(() => readGateways(whole.slice(0, length), new SkipCounter())).toThrow(Failure);
});

describe('a gateway that failed', () => {
  test('stays failed while it only tries again, until it has registered', async () => {
    const { bench, simulator } = await setUp({ collect: ['trunks'] });
    const states: (string | undefined)[] = [];
    const cycle = [
      ['TRYING', 'DOWN'],
      ['FAIL_WAIT', 'DOWN'],
      ['UNREGED', 'DOWN'],
      ['TRYING', 'DOWN'],
      ['TIMEOUT', 'DOWN'],
      ['TRYING', 'DOWN'],
      ['REGED', 'UP'],
      ['REGISTER', 'UP'],
      ['TRYING', 'DOWN'],
    ] as const;
    for (const [state, status] of cycle) {
      simulator.switches.gatewayStatuses.set('northline', { state, status });
      states.push(trunksOf(await bench.rounds(1))['external::northline']?.state);
    }
    expect(states).toEqual([
      'registering',
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
      'registered',
      'registered',
      'registering',
    ]);
  });

  test('that was removed and comes back begins anew', () => {
    const gateways = new FailedGateways();
    const trunk = (state: 'failed' | 'registering') => ({ id: 'a', state });
    gateways.judge(trunk('failed'));
    gateways.keepOnly([]);
    expect(gateways.judge(trunk('registering')).state).toBe('registering');
  });
});
