import { expect, test } from 'vitest';
import { createDeadline } from '../../src/polling/deadline.ts';
import type { Explanation } from '../../src/polling/identities.ts';
import { OtherProduct } from '../../src/polling/other-product.ts';
import { Failure, type FailureFacts } from '../../src/transport/failure.ts';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

const missing: FailureFacts = { login: 'path_missing' };

/** What is known, the path of the url, how the round failed, and what is said of it. */
const cases: readonly (readonly [string, Explanation, string, FailureReason, FailureFacts, string])[] = [
  ['another product', { instead: 'this looks like X' }, '/', 'config', missing, 'this looks like X'],
  [
    'another product behind a refusal',
    { instead: 'this looks like X' },
    '/',
    'bad_credentials',
    {},
    'this looks like X',
  ],
  ['nothing that proves anything', { further: 'check url' }, '/', 'protocol', {}, 'said; check url'],
  ['a refusal of who proves nothing', { further: 'check url' }, '/', 'bad_credentials', {}, 'said'],
  ['a failure that no product explains', { instead: 'this looks like X' }, '/', 'timeout', {}, 'said'],
  [
    'the right product below a path',
    {},
    '/login.html',
    'config',
    missing,
    "said; the url ends in /login.html: is that the web page's address?",
  ],
  ['the right product at its address', {}, '/', 'config', missing, 'said'],
  ['another failure below a path', {}, '/engine', 'config', {}, 'said'],
];

test.each(cases)('%s', async (_what, known, path, reason, facts, said) => {
  const clock = createHandClock();
  const product = new OtherProduct(new URL(path, 'http://192.0.2.1'), () => Promise.resolve(known));
  await product.look(new Failure(reason, 'said', facts), createDeadline(clock, 1_000, 'late'));
  expect(product.explain({ reason, detail: 'said' })).toEqual({ reason, detail: said });
  product.proven();
  expect(product.explain({ reason, detail: 'said' })).toEqual({ reason, detail: 'said' });
});
