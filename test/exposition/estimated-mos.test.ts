import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Labels, Series } from '../support/promql-series.ts';
import { ruleFileSchema } from '../support/rule-file.ts';
import { RuleSimulation } from '../support/rule-simulation.ts';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const [, text = ''] = /```yaml\n(groups:\n {2}- name: estimated-mos\n.*?)```/s.exec(page) ?? [];
const rules = ruleFileSchema.parse(parse(text)).groups.flatMap((group) => group.rules);
const minuteMs = 60_000;

/** Measurements of the legs that end in each minute. */
interface Line {
  readonly loss: number;
  /** Seconds. */
  readonly jitter: number;
  /** Seconds. */
  readonly roundtrip: number;
}

/** Returns the counters of a PBX on which ten legs with a thousand packets end in each minute. */
function seriesOf({ loss, jitter, roundtrip }: Line): readonly Series[] {
  const rising = (name: string, perMinute: number, labels: Labels = {}): Series => ({
    labels: { __name__: name, pbx: 'hq', ...labels },
    points: Array.from({ length: 31 }, (_, minute) => ({ at: minute * minuteMs, value: minute * perMinute })),
  });
  const inward = { direction: 'in' };
  return [
    rising('pbx_rtp_packets_received_total', 10_000 * (1 - loss), inward),
    rising('pbx_rtp_packets_lost_total', 10_000 * loss, inward),
    // Reports of the far side must not be included.
    rising('pbx_rtp_packets_lost_total', 5_000, { direction: 'out' }),
    rising('pbx_call_leg_jitter_seconds_sum', 10 * jitter, inward),
    rising('pbx_call_leg_jitter_seconds_count', 10, inward),
    rising('pbx_call_leg_roundtrip_seconds_sum', 10 * roundtrip),
    rising('pbx_call_leg_roundtrip_seconds_count', 10),
  ];
}

/** Returns the values of the documented rule after half an hour. */
function estimated(series: readonly Series[]): readonly number[] {
  const end = 30 * minuteMs;
  const store = new RuleSimulation(rules, series, minuteMs).seriesAt(end);
  return store.named('pbx:estimated_mos_g711_concealed:rate15m').flatMap(({ points }) => points.at(-1)?.value ?? []);
}

test('the rules of the page name the codec, and say that they estimate', () => {
  expect(rules.length).toBe(4);
  expect(rules.at(-1)?.record).toBe('pbx:estimated_mos_g711_concealed:rate15m');
});

test.each([
  ['clean', { loss: 0, jitter: 0, roundtrip: 0 }, 4.39],
  ['2 % loss', { loss: 0.02, jitter: 0, roundtrip: 0 }, 4.21],
  ['10 % loss', { loss: 0.1, jitter: 0, roundtrip: 0 }, 3.36],
  ['a long way', { loss: 0, jitter: 0.01, roundtrip: 0.5 }, 3.65],
  ['nothing arrives', { loss: 1, jitter: 0, roundtrip: 9 }, 1],
])('%s: %o reads %d', (_what, line, mos) => {
  expect(estimated(seriesOf(line))).toEqual([expect.closeTo(mos, 2)]);
});

test('without calls there is no estimate', () => {
  expect(estimated(seriesOf({ loss: 0.1, jitter: 0, roundtrip: 0 }).slice(0, 2))).toEqual([]);
});
