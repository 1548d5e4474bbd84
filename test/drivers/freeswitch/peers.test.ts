import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peerId, peersFrom, readContacts } from '../../../src/drivers/freeswitch/peers.ts';
import { readUsers } from '../../../src/drivers/freeswitch/collect-peers.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import type { PeerState } from '../../../src/snapshot/reading.ts';
import { Failure } from '../../../src/transport/failure.ts';

const head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n';
const tail = '  </registrations>\n</profile>\n';

function rowOf(user: string, ping: string, time: string): string {
  return [
    '    <registration>',
    '        <call-id>x</call-id>',
    `        <user>${user}</user>`,
    '        <contact>&lt;sip:x&gt;</contact>',
    `        <ping-status>${ping}</ping-status>`,
    `        <ping-time>${time}</ping-time>`,
    '    </registration>\n',
  ].join('\n');
}

const read = (body: string, skipped = new SkipCounter()) => readContacts(`${head}${body}${tail}`, undefined, skipped);

describe('ping-status and ping-time', () => {
  test.each([
    ['Reachable', '252.34', 'reachable', 252_340],
    ['Reachable', '0.01', 'reachable', 10],
    ['Reachable', '4999.99', 'reachable', 4_999_990],
    ['Reachable', '5000.00', 'reachable', undefined],
    ['Reachable', '32000.53', 'reachable', undefined],
    ['Reachable', '0.00', 'reachable', undefined],
    ['Reachable', '', 'reachable', undefined],
    ['Reachable', '-1', 'reachable', undefined],
    ['Reachable', 'nan', 'reachable', undefined],
    ['Unreachable', '32000.53', 'unreachable', undefined],
    ['Unreachable', '4.53', 'unreachable', undefined],
    ['', '4.53', 'unknown', undefined],
    ['Dozing', '4.53', 'unknown', undefined],
  ])('%s %s is %s, %s µs', (ping, time, state, roundtripMicroseconds) => {
    const [contact] = read(rowOf('1@x', ping, time));
    expect(contact).toEqual({
      id: '1@x',
      state,
      ...(roundtripMicroseconds === undefined ? {} : { roundtripMicroseconds }),
      device: { userAgent: '', transport: '' },
    });
  });

  test('a word that nobody knows is counted', () => {
    const skipped = new SkipCounter();
    read(rowOf('1@x', 'Dozing', '1'), skipped);
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
  });
});

describe('several devices', () => {
  const merged = (...contacts: readonly (readonly [PeerState, number?])[]) =>
    peersFrom(
      contacts.map(([state, roundtripMicroseconds]) => ({
        id: '1',
        state,
        ...(roundtripMicroseconds === undefined ? {} : { roundtripMicroseconds }),
        device: { userAgent: 'ExamplePhone/4.2', transport: 'udp' },
      })),
    );

  test.each([
    [
      [['unreachable'], ['reachable', 9], ['reachable', 5], ['reachable']],
      { state: 'reachable', registered: true, contacts: 4, roundtripMicroseconds: 5 },
    ],
    [[['unreachable'], ['unknown']], { state: 'unknown', contacts: 2 }],
    [[['unreachable'], ['unreachable']], { state: 'unreachable', registered: true, contacts: 2 }],
  ] as const)('%j', (contacts, expected) => {
    expect(merged(...contacts)).toMatchObject([{ id: '1', ...expected }]);
    expect(merged(...contacts)[0]?.devices).toHaveLength(contacts.length);
  });
});

test.each([
  ['Registered(UDP)(unknown) exp(2026-11-28 00:18:29) expsecs(3618)', 'ExamplePhone/4.2', 'ExamplePhone/4.2', 'udp'],
  ['Registered(WSS-NAT)(unknown)', 'A &amp; B &lt;1.0&gt;', 'A & B <1.0>', 'wss'],
  ['Registered(TLS-NAT)', '&amp;lt;', '&lt;', 'tls'],
  ['Something else', '', '', ''],
])('a device: %s', (status, agent, userAgent, transport) => {
  const more = `        <agent>${agent}</agent>\n        <status>${status}</status>\n        <ping-status>`;
  const [contact] = read(rowOf('1@x', 'Reachable', '1.00').replace('        <ping-status>', () => more));
  expect(contact?.device).toEqual({ userAgent, transport });
});

