import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statusFailure } from '../../src/drivers/kit/answers.ts';
import { families } from '../../src/drivers/index.ts';
import { type AllowedRequests, allowedMethod, compileAllowed, exactQueryWord } from '../../src/transport/allowed.ts';
import { checkHeaders, readCookies } from '../../src/transport/headers.ts';
import { Failure } from '../../src/transport/failure.ts';
import type { ApiRequest } from '../../src/transport/request.ts';
import { translateError } from '../../src/transport/translate.ts';

const anyText = fc.oneof(
  fc.constantFrom('.', '..', '%2e%2e', '..%2f', 'a\\..\\..'),

  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', ';', ' ', '"', 'a', '\n') }),
);

describe('cookies', () => {
  test('any header is read without an error, and nothing but its first pair comes out', () => {
    fc.assert(
      fc.property(fc.array(anyText), (headers) => {
        for (const [name, value] of readCookies(headers)) {
          expect(name).not.toMatch(/[=;]/);
          expect(value).not.toContain(';');
          expect(headers.some((header) => header.includes(name) && header.includes(value))).toBe(true);
        }
      }),
    );
  });

  test('what was set is what is read; the last of one name counts', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(token, token)), (pairs) => {
        const cookies = readCookies(pairs.map(([name, value]) => `${name}=${value}; Path=/; HttpOnly`));
        expect(new Map(cookies)).toEqual(new Map(pairs));
      }),
    );
  });
});

describe('the list of requests', () => {
  const list = families.flatMap((family) => family.requests.map((request) => [family.name, request] as const));

  test.each(list)(
    '%s %o: a value from an answer cannot lead to another path',
    (_family, { call, path, fields = {}, exactQuery }) => {
      const query = exactQuery === undefined ? {} : { exactQuery: exactQuery.replaceAll(/\{[a-z_]+\}/g, 'x') };
      const allowed = compileAllowed([{ call, method: 'GET', path, fields, ...query }]);
      fc.assert(
        fc.property(anyText, (value) => {
          const body = { kind: 'form', fields } as const;
          const asked = (text: string): string => path.replaceAll(/\{[a-z_]+\}/g, () => text);
          expect(new URL(`http://192.0.2.1${asked('x')}`).pathname).toBe(asked('x'));
          const sent = isAllowed(allowed, { call, path: asked(value), body, ...query }) ? asked(value) : asked('x');
          expect(new URL(sent, 'http://192.0.2.1').pathname).toBe(sent);
          expect(sent.split('/')).toHaveLength(path.split('/').length);
        }),
        { numRuns: 50 },
      );
    },
  );

  test.each(['.', '..', '%2e%2e', '%2E.', 'a\\..\\b', '\\', 'a\tb', 'a b', ''])('the value %j is refused', (value) => {
    const allowed = compileAllowed([{ call: 'peer', method: 'GET', path: '/api/peers/{id}/state' }]);
    expect(isAllowed(allowed, { call: 'peer', path: `/api/peers/${value}/state` })).toBe(false);
  });

  test.each(['100', 'a%20b', '%2Fetc', 'PJSIP%2F100', '...', 'x.y', "o'neill", 'a:b@c'])(
    'the value %j is sent',
    (value) => {
      const allowed = compileAllowed([{ call: 'peer', method: 'GET', path: '/api/peers/{id}/state' }]);
      expect(isAllowed(allowed, { call: 'peer', path: `/api/peers/${value}/state` })).toBe(true);
    },
  );

  describe('where the query is the command', () => {
    const allowed = compileAllowed([
      { call: 'list', method: 'GET', path: '/sofia', exactQuery: 'xmlstatus%20profile%20{name}%20reg' },
      { call: 'status', method: 'GET', path: '/status', exactQuery: '' },
      { call: 'plain', method: 'GET', path: '/plain' },
    ]);
    const list = (exactQuery: string): boolean => isAllowed(allowed, { call: 'list', path: '/sofia', exactQuery });
    const anyCommand = fc.oneof(
      anyText,
      fc.string({ unit: fc.constantFrom('%20', '%27', '%0A', '%5C', '+', '&', '#', '?', 'a', 'stop', "'", ' ') }),
    );

    test('any name is refused, or is one word of the command whose rest stands as it is', () => {
      fc.assert(
        fc.property(anyCommand, (name) => {
          const word = exactQueryWord(name);
          if (word === undefined) return;
          expect(list(`xmlstatus%20profile%20${word}%20reg`)).toBe(true);
          const sent = decodeURIComponent(new URL(`?xmlstatus%20profile%20${word}%20reg`, 'http://192.0.2.1').search);
          expect(/^\?xmlstatus profile (?:'([^'\\]+)'|([\w.-]+)) reg$/s.exec(sent)?.slice(1)).toContain(name);
          expect(sent).not.toMatch(/\p{Cc}/u);
        }),
        { numRuns: 500 },
      );
    });

    test('any other query is refused, whatever stands in the hole', () => {
      fc.assert(
        fc.property(anyCommand, (text) => {
          if (!list(`xmlstatus%20profile%20${text}%20reg`)) return;
          expect(text).toMatch(/^(?:[\w.-]+|%27(?:[\w.~-]|%[2-9A-F][\dA-F])+%27)$/);
        }),
        { numRuns: 500 },
      );
    });

    test.each([
      'profile%20internal%20stop',
      'xmlstatus%20profile%20a%20stop%20reg',
      'xmlstatus%20profile%20a+b%20reg',
      'xmlstatus%20profile%20a%20reg&x=1',
      'xmlstatus%20profile%20a%20reg%0Astop',
      'xmlstatus%20profile%20%27a%27%20stop%27%20reg',
      'xmlstatus%20profile%20%27a%5C%27%20reg',
      'xmlstatus%20profile%20%20reg',
      '',
    ])('%j', (exactQuery) => expect(list(exactQuery)).toBe(false));

    test('parameters beside it, and a query where there must be none, are refused', () => {
      const exactQuery = 'xmlstatus%20profile%20a%20reg';
      expect(isAllowed(allowed, { call: 'list', path: '/sofia', exactQuery })).toBe(true);
      expect(isAllowed(allowed, { call: 'list', path: '/sofia', exactQuery, query: { a: 'b' } })).toBe(false);
      expect(isAllowed(allowed, { call: 'list', path: '/sofia' })).toBe(false);
      expect(isAllowed(allowed, { call: 'status', path: '/status' })).toBe(true);
      expect(isAllowed(allowed, { call: 'status', path: '/status', query: { stop: '' } })).toBe(false);
      expect(isAllowed(allowed, { call: 'status', path: '/status', exactQuery: 'stop' })).toBe(false);
      expect(isAllowed(allowed, { call: 'plain', path: '/plain', exactQuery: 'stop' })).toBe(false);
    });
  });

  test('the list of a family is compiled once, however many PBXs it has', () => {
    for (const { requests } of families) expect(compileAllowed(requests)).toBe(compileAllowed(requests));
  });

  test('anything that no list names is refused, whatever its name', () => {
    const allowed = compileAllowed(families.flatMap(({ requests }) => [...requests]));
    const names = new Set(families.flatMap(({ requests }) => requests.map(({ call }) => call)));
    fc.assert(
      fc.property(anyText, anyText, (call, path) => {
        fc.pre(!names.has(call));
        expect(() => allowedMethod(allowed, { call, path })).toThrow(Failure);
      }),
    );
  });
});

