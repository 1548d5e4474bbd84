import { expect, test } from 'vitest';
import { asterisk } from '../../src/drivers/asterisk/index.ts';
import type { Log } from '../../src/log.ts';
import { keepingLog, setUp as setUpAsterisk } from './asterisk/support.ts';
import { setUp as setUpPortsip } from './portsip/support.ts';

const unknownStates = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.includes('unknown status word')).toSorted();

test('PortSIP: words that nobody knows are counted in every round, and logged once each', async () => {
  const { log, lines }: { readonly log: Log; readonly lines: string[] } = keepingLog();
  const { bench, simulator } = await setUpPortsip({}, { log, collect: ['peers', 'trunks'] });
  const [trunk] = simulator.world.trunks;
  const userPath = `/users/${simulator.userId('1001')}/status`;
  const trunkPath = `/providers/${simulator.trunkId(trunk?.name ?? '')}/status`;
  await simulator.faults.set(
    { kind: 'status', status: 200, body: '{"status":"Daydreaming","registration":[{}]}' },
    { matches: ({ rawPath }) => rawPath.endsWith(userPath) || rawPath.endsWith(trunkPath) },
  );
  const record = await bench.rounds(3);
  expect(record.counters.rowsSkipped).toEqual({ peers: { unknown_state: 3 }, trunks: { unknown_state: 3 } });
  expect(unknownStates(lines)).toEqual([
    'warn unknown status word {"list":"extensions","word":"DAYDREAMING"}',
    'warn unknown status word {"list":"trunks","word":"DAYDREAMING"}',
  ]);
});

const registrations = [
  'Response: Success\r\nEventList: start\r\nMessage: Following are Events for each Outbound registration\r\n',
  'Event: OutboundRegistrationDetail\r\nObjectName: northline\r\nServerUri: sip:192.0.2.9\r\nStatus: Contemplating\r\n',
  'Event: OutboundRegistrationDetailComplete\r\nEventList: Complete\r\nRegistered: 0\r\nNotRegistered: 1\r\nListItems: 1\r\n',
  '',
].join('\r\n');

test('Asterisk: the same', async () => {
  const { log, lines } = keepingLog();
  const { bench, simulator } = await setUpAsterisk({ log, collect: asterisk.collectors });
  await simulator.faults.set(
    { kind: 'status', status: 200, body: registrations },
    { matches: ({ body }) => new URLSearchParams(body).get('action') === 'PJSIPShowRegistrationsOutbound' },
  );
  const record = await bench.rounds(3);
  expect(record.counters.rowsSkipped).toEqual({ trunks: { unknown_state: 3 } });
  expect(unknownStates(lines)).toEqual(['warn unknown status word {"list":"trunks","word":"Contemplating"}']);
});
