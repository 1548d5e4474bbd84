import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { csvColumns, recordCsv } from '../../src/server/record-csv.ts';
import { pbxCsvRoute } from '../../src/server/status-page.ts';
import { shownParts, type StatusTarget } from '../../src/server/pages/view.ts';
import { serveRoutes } from '../support/web-bench.ts';
import { monotonic, peer, silent, target, trunk, view, wall } from './pages/status-targets.ts';

function csv({ identity, record }: StatusTarget, at = target('x', { identity, record })): string {
  return recordCsv({ identity, record, parts: shownParts(at, view), hashName: view.hashName, now: view });
}
const lines = (of: StatusTarget): readonly string[] => csv(of).trimEnd().split('\r\n');
const cell = (of: StatusTarget, row: number, column: (typeof csvColumns)[number]): string =>
  lines(of)[row]?.split(',')[csvColumns.indexOf(column)] ?? '';

const hq = target('hq', {
  retained: {
    trunks: [
      trunk('1', 'rejected', {
        name: 'Telvia, main',
        kind: 'register',
        host: 'sip.example.org',
        rawState: '403',
        registered: false,
      }),
    ],
    peers: [
      peer('0100', 'reachable', {
        name: 'Anna "A" Abel',
        roundtripMicroseconds: 0,
        contacts: 2,
        registered: true,
        inCall: true,
      }),
      peer('101', 'unknown'),
    ],
    queues: [{ id: 'sales', waitingCallers: 0, agents: { available: 1, paused: 2 } }],
  },
});

describe('the lists of a PBX as CSV', () => {
  test('have a row each, with what the PBX tells and nothing else', () => {
    expect(csv(hq)).toBe(
      [
        'pbx,kind,id,name,state,raw_state,host,trunk_kind,roundtrip_microseconds,contacts,registered,in_call,waiting_callers,agents,read_at',
        'hq,trunk,1,"Telvia, main",rejected,403,sip.example.org,register,,,no,,,,2026-03-14T03:07:04.000Z',
        'hq,peer,0100,"Anna ""A"" Abel",reachable,,,,0,2,yes,yes,,,2026-03-14T03:07:04.000Z',
        'hq,peer,101,,unknown,,,,,,,,,,2026-03-14T03:07:04.000Z',
        'hq,queue,sales,,,,,,,,,,0,"1 available, 2 paused",2026-03-14T03:07:04.000Z',
        '',
      ].join('\r\n'),
    );
  });

  test('say what was not read, and hold nothing that is too old', () => {
    expect(lines(silent).slice(1)).toEqual([
      'münchen-lager,collector,peers,,failed,timeout,,,,,,,,,',
      'münchen-lager,collector,trunks,,failed,timeout,,,,,,,,,',
    ]);
  });

  test('tell of each row when it was read', () => {
    const peers = { value: [peer('1'), peer('2')], readAt: monotonic, carried: new Map([['2', monotonic - 60_000]]) };
    const of = target('c', { record: { retained: { peers } } });
    expect([1, 2].map((row) => cell(of, row, 'read_at'))).toEqual([
      '2026-03-14T03:07:09.000Z',
      '2026-03-14T03:06:09.000Z',
    ]);
  });

  test.each([
    ['plain', 'Anna Abel'],
    ['hash', view.hashName('Anna Abel', 'p') ?? ''],
    ['none', ''],
  ] as const)('keep to peers.names: %s', (peerNames, shown) => {
    const of = target('p', {
      identity: { peerNames },
      retained: { peers: [peer('1', 'reachable', { name: 'Anna Abel' })] },
    });
    expect(cell(of, 1, 'name')).toBe(shown);
  });

  test.each(['=1+1', '+49301234', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('%j begins no formula', (text) => {
    const of = target('f', { retained: { peers: [peer(text, 'reachable', { name: text })] } });
    expect(csv(of)).toMatch(/peer,"?'[^,]*,"?'/u);
  });

  test('whatever a PBX says, no cell begins like a formula and every row has all cells', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('=', '+', '-', '@', '"', ',', '\r\n=1', '"=1'),
    );
    fc.assert(
      fc.property(text, text, text, (id, name, host) => {
        const of = target('f', {
          retained: { trunks: [trunk(id, 'registered', { name, host, rawState: name, kind: host })] },
        });
        const cells = parse(csv(of));
        expect(cells.map(({ length }) => length)).toEqual([csvColumns.length, csvColumns.length]);
        expect(cells.flat().filter((one) => /^[=+\-@\t\r]/u.test(one))).toEqual([]);
        expect(cells[1]?.[2]?.replace(/^'/u, '')).toBe(id.replace(/^'/u, ''));
      }),
      { numRuns: 200 },
    );
  });
});

describe('/pbx.csv', () => {
  const clock: Clock = {
    wallTime: () => wall,
    monotonicTime: () => monotonic,
    after: () => ({ stop: () => undefined }),
  };
  const odd = target(`a"b;'(ü)`, { retained: { peers: [peer('1')] } });
  const fleet = { targets: [odd], get: (name: string) => (name === odd.identity.name ? odd : undefined) };
  const setup = { fleet: () => fleet, clock, version: '1', hashName: view.hashName };

  test('is a file for a spreadsheet, named after the PBX', async () => {
    const base = await serveRoutes([pbxCsvRoute(setup)]);
    const answer = await fetch(`${base}/pbx.csv?${new URLSearchParams({ target: odd.identity.name }).toString()}`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%22b%3B%27%28%C3%BC%29.csv");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(Array.from(bytes.subarray(0, 3))).toEqual([0xef, 0xbb, 0xbf]);
    expect((await fetch(`${base}/pbx.csv?target=nobody`)).status).toBe(404);
  });
});

/** Parses a CSV text strictly by RFC 4180. */
function parse(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gu)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
