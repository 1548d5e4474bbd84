import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecorder } from '../../src/capture/recorder.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { FakeTransport } from '../support/fake-pbx.ts';

/** Secrets as people and PBXs make them: long enough not to be a word of the answer itself. */
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
