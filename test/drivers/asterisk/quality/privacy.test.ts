import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecorder } from '../../../../src/capture/recorder.ts';
import { LegKeys } from '../../../../src/drivers/asterisk/quality/leg-keys.ts';
import { actionRequest } from '../../../../src/drivers/asterisk/requests.ts';
import { readEvents } from '../../../../src/drivers/asterisk/quality/events.ts';
import { Journal } from '../../../../src/journal/journal.ts';
import { makeWorld } from '../../../../src/simulator/kit/make-world.ts';
import { setExtension } from '../../../../src/simulator/kit/world.ts';
import type { Transport } from '../../../../src/transport/request.ts';
import { createHandClock } from '../../../simulator/hand-clock.ts';
import { keepingLog, setUp } from '../support.ts';

const marks = /[WXYZ]{6}/u;
const person = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom('W', 'X', 'Y', 'Z') });
const people = fc.record({
  CallerIDNum: person,
  CallerIDName: person,
  ConnectedLineNum: person,
  ConnectedLineName: person,
  Exten: person,
  AccountCode: person,
  ApplicationData: person,
  Uniqueid: person,
  Linkedid: person,
  BridgeId: person,
  From: person,
  To: person,
});

function answered(body: string): Transport {
  return { send: () => Promise.resolve({ status: 200, headers: {}, cookies: new Map(), body }), close() {} };
}

test('a capture of events and channels has nobody in it, and reads as before', async () => {
  const event = fc.constantFrom(
    'Event: VarSet\r\nChannel: PJSIP/1001-0000ab1f\r\nVariable: RTPAUDIOQOS\r\nValue: ssrc=98765;themssrc=43210;lp=1;rxcount=600;txcount=600',
    'Event: VarSet\r\nChannel: PJSIP/1001-0000ab1f\r\nVariable: CALLED\r\nValue: WWWWWWW',
    'Event: CoreShowChannel\r\nChannel: PJSIP/1001-0000ab1f\r\nChannelStateDesc: Up',
    'Event: RTCPSent\r\nChannel: PJSIP/1001-0000ab1f\r\nSSRC: 0x98765',
  );
  const block = fc.tuple(event, people).map(([text, who]) => {
    const lines = Object.entries(who).map(([name, value]) => `${name}: ${value}`);
    return [text, ...lines].join('\r\n');
  });
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 6 }), async (blocks) => {
      const body = ['Response: Success', ...blocks, 'Event: WaitEventComplete', ''].join('\r\n\r\n');
      for (const call of ['events', 'channels'] as const) {
        const recorder = createRecorder(answered(body), [], createHandClock());
        await recorder.transport.send(actionRequest(call), new AbortController().signal);
        const text = JSON.stringify(recorder.exchanges());
        expect(text).not.toMatch(marks);
        expect(text).not.toMatch(/0000ab1f|98765|43210/u);
        const { legs, isWhole } = readEvents(recorder.exchanges()[0]?.answer?.body ?? '');
        expect(isWhole).toBe(true);
        expect(legs.length).toBe(readEvents(body).legs.length);
      }
    }),
  );
});

test('the question about a leg does not name its call', async () => {
  const body = 'Response: Success\r\nVariable: x\r\nValue: ssrc=98765;themssrc=43210;lp=0;rxcount=1;txcount=1\r\n\r\n';
  const recorder = createRecorder(answered(body), [], createHandClock());
  const request = actionRequest('leg_quality', { channel: 'PJSIP/1001-0000ab1f' });
  await recorder.transport.send(request, new AbortController().signal);
  expect(JSON.stringify(recorder.exchanges())).not.toMatch(/0000ab1f|98765|43210/u);
});

test('neither page, log, journal nor memory knows who called', async () => {
  const { log, lines } = keepingLog();
  const world = makeWorld({ peers: 2, trunks: 1 });
  setExtension(world, '1001', { state: 'reachable' });
  const { bench, simulator, clock } = await setUp({ collect: ['peers', 'trunks', 'quality'], log }, { world });
  const journal = new Journal({ perPbx: 100, total: 100 }, 0);
  const round = async (): Promise<void> => {
    const record = await bench.rounds(1);
    journal.note({ identity: bench.target.identity, record });
  };
  await round();
  const leg = simulator.legs.start({
    endpoint: '1001',
    callerNumber: '+3012345678',
    callerName: 'Jo Example',
    called: '+3087654321',
  });
  clock.advance(12_000);
  await round();
  const address = world.extensions[0]?.contacts[0]?.address ?? 'none';
  expect(address).toMatch(/^192\.0\.2\./u);
  setExtension(world, '1001', { state: 'unreachable' });
  simulator.noticeChanges();
  simulator.legs.end(leg);
  await round();
  simulator.endSessions();
  await round();
  expect(bench.target.record.counters.quality?.finished?.outcomes.yes).toBe(1);
  const events = JSON.stringify(journal.events('test'));
  expect(events).toContain('"1001"');
  const shown = [await bench.page(), ...lines, JSON.stringify(bench.target.record), events].join('\n');
  for (const secret of ['3012345678', 'Jo Example', '3087654321', leg.uniqueId, leg.channel, '12648321', address])
    expect(shown).not.toContain(secret);
});

test('what is remembered of a running leg does not lead back to its channel or stream', () => {
  const [keys, others] = [new LegKeys(), new LegKeys()];
  for (const text of ['PJSIP/1001-0000ab1f', '12648321']) {
    expect(keys.of(text)).toBe(keys.of(text));
    expect(keys.of(text)).not.toBe(others.of(text));
    expect(keys.of(text)).toMatch(/^[\w-]{22}$/u);
  }
});
