import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBulk } from '../../../src/drivers/portsip/bulk-states.ts';

const ids = ['904417235518029824', '904417235518029825'];
const [first = '', second = ''] = ids;

/** Returns the states without their devices. */
function bulk(answer: unknown) {
  return Object.fromEntries(
    [...readBulk(answer, ids)].map(([id, { devices: _left, ...status }]) => [id, status] as const),
  );
}

const online = { status: 'ONLINE', registration: [{}, {}] };
const offline = { status: 'OFFLINE', registration: [] };
const states = {
  [first]: { state: 'reachable', contacts: 2, inCall: false },
  [second]: { state: 'unregistered', contacts: 0, inCall: false },
};

/** PortSIP has not published the format of this response, so every plausible form is accepted. */
describe('states of many users at once', () => {
  const rows = [
    { id: first, ...online },
    { id: second, ...offline },
  ];
  const under = (id: string) => [
    { [id]: first, ...online },
    { [id]: second, ...offline },
  ];

  test.each<[string, unknown]>([
    ['a list', rows],
    ['items', { count: 2, items: rows }],
    ['users', { users: rows }],
    ['data', { data: rows }],
    ['statuses', { statuses: rows }],
    ['a list with user_id', under('user_id')],
    ['an object by id', { [first]: online, [second]: offline }],
    [
      'an object by id, the state in an object of its own',
      { [first]: { status: online }, [second]: { status: offline } },
    ],
    [
      'a list, the state in an object of its own',
      [
        { id: first, status: online },
        { id: second, status: offline },
      ],
    ],
  ])('as %s', (_name, answer) => {
    expect(bulk(answer)).toEqual(states);
  });

  test.each<[string, unknown]>([
    ['another user', [{ id: '1', ...online }]],
    ['nobody', [online]],
    ['a word that is not known', [{ id: first, status: 'TELEPATHIC', registration: [{}] }]],
    ['no state at all', { [first]: {} }],
    ['no object', { [first]: 'ONLINE' }],
    ['no list', { items: 'none' }],
    ['nothing', null],
  ])('%s is left to the question user by user', (_name, answer) => {
    expect(bulk(answer)).toEqual({});
  });

  test('of two entries for one user the first counts', () => {
    expect(
      bulk([
        { id: first, ...online },
        { id: first, ...offline },
      ]),
    ).toEqual({ [first]: states[first] });
  });
});

test('never a user that was not asked for, never a word that is not known', () => {
  const asked = ['1', '2', '3'];
  const entry = fc.record(
    { id: fc.constantFrom('1', '2', '9', 3, null), status: fc.constantFrom('ONLINE', 'OFFLINE', 'X', 1, null) },
    { requiredKeys: [] },
  );
  const shapes = fc.oneof(
    fc.anything(),
    fc.array(entry),
    fc.record({ items: fc.array(entry) }),
    fc.dictionary(fc.constantFrom('1', '9'), entry),
  );
  fc.assert(
    fc.property(shapes, (value) => {
      for (const [id, status] of readBulk(value, asked)) {
        expect(asked).toContain(id);
        expect(status.unknownState).toBeUndefined();
      }
    }),
  );
});
