import { describe, expect, test } from 'vitest';
import { allQualified } from '../../../../src/drivers/asterisk/first-qualify.ts';
import type { Contact, Registration } from '../../../../src/drivers/asterisk/pjsip/lists.ts';
import type { Inventory, KnownEndpoint, TrunkEntry } from '../../../../src/drivers/asterisk/pjsip/phones-and-trunks.ts';
import type { StateEvent } from '../../../../src/drivers/asterisk/quality/events.ts';
import { replayStates } from '../../../../src/drivers/asterisk/quality/replay-states.ts';

const [desk, mobile] = ['sip:1001@192.0.2.21:5060', 'sip:1001@192.0.2.22:5060'];
const provider = 'sip:192.0.2.50';

function contact(endpoint: string, uri: string, changes: Partial<Contact> = {}): Contact {
  const facts = { endpoint, key: `${endpoint}/${uri}`, uri, userAgent: '', registered: true, qualifyFrequency: 60 };
  return { ...facts, status: 'Reachable', ...changes };
}

function endpoint(name: string, changes: Partial<KnownEndpoint> = {}): KnownEndpoint {
  const facts = { name, aors: [name], contacts: [], deviceState: 'Not in use', activeChannels: 0 };
  return { ...facts, known: [], unread: [], ...changes };
}

function registration(name: string, changes: Partial<Registration> = {}): Registration {
  return {
    name,
    status: 'Registered',
    clientUri: 'sip:us@sip.example.org',
    serverUri: 'sip:sip.example.org',
    ...changes,
  };
}

function lists(phones: readonly KnownEndpoint[], trunks: readonly TrunkEntry[] = []): Inventory {
  return { phones, trunks, leftOut: [] };
}

function about(name: string, uri: string, status: string): StateEvent {
  return { kind: 'contact', endpoint: name, key: `${name}/${uri}`, uri, status };
}

function registry(
  status: string,
  changes: { readonly clientUri?: string; readonly serverUri?: string } = {},
): StateEvent {
  const { clientUri = 'sip:us@sip.example.org', serverUri = 'sip:sip.example.org' } = changes;
  return { kind: 'registration', clientUri, serverUri, status };
}

function replay(before: Inventory, ...events: readonly StateEvent[]) {
  const { phones, trunks } = replayStates(before, events, allQualified);
  return { phones: Object.fromEntries(phones), trunks: Object.fromEntries(trunks) };
}

describe('a phone', () => {
  const one = endpoint('1001', { known: [contact('1001', desk)] });
  const two = endpoint('1001', { known: [contact('1001', desk), contact('1001', mobile)] });

  test.each([
    ['Unreachable', 'unreachable'],
    ['Removed', 'unregistered'],
    ['removed', 'unregistered'],
    ['NonQualified', 'reachable'],
    ['Odd word', 'unknown'],
  ])('%s: %s', (status, state) => {
    expect(replay(lists([one]), about('1001', desk, status)).phones).toEqual({ 1001: [state] });
  });

  test('goes through one state after the other', () => {
    const events = ['Unreachable', 'Removed', 'NonQualified', 'Reachable'].map((word) => about('1001', desk, word));
    const states = ['unreachable', 'unregistered', 'reachable', 'reachable'];
    expect(replay(lists([one]), ...events).phones).toEqual({ 1001: states });
  });

  test('of two devices is away when both are, in whatever order', () => {
    const events = [about('1001', mobile, 'Unreachable'), about('1001', desk, 'Removed')];
    const back = about('1001', desk, 'NonQualified');
    expect(replay(lists([two]), ...events, back).phones).toEqual({ 1001: ['reachable', 'unreachable', 'reachable'] });
  });

  test('keeps what the list told of a contact that an event names', () => {
    const slow = { mayBeUnqualified: (seconds: number) => seconds === 60, before: () => undefined };
    const states = (uri: string) =>
      replayStates(lists([one]), [about('1001', desk, 'Unreachable'), about('1001', uri, 'NonQualified')], slow).phones;
    // The frequency shows that this contact was not checked since the start. That of the other contact is unknown.
    expect(states(desk).get('1001')).toEqual(['unreachable', 'unknown']);
    expect(states(mobile).get('1001')).toEqual(['unreachable', 'reachable']);
  });

  test('has a state of its own once the contact that was not read has told one', () => {
    const unread = endpoint('1001', { unread: [`1001/${desk}`, `1001/${mobile}`], deviceState: 'Not in use' });
    const events = [about('1001', desk, 'Unreachable'), about('1001', mobile, 'Unreachable')];
    expect(replay(lists([unread]), ...events).phones).toEqual({ 1001: ['reachable', 'unreachable'] });
    const single = endpoint('1001', { unread: [`1001/${desk}`] });
    expect(replay(lists([single]), about('1001', desk, 'Unreachable')).phones).toEqual({ 1001: ['unreachable'] });
    expect(replay(lists([unread]), about('1001', desk, 'Removed'), about('1001', mobile, 'Removed')).phones).toEqual({
      1001: ['reachable', 'unregistered'],
    });
  });

  test('that flaps all the time is remembered up to a bound', () => {
    const flaps = Array.from({ length: 150 }, (_, index) =>
      about('1001', desk, index % 2 ? 'Reachable' : 'Unreachable'),
    );
    expect(replay(lists([one]), ...flaps).phones['1001']).toHaveLength(100);
  });

  test('that the lists do not have is left alone', () => {
    expect(replay(lists([one]), about('1002', desk, 'Unreachable'))).toEqual({ phones: {}, trunks: {} });
  });
});

