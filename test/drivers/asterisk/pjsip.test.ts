import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAmi } from '../../../src/drivers/asterisk/ami-message.ts';
import {
  readEndpointContacts,
  readEndpoints,
  readRegisteredContacts,
  readRegistrations,
} from '../../../src/drivers/asterisk/pjsip/lists.ts';
import { Failure } from '../../../src/transport/failure.ts';

function list(event: string, items: readonly Readonly<Record<string, string>>[]): string {
  const rows = items.map((item) => lines({ Event: event, ...item })).join('');
  return `Response: Success\r\nEventList: start\r\n\r\n${rows}${lines({
    Event: `${event}Complete`,
    EventList: 'Complete',
    ListItems: String(items.filter((item) => event !== 'OutboundRegistrationDetail' || 'Status' in item).length),
  })}`;
}

function lines(fields: Readonly<Record<string, string>>): string {
  const text = Object.entries(fields).map(([key, value]) => `${key}: ${value}\r\n`);
  return `${text.join('')}\r\n`;
}

describe('PJSIPShowEndpoints', () => {
  const contactsOf = (Contacts: string) =>
    readEndpoints(parseAmi(list('EndpointList', [{ ObjectName: '1001', Contacts }])))[0]?.contacts;

  test.each([
    ['', []],
    ['1001/sip:1001@192.0.2.21:5060,', ['1001/sip:1001@192.0.2.21:5060']],
    [
      '1001/sip:1001@192.0.2.21:5060;transport=tcp,1001/sip:1001@192.0.2.22:5062,',
      ['1001/sip:1001@192.0.2.21:5060;transport=tcp', '1001/sip:1001@192.0.2.22:5062'],
    ],
    ['a/sip:x@192.0.2.1;info=a,b/sips:y@192.0.2.2,', ['a/sip:x@192.0.2.1;info=a', 'b/sips:y@192.0.2.2']],
    ['a/sip:x@192.0.2.1;info=1,2,', ['a/sip:x@192.0.2.1;info=1,2']],
  ])('splits %j at its commas, the last one closes the list', (text, contacts) => {
    expect(contactsOf(text)).toEqual(contacts);
  });

  test('no endpoint is an error on the wire and an empty list here', () => {
    expect(readEndpoints(parseAmi('Response: Error\r\nMessage: No endpoints found\n\r\n\r\n'))).toEqual([]);
  });
});

describe('contact statuses', () => {
  test.each([
    ['23817', 23_817],
    ['0', 0],
    ['N/A', undefined],
    ['', undefined],
    ['nan', undefined],
    ['-nan', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['9'.repeat(20), undefined],
  ])('a roundtrip of %j µs is %j', (RoundtripUsec, expected) => {
    const [contact] = readRegisteredContacts(parseAmi(list('ContactStatusDetail', [{ AOR: '1', RoundtripUsec }])));
    expect(contact?.roundtripMicroseconds).toBe(expected);
  });

  test('of one endpoint: a static contact has the frequency of its AOR', () => {
    const body = [
      'Response: Success\r\nEventList: start\r\n\r\n',
      lines({ Event: 'AorDetail', ObjectName: 'line', QualifyFrequency: '30' }),
      lines({ Event: 'ContactStatusDetail', AOR: 'line', URI: 'sip:192.0.2.1', RegExpire: '0', QualifyFrequency: '0' }),
      lines({ Event: 'EndpointDetailComplete', EventList: 'Complete', ListItems: '2' }),
    ].join('');
    expect(readEndpointContacts(parseAmi(body))).toMatchObject([
      { key: 'line/sip:192.0.2.1', registered: false, qualifyFrequency: 30 },
    ]);
  });

  test('of one endpoint: an answer without its end was cut off', () => {
    const body = `Response: Success\r\nEventList: start\r\n\r\n${lines({ Event: 'AorDetail', ObjectName: 'line' })}`;
    expect(() => readEndpointContacts(parseAmi(body))).toThrow(/cut off/);
  });
});

test('a registration without a state yet has none, and is in no count', () => {
  const rows = [
    { ObjectName: 'a', ServerUri: 'sip:example.net' },
    { ObjectName: 'b', ServerUri: 'sip:example.net', Status: 'Registered' },
  ];
  const body = list('OutboundRegistrationDetail', rows);
  expect(readRegistrations(parseAmi(body))).toEqual([
    { name: 'a', serverUri: 'sip:example.net' },
    { name: 'b', serverUri: 'sip:example.net', status: 'Registered' },
  ]);
  expect(() => readRegistrations(parseAmi(body.replace('ListItems: 1', 'ListItems: 2')))).toThrow(
    /1 items where 2 were announced/,
  );
});

test('for any input: as many rows as items, or a Failure', () => {
  const readers = [
    ['EndpointList', readEndpoints],
    ['ContactStatusDetail', readRegisteredContacts],
    ['OutboundRegistrationDetail', readRegistrations],
  ] as const;
  const keys = fc.constantFrom('ObjectName', 'Contacts', 'AOR', 'URI', 'Status', 'RoundtripUsec', 'DeviceState', 'Odd');
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\r\n]/g, ''));
  const rows = fc.array(fc.dictionary(keys, text), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...readers), rows, fc.nat(2000), ([event, read], items, cut) => {
      const body = list(event, items);
      expect(read(parseAmi(body))).toHaveLength(items.length);
      expect([items.length, 'protocol']).toContain(rowsOrFailure(() => read(parseAmi(body.slice(0, cut)))));
    }),
    { numRuns: 50 },
  );
});

function rowsOrFailure(read: () => readonly unknown[]): number | string {
  try {
    return read().length;
  } catch (thrown) {
    return thrown instanceof Failure ? thrown.reason : 'not a Failure';
  }
}
