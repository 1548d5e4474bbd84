import * as fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { anyLargeTargets } from '../exposition/arbitrary-records.ts';
import { pageOf } from '../exposition/page-of.ts';
import { now } from '../exposition/records.ts';
import { referencePage } from '../support/reference-page.ts';

describe.each(['text', 'openmetrics'] as const)('any large records in format %s', (format) => {
  it('make the page that prom-client makes, byte for byte, and gzip brings the same', async () => {
    let largest = 0;
    await fc.assert(
      fc.asyncProperty(anyLargeTargets, async (targets) => {
        const page = await pageOf(targets, format);
        largest = Math.max(largest, page.length);
        expect(page.equals(await referencePage(targets, now, format))).toBe(true);
        expect(gunzipSync(await pageOf(targets, format, 'gzip')).equals(page)).toBe(true);
      }),
      { numRuns: 15 },
    );
    expect(largest).toBeGreaterThan(131_072);
  });
});