describe('a trunk', () => {
  const fixed = endpoint('carrier', { known: [contact('carrier', provider, { registered: false })] });
  const silent = about('carrier', provider, 'Unreachable');

  test('by its endpoint, whatever its own name', () => {
    const trunk = { name: 'main line', registrations: [], endpoint: fixed };
    const both = lists([endpoint('1001')], [{ name: 'other', registrations: [] }, trunk]);
    expect(replay(both, silent, about('carrier', provider, 'Reachable'))).toEqual({
      phones: {},
      trunks: { 'main line': ['unreachable', 'reachable'] },
    });
  });

  test('a contact that comes to it is one that registered', () => {
    const trunk = { name: 'carrier', registrations: [], endpoint: endpoint('carrier') };
    const events = [about('carrier', provider, 'Unreachable'), about('carrier', provider, 'Removed')];
    expect(replay(lists([], [trunk]), ...events).trunks).toEqual({ carrier: ['unreachable', 'unregistered'] });
  });

  test('by its registration, whose endpoint keeps its own state', () => {
    const trunk = { name: 'carrier', registrations: [registration('carrier')], endpoint: fixed };
    const events = [registry('Rejected'), silent, registry('Registered'), about('carrier', provider, 'Reachable')];
    const states = ['rejected', 'rejected', 'unreachable', 'registered'];
    expect(replay(lists([], [trunk]), ...events).trunks).toEqual({ carrier: states });
  });

  test('with several registrations is as its worst one', () => {
    const other = { clientUri: 'sip:them@sip.example.org' };
    const trunk = { name: 'carrier', registrations: [registration('a'), registration('b', other)] };
    const events = [registry('Rejected', other), registry('Unregistered'), registry('Registered', other)];
    const states = ['rejected', 'rejected', 'unregistered'];
    expect(replay(lists([], [trunk]), ...events).trunks).toEqual({ carrier: states });
  });

  test.each([
    ['another account', { clientUri: 'sip:them@sip.example.org' }],
    ['another server', { serverUri: 'sip:other.example.org' }],
  ])('%s is another registration', (_what, changes) => {
    const trunk = { name: 'carrier', registrations: [registration('carrier')] };
    expect(replay(lists([], [trunk]), registry('Rejected', changes)).trunks).toEqual({});
  });

  test('of two registrations on one account, which of them it was is not guessed', () => {
    const trunks = ['a', 'b'].map((name) => ({ name, registrations: [registration(name)] }));
    expect(replay(lists([], trunks), registry('Rejected')).trunks).toEqual({});
  });
});
