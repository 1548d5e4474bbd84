import { expect, test } from 'vitest';
import { failureHints } from '../../../src/server/pages/hints.ts';
import { failureReasons } from '../../../src/snapshot/failure-reason.ts';

/** Reasons after which no login waits: what fails is asked again with the next round. */
const withoutPause = ['timeout', 'http_status', 'protocol', 'session_lost'];

test.each(failureReasons.filter((reason) => !withoutPause.includes(reason)))(
  'the hint for %s says what ends its pause at once, and when it ends by itself',
  (reason) => {
    const text = failureHints[reason].join('\n');
    expect(text).toContain('`pbx-exporter retry NAME`');
    expect(text).toMatch(/pbx_login_suspended_until_timestamp_seconds|at the latest after five minutes/);
    expect(text).not.toMatch(/reload[^.]* ends the pause/);
  },
);
