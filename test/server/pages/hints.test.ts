import { expect, test } from 'vitest';
import { explanation } from '../../../src/polling/identities.ts';
import { failureHints, hintsFor } from '../../../src/server/pages/hints.ts';
import { failureReasons } from '../../../src/snapshot/failure-reason.ts';

/** Reasons that do not delay logins; failed requests are repeated in the next round. */
const withoutPause = ['timeout', 'http_status', 'protocol', 'session_lost'];

test.each(failureReasons.filter((reason) => !withoutPause.includes(reason)))(
  'the hint for %s says what ends its pause at once, and when it ends by itself',
  (reason) => {
    const text = failureHints[reason].join('\n');
    expect(text).toContain('`pbx-exporter retry NAME`');
    expect(text).toMatch(/pbx_login_suspended_until_timestamp_seconds|within five minutes/);
    expect(text).not.toMatch(/reload[^.]* ends the pause/);
  },
);

test('where the answers prove the product, no hint asks for a change of the PBX', () => {
  const product = { name: 'a Yeastar P-Series', families: ['yeastar-p'] };
  const { instead } = explanation(product, 'yeastar-s', ['yeastar-p', 'yeastar-s']);
  const steps = hintsFor('config', instead).join('\n');
  expect(steps).toContain('as the message says');
  expect(steps).not.toMatch(/API|on the PBX alone|Restart/);
  expect(hintsFor('config', 'HTTP 404')).toBe(failureHints.config);
  expect(hintsFor(undefined, undefined)).toEqual([]);
});