describe('Retry-After', () => {
  const answer = (headers: Record<string, string>) => ({
    status: 429,
    headers,
    cookies: new Map<string, string>(),
    body: '',
  });

  test('any text gives a whole number of milliseconds from 0 up, or nothing', () => {
    fc.assert(
      fc.property(anyText, anyText, (value, date) => {
        const failure = statusFailure(answer({ 'retry-after': value, date }));
        expect(failure?.reason).toBe('rate_limited');
        const wait = failure?.retryAfterMs ?? 0;
        expect(Number.isFinite(wait) && wait >= 0).toBe(true);
      }),
    );
  });

  test('seconds and dates say the same, a day at most', () => {
    const start = Date.UTC(2026, 0, 1);
    const dayMs = 24 * 60 * 60_000;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        const until = new Date(start + seconds * 1000).toUTCString();
        const date = new Date(start).toUTCString();
        const wait = Math.min(seconds * 1000, dayMs);
        expect(statusFailure(answer({ 'retry-after': String(seconds) }))?.retryAfterMs).toBe(wait);
        expect(statusFailure(answer({ 'retry-after': until, date }))?.retryAfterMs).toBe(wait);
      }),
    );
  });
});

const phases = ['waiting', 'resolving', 'connecting', 'handshake', 'asking', 'reading'] as const;

test('whatever an HTTP client throws becomes a failure that quotes nothing of it', () => {
  const planted = 'planted-secret';
  fc.assert(
    fc.property(fc.anything(), fc.string(), fc.constantFrom(...phases), (thrown, code, phase) => {
      const errors = [thrown, Object.assign(new Error(`https://192.0.2.1/?token=${planted}`), { code, cause: thrown })];
      for (const error of errors) {
        const failure = translateError(error, { phase, port: '5038' });
        expect(failure).toBeInstanceOf(Failure);
        expect(failure.message).not.toContain(planted);
      }
    }),
  );
});

test('headers are taken exactly when HTTP can carry them', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const sendable = /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value);
      expect(messageOf(() => checkHeaders({ authorization: value }))).toBe(
        sendable ? '' : 'the PBX returned a session that cannot be sent in a header (authorization)',
      );
    }),
  );
});

/** Returns the message of a failed check; empty if it succeeds. */
function messageOf(check: () => void): string {
  try {
    check();
    return '';
  } catch (thrown) {
    return thrown instanceof Failure ? thrown.message : 'not a failure';
  }
}

function isAllowed(allowed: AllowedRequests, request: ApiRequest): boolean {
  return messageOf(() => void allowedMethod(allowed, request)) === '';
}