describe('the id of a phone', () => {
  test.each([
    ['1001@a.example.net', '1001@a.example.net'],
    ['1@Big.Example', '1@big.example'],
    ['Anna@Big.Example', 'Anna@big.example'],
    ['anna%20berg@x', 'anna berg@x'],
    ['50%@x', '50%@x'],
    ['a%00b@x', 'a%00b@x'],
    ['0815', '0815'],
    ['a@b@x', 'a@b@x'],
    ['30002@[2001:DB8::1]', '30002@[2001:db8::1]'],
    ['@x', ''],
    ['', ''],
  ])('%s is %s', (address, id) => expect(peerId(address, undefined)).toBe(id));

  test('within one domain it is the user alone, leading zeros kept', () => {
    expect(peerId('007@A.example', 'a.EXAMPLE')).toBe('007');
    expect(peerId('007@b.example', 'a.example')).toBeUndefined();
    expect(peerId('007', 'a.example')).toBeUndefined();
  });
});

describe('a list', () => {
  const whole = `${head}${rowOf('1@x', 'Reachable', '1.00')}${rowOf('2@x', 'Reachable', '2.00')}${tail}`;

  test('without phones is empty', () => {
    expect(read('')).toEqual([]);
  });

  test('that is cut anywhere is never taken for a shorter one', () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(() => readContacts(whole.slice(0, length), undefined, new SkipCounter())).toThrow(Failure);
  });

  test('loses nothing but the block that is broken', () => {
    const skipped = new SkipCounter();
    const broken = '    <registration>\n        <user>3@x</user>\n';
    expect(read(`${broken}${rowOf('1@x', 'Reachable', '1.00')}`, skipped).map(({ id }) => id)).toEqual(['1@x']);
    expect(read(rowOf('', 'Reachable', '1.00'), skipped)).toEqual([]);
    expect(skipped.counts()).toEqual({ malformed: 2 });
  });

  test('takes any name for what it is: no text in a row can make another one', () => {
    const word = fc.string({
      unit: fc.constantFrom('<', '>', '/', '&', '"', 'user', 'registration', 'a', ' ', 'ü', '%3C'),
    });
    fc.assert(
      fc.property(word, word, (name, callId) => {
        const body = rowOf(`x${name}@d`, 'Reachable', '1.00').replace('<call-id>x<', () => `<call-id>${callId}<`);
        expect(read(`${body}${rowOf('2@d', 'Unreachable', '1')}`).map(({ id }) => id)).toEqual([
          peerId(`x${name}@d`, undefined),
          '2@d',
        ]);
      }),
    );
  });

  test('that is anything else fails by name', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readContacts(text, undefined, new SkipCounter())).toThrow(Failure);
      }),
    );
  });
});

describe('list_users', () => {
  const text = [
    'userid|context|domain|group|contact|callgroup|effective_caller_id_name|effective_caller_id_number',
    '1001|default|A.example.net|default|error/user_not_registered|(null)|Anna Berg|(null)',
    '1001|default|a.example.net|sales|error/user_not_registered|(null)|Anna Berg|(null)',
    '1002|default|a.example.net|default|sofia/internal/sip:1002@192.0.2.21:57902|(null)|(null)|(null)',
    '1003|default|a.example.net|default|error/user_not_registered|(null)|a|b|(null)',
    '',
    '+OK\n',
  ].join('\n');
  const away = { state: 'unregistered', registered: false, contacts: 0 } as const;

  test('names everybody once, and leaves out rows that cannot be taken apart', () => {
    const skipped = new SkipCounter();
    expect(readUsers(text, undefined, skipped)).toEqual([
      { id: '1001@a.example.net', name: 'Anna Berg', ...away },
      { id: '1002@a.example.net', ...away },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 1 });
  });

  test('is empty where the directory is not in files, and failed where it is cut', () => {
    expect(readUsers('\n+OK\n', undefined, new SkipCounter())).toEqual([]);
    expect(() => readUsers(text.slice(0, -2), undefined, new SkipCounter())).toThrow(Failure);
  });
});
