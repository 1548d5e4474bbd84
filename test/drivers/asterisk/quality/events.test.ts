import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maximumStates, readEvents } from '../../../../src/drivers/asterisk/quality/events.ts';

const body = readFileSync(new URL('events.txt', import.meta.url), 'utf8').replaceAll('\n', '\r\n');

test('an answer of an account without filters: what matters of it, and nothing else', async () => {
  await expect(`${JSON.stringify(readEvents(body), null, 2)}\n`).toMatchFileSnapshot('events.json');
});

test('whose call it was is in nothing that is read, but for the stream by which two reads are compared', () => {
  const person = fc.string({ minLength: 6, unit: fc.constantFrom('X', 'Y', 'Z') });
  const event = fc.record({ number: person, name: person, other: person, exten: person, linked: person, id: person });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), (calls) => {
      const blocks = calls.map(({ number, name, other, exten, linked, id }) =>
        [
          'Event: VarSet',
          'Channel: PJSIP/1001-00000005',
          `CallerIDNum: ${number}`,
          `CallerIDName: ${name}`,
          `ConnectedLineNum: ${other}`,
          `Exten: ${exten}`,
          `Uniqueid: ${id}-1795831021.3`,
          `Linkedid: ${linked}`,
          'Variable: RTPAUDIOQOS',
          `Value: ssrc=${id};themssrc=2;lp=0;rxcount=600;txcount=600`,
        ].join('\r\n'),
      );
      const read = readEvents(blocks.join('\r\n\r\n'));
      expect(read.legs).toHaveLength(calls.length);
      expect(JSON.stringify(read)).not.toMatch(/[XYZ]{6}/u);
    }),
  );
});

/** Returns the event for the end of a leg, as the last event of a truncated response. */
function legEnd(id: string, text = 'lp=0;rxcount=600;txcount=600'): string {
  return `Event: VarSet\r\nChannel: PJSIP/${id}-00000005\r\nUniqueid: ${id}\r\nVariable: RTPAUDIOQOS\r\nValue: ${text}`;
}

test.each([
  ['1795831021.37', { startedAt: 1_795_831_021 }],
  ['office-1795831021.3', { startedAt: 1_795_831_021 }],
  ['1795831021.3.4', {}],
  ['made-up', {}],
])('a leg with the id %s', (id, start) => {
  const [leg] = readEvents(legEnd(id)).legs;
  const values = { received: 600, lost: 0, jitter: 0, sent: 600 };
  expect(leg).toEqual({ technology: 'pjsip', endpoint: id, values, ...start });
});

test('the end of a leg of chan_sip on release 16: losses both ways, and no jitter of the far side', () => {
  const text =
    'ssrc=1352084128;themssrc=13885440;lp=73;rxjitter=0.001221;rxcount=2282;txjitter=0.000625;txcount=2358;rlp=57;rtt=0.001205';
  const [leg] = readEvents(legEnd('201', text).replace('PJSIP/', 'SIP/')).legs;
  const facts = { received: 2282, lost: 73, jitter: 0.000_625, sent: 2358, roundtrip: 0.001_205 };
  expect(leg).toEqual({ technology: 'sip', endpoint: '201', values: { ...facts, remote: { lost: 57 } } });
});

test('every event is read once, with or without an empty line at both ends', () => {
  const answer = [legEnd('1001'), legEnd('1002')].join('\r\n\r\n');
  for (const body of [answer, `\r\n\r\n${answer}`, `${answer}\r\n\r\n`])
    expect(readEvents(body).legs.map(({ endpoint }) => endpoint)).toEqual(['1001', '1002']);
});

test.each(['Message: Event: WaitEventComplete', 'Event: WaitEventComplete or not', 'Event: WaitEventCompleted'])(
  '%s is not the end of an answer',
  (line) => {
    expect(readEvents(`${legEnd('1001')}\r\n\r\n${line}\r\n\r\n`).isWhole).toBe(false);
  },
);

test('of more changes of state than are remembered only one more is read', () => {
  const change = 'Event: ContactStatus\r\nURI: sip:1001@192.0.2.21:5060\r\nContactStatus: Reachable\r\n\r\n';
  expect(readEvents(change.repeat(maximumStates)).states).toHaveLength(maximumStates);
  expect(readEvents(change.repeat(maximumStates + 5)).states).toHaveLength(maximumStates + 1);
});

test('never throws, and is whole only with its end', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: body.length - 25 }), (text, length) => {
      expect(readEvents(text).isWhole).toBe(/^event: ?waiteventcomplete/imu.test(text));
      expect(readEvents(body.slice(0, length)).isWhole).toBe(false);
    }),
  );
});

test('an answer of 20,000 events that nobody asked for leaves nothing behind', () => {
  const rest = 'Event: RTCPSent\r\nPrivilege: reporting,all\r\nFrom: 192.0.2.1:4000\r\nTo: 192.0.2.9:5000\r\n\r\n';
  const { legs, states, isWhole } = readEvents(`${rest.repeat(20_000)}Event: WaitEventComplete\r\n\r\n`);
  expect({ legs, states, isWhole }).toEqual({ legs: [], states: [], isWhole: true });
});
