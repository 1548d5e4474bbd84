import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Redaction } from '../../src/capture/redaction.ts';
import { createRecorder } from '../../src/capture/recorder.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { FakeTransport } from '../support/fake-pbx.ts';

/** Typical secrets of people and PBXs, long enough not to occur in a response by chance. */
const secret = fc
  .stringMatching(/^[A-Za-z0-9!$%&/+=~"'\\ _-]{8,40}$/)
  .filter((text) => text.trim() === text && !text.startsWith('redacted'));

const places = ['body', 'json', 'query', 'form', 'header', 'cookie', 'path', 'answer-header'] as const;

test('a secret of the configuration does not show up in a capture, wherever it travels', async () => {
  await fc.assert(
    fc.asyncProperty(secret, fc.subarray([...places], { minLength: 1 }), async (planted, where) => {
      const has = (place: (typeof places)[number]): string => (where.includes(place) ? planted : 'harmless');
      const transport = new FakeTransport(() => ({
        headers: { location: `https://192.0.2.1/?x=${encodeURIComponent(has('answer-header'))}` },
        cookies: new Map([['session', has('cookie')]]),
        body: `${has('body')}\n${JSON.stringify({ name: has('json'), deep: [{ text: `in ${has('json')} between` }] })}`,
      }));
      const recorder = createRecorder(transport, [planted], createHandClock());
      await recorder.transport.send(
        {
          call: 'login',
          path: `/login/${encodeURIComponent(has('path'))}`,
          query: { any: has('query') },
          headers: { any: has('header') },
          body: { kind: 'form', fields: { any: has('form') } },
        },
        new AbortController().signal,
      );
      const shown = JSON.stringify(recorder.exchanges());
      for (const form of [planted, JSON.stringify(planted).slice(1, -1), encodeURIComponent(planted)])
        expect(shown.includes(form), `${form} in ${shown}`).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('a token that an answer brings under a telling name is hidden everywhere else too', async () => {
  const token = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/).filter((text) => !/^\d+$/.test(text));
  await fc.assert(
    fc.asyncProperty(
      token,
      fc.constantFrom('token', 'password', 'session_id', 'api_key', 'refresh_token'),
      async (planted, name) => {
        const bodies = [JSON.stringify({ [name]: planted }), `later: ${planted}`];
        const transport = new FakeTransport(() => ({ body: bodies.shift() ?? '' }));
        const recorder = createRecorder(transport, [], createHandClock());
        const { signal } = new AbortController();
        await recorder.transport.send({ call: 'login', path: '/' }, signal);
        await recorder.transport.send({ call: 'peers', path: `/${planted}` }, signal);
        expect(JSON.stringify(recorder.exchanges())).not.toContain(planted);
      },
    ),
  );
});

/** Names of secrets in the spelling of real PBXs. */
const secretFields = [
  'password',
  'registerpassword',
  'Md5Cred',
  'vm-password',
  'a1-hash',
  'secret',
  'pin',
  'voicemail_pin',
  'sid',
  'access_token',
  'X-Key',
  'session_id',
  'sipPwd',
] as const;

/** A value of one or more characters that is valid in JSON, AMI and form fields. */
const anySecret = fc.stringMatching(/^[A-Za-z0-9!$%&/+=~#_-]{1,40}$/).filter((text) => !text.startsWith('redacted'));

type Format = (name: string, value: string) => string;

const formats: Readonly<
  Record<string, { readonly write: Format; readonly read: (body: string, name: string) => unknown }>
> = {
  json: {
    write: (name, value) => JSON.stringify({ status: 'OK', [name]: value, last: 1 }),
    read: (body, name) => (JSON.parse(body) as Record<string, unknown>)[name],
  },
  'JSON number': {
    write: (name, value) => `{"${name}": ${digitsOf(value)}, "last": [1]}`,
    read: (body, name) => String((JSON.parse(body) as Record<string, unknown>)[name]),
  },
  'list in JSON': {
    write: (name, value) => JSON.stringify([{ [name]: ['first', value] }]),
    read: (body, name) => (JSON.parse(body) as Record<string, string[]>[])[0]?.[name]?.[1],
  },
  'object in JSON': {
    write: (name, value) => JSON.stringify({ a: { [name]: { inner: { deepest: value } } } }),
    read: (body, name) =>
      (JSON.parse(body) as { a: Record<string, { inner: { deepest: string } }> }).a[name]?.inner.deepest,
  },
  'JSON in JSON': {
    write: (name, value) => JSON.stringify({ message: JSON.stringify({ [name]: value }) }),
    read: (body, name) => {
      const { message } = JSON.parse(body) as { message: string };
      return (JSON.parse(message) as Record<string, unknown>)[name];
    },
  },
  'JSON that was cut off': {
    write: (name, value) => JSON.stringify({ first: 1, [name]: value }).slice(0, -2),
    read: (body) => body.slice(body.lastIndexOf('"') + 1),
  },
  ami: {
    write: (name, value) => `Event: Detail\r\nObjectName: 100\r\n${name}: ${value}\r\nLast: 1\r\n\r\n`,
    read: (body, name) => new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(body)?.[1],
  },
};

function digitsOf(value: string): string {
  const digits = Array.from(value.slice(0, 15), (letter) => String((letter.codePointAt(0) ?? 0) % 9));
  return digits.join('').replace(/^0/, '1');
}

/** Returns the parts of a capture that could contain a secret, which the PBX sends in this format and a request contains too. */
async function shownPlaces(value: string, name: string, format: (typeof formats)[string]) {
  const transport = new FakeTransport(() => ({ body: format.write(name, value), headers: {} }));
  const recorder = createRecorder(transport, [], createHandClock());
  const carried = { [name]: value };
  await recorder.transport.send(
    { call: 'a', path: '/', query: carried, body: { kind: 'json', value: carried } },
    new AbortController().signal,
  );
  const [exchange] = recorder.exchanges();
  const sent = exchange?.body as Record<string, unknown>;
  const places = [format.read(exchange?.answer?.body ?? '', name), exchange?.query?.[name], sent[name]];
  return { places, all: JSON.stringify(exchange) };
}

test('a value under the name of a secret is hidden in its place, whatever its length and the format', async () => {
  await fc.assert(
    fc.asyncProperty(
      anySecret,
      fc.constantFrom(...secretFields),
      fc.constantFrom(...Object.entries(formats)),
      async (value, name, [formatName, format]) => {
        // A number with the name of a session is a count.
        fc.pre(formatName !== 'JSON number' || name !== 'session_id');
        const planted = formatName === 'JSON number' ? digitsOf(value) : value;
        const { places, all } = await shownPlaces(planted, name, format);
        for (const place of places) expect([undefined, planted]).not.toContain(place);
        // Shorter secrets can occur in harmless text by chance.
        expect(planted.length >= 8 && all.includes(planted)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test('hosts and addresses are hidden wherever they stand, and stay different', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
  const name = fc.tuple(label, label, fc.constantFrom('de', 'com', 'example')).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 2, maxLength: 6 }),
      fc.uniqueArray(fc.ipV6(), { minLength: 2, maxLength: 4 }),
      (hosts, addresses) => {
        const redaction = new Redaction([]);
        const trunks = hosts.map((host, index) => ({ Gateway: `gw-${index}`, Data: `sip:42@${host}:5060`, host }));
        const body = JSON.stringify({
          trunks,
          verto: `wss://${hosts[0]}/verto/`,
          phones: addresses.map((ip) => `sip:9@[${ip}]:5060`),
        });
        const plain = { status: 200, headers: {}, cookies: new Map<string, string>() };
        redaction.learnFromAnswer({ ...plain, body });
        const shown = redaction.answer({ ...plain, body }).body;
        for (const secret of hosts) expect(shown).not.toContain(secret);
        for (const secret of addresses.filter((address) => address !== '::'))
          expect(shown).not.toContain(`[${secret}]`);
        const { trunks: hidden } = JSON.parse(shown) as { trunks: { Data: string; host: string }[] };
        expect(new Set(hidden.map(({ host }) => host)).size).toBe(hosts.length);
        for (const trunk of hidden) expect(trunk.Data).toBe(`sip:42@${trunk.host}:5060`);
      },
    ),
  );
});
