import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listItems, parseAmi } from '../../../src/drivers/asterisk/ami-message.ts';
import { Failure } from '../../../src/transport/failure.ts';

const contactList = [
  'Response: Success\r\nEventList: start\r\nMessage: A listing of Contacts follows\r\n\r\n',
  'Event: ContactList\r\nObjectName: 1001;@0f\r\nUri: sip:1001@192.0.2.21:5060;transport=tcp\r\nPath: \r\n\r\n',
  'Event: ContactList\r\nObjectName: Zoë "front: desk"\r\n\r\n',
  'Event: ContactListComplete\r\nEventList: Complete\r\nListItems: 2\r\n\r\n',
];

describe('framing', () => {
  test('a message is lines up to an empty one; values keep colons, quotes, UTF-8 and may be empty', () => {
    const answer = parseAmi(contactList.join(''));
    expect(answer.response.get('response')).toBe('Success');
    const [first, second] = listItems(answer, 'ContactList');
    expect(first?.get('uri')).toBe('sip:1001@192.0.2.21:5060;transport=tcp');
    expect(first?.get('path')).toBe('');
    expect(second?.get('objectname')).toBe('Zoë "front: desk"');
  });

  test('names of fields are read in any case, a repeated one keeps all its values, unknown ones do no harm', () => {
    const { response } = parseAmi('RESPONSE: Success\r\nOutput: first\r\noutput: second\r\nno colon here\r\n\r\n');
    expect(response.get('response')).toBe('Success');
    expect([response.get('output'), response.all('output'), response.all('missing')]).toEqual([
      'first',
      ['first', 'second'],
      [],
    ]);
    expect(response.get('no colon here')).toBeUndefined();
  });

  test('a blank at the end of a value stays, the one behind the colon goes', () => {
    expect(parseAmi('Response: Success\r\nName:  two \r\n\r\n').response.get('name')).toBe(' two ');
  });

  test('two empty lines between messages are one', () => {
    expect(parseAmi('Response: Error\r\nMessage: No endpoints found\n\r\n\r\n').response.get('message')).toBe(
      'No endpoints found',
    );
  });

  test('events with passwords are dropped before anything can keep them', () => {
    const body =
      'Response: Success\r\n\r\nEvent: AuthDetail\r\nPassword: hunter2\r\n\r\nEvent: Other\r\nUsername: u\r\n\r\n';
    const { events } = parseAmi(body);
    expect(events.map((event) => event.get('event'))).toEqual(['Other']);
  });

  test.each([
    ['', /empty/],
    ['\r\n\r\n', /empty/],
    ['<html><body>Login</body></html>', /web page/],
    ['{"response":"Success"}', /not an AMI response/],
    ['Event: ContactList\r\n\r\n', /not an AMI response/],
  ])('%j is no AMI answer', (body, message) => {
    expect(() => parseAmi(body)).toThrow(message);
  });
});

describe('completeness of a list', () => {
  test('a list without its end was cut off', () => {
    const answer = parseAmi(contactList.slice(0, 3).join(''));
    expect(() => listItems(answer, 'ContactList')).toThrow(/cut off/);
  });

  test.each(['0', '1', '3', '-2', 'many'])('a list of two that announces %s is not believed', (announced) => {
    const answer = parseAmi(contactList.join('').replace('ListItems: 2', `ListItems: ${announced}`));
    expect(() => listItems(answer, 'ContactList')).toThrow(Failure);
  });
});

/** Text that a value can contain: anything except line breaks. */
const value = fc
  .string({ unit: 'binary' })
  .map((text) => text.replaceAll(/[\r\n]/g, ''))
  .filter((text) => !text.startsWith(' '));

describe('for any input', () => {
  test('parsing gives an answer or a Failure of reason protocol, and nothing else', () => {
    const pieces = fc.constantFrom(
      'Response: Success',
      'Event: ',
      ': ',
      '\r\n',
      '\n',
      '\r\n\r\n',
      'EventList: Complete',
    );
    const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (body) => {
        expect(['number', 'protocol']).toContain(kindOf(itemsOrFailure(body)));
      }),
      { numRuns: 500 },
    );
  });

  test('whatever stands in a value comes out of it, in the right item', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (values) => {
        const items = values.map((text) => `Event: Row\r\nName: ${text}\r\n\r\n`).join('');
        const end = `Event: RowsComplete\r\nEventList: Complete\r\nListItems: ${values.length}\r\n\r\n`;
        const answer = parseAmi(`Response: Success\r\n\r\n${items}${end}`);
        expect(listItems(answer, 'Row').map((row) => row.get('name'))).toEqual(values);
      }),
    );
  });

  test('a list cut at any place is whole or refused, never shortened', () => {
    const whole = contactList.join('');
    for (let length = 0; length < whole.length; length += 1) {
      expect([2, 'protocol']).toContain(itemsOrFailure(whole.slice(0, length)));
    }
    expect(itemsOrFailure(whole.slice(0, contactList.slice(0, 3).join('').length))).toBe('protocol');
  });
});

function itemsOrFailure(body: string): number | string {
  try {
    return listItems(parseAmi(body), 'ContactList').length;
  } catch (thrown) {
    return thrown instanceof Failure ? thrown.reason : 'not a Failure';
  }
}

function kindOf(outcome: number | string): string {
  return typeof outcome === 'number' ? 'number' : outcome;
}
