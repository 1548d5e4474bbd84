import * as fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseExposition } from '../support/exposition-parser.ts';
import { referencePage } from '../support/reference-page.ts';
import { anyTargets } from './arbitrary-records.ts';
import { pageOf } from './page-of.ts';
import { now } from './records.ts';

const formats = ['text', 'openmetrics'] as const;

describe.each(formats)('any records in format %s', (format) => {
  it('make the page that prom-client makes, byte for byte, and gzip brings the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyTargets, async (targets) => {
        const page = await pageOf(targets, format);
        expect(page.toString()).toBe((await referencePage(targets, now, format)).toString());
        expect(gunzipSync(await pageOf(targets, format, 'gzip')).equals(page)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('make a page that a strict reader takes, and brings back the names', async () => {
    await fc.assert(
      fc.asyncProperty(anyTargets, async (targets) => {
        const families = parseExposition(await pageOf(targets, format), format);
        const up = families.find(({ name }) => name === 'pbx_up')?.samples ?? [];
        const names = targets.map(({ identity }) => identity.name.toWellFormed());
        expect(up.map(({ labels }) => labels.get('pbx'))).toEqual(names);
        expect(up.map(({ value }) => value === 1)).toEqual(targets.map(({ record }) => record.up));
      }),
      { numRuns: 50 },
    );
  });
});
