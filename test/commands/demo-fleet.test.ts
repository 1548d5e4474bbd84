import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { demoFleet } from '../../src/commands/demo-fleet.ts';
import { simulators } from '../../src/simulator/index.ts';

const now = Date.UTC(2026, 10, 28);

test('the demo has every family, and certificates that end one after the other, none of which is old', () => {
  const fleet = demoFleet(now);
  expect(new Set(fleet.map(({ family }) => family))).toEqual(new Set(simulators.map(({ family }) => family)));
  const days = fleet
    .flatMap(({ tls }) => (tls === undefined ? [] : [new X509Certificate(tls.certificate).validToDate.getTime()]))
    .map((end) => Math.floor((end - now) / 86_400_000));
  expect(days.toSorted((one, other) => one - other)).toEqual([9, 58, 82, 230]);
});
