import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from '../../../../src/drivers/asterisk/quality/events.ts';

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
