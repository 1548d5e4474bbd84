import { expect, test } from 'vitest';
import { complaintsAbout, knownMetrics, possibleLabels } from './known-metrics.ts';
import { parseExpression } from './promql.ts';

const known = await knownMetrics();

test('the metrics, labels and label lists of an expression', () => {
  const parsed = parseExpression(
    'sum by (pbx) (rate(pbx_logins_total{result="failure",pbx=~"a|b"}[5m])) * on (pbx) group_left (site) pbx_target_info',
  );
  expect(parsed.errors).toEqual([]);
  expect(parsed.selectors).toEqual([
    {
      metric: 'pbx_logins_total',
      matchers: [
        { label: 'result', operator: '=', value: 'failure' },
        { label: 'pbx', operator: '=~', value: 'a|b' },
      ],
    },
    { metric: 'pbx_target_info', matchers: [] },
  ]);
  expect(parsed.labelLists).toEqual([
    { use: 'matching', labels: ['pbx', 'site'], metrics: ['pbx_logins_total', 'pbx_target_info'] },
    { use: 'aggregation', labels: ['pbx'], metrics: ['pbx_logins_total'] },
  ]);
});

test.each([
  ['sum((pbx_up)', /^at /],
  ['pbx_upp', /no such metric: pbx_upp/],
  ['pbx_up{peer="1"}', /pbx_up has no label peer/],
  ['pbx_up{site="berlin"}', /pbx_up has no label site/],
  ['sum by (trunk) (pbx_up)', /aggregation by trunk/],
  ['pbx_up * on (queue) pbx_info', /matching by queue/],
  ['pbx_peers{state="offline"}', /state is never offline/],
  ['pbx_round_failures_total{reason=~"dns|dsn"}', /reason is never dsn/],
  ['pbx_api_request_duration_seconds', /no such metric/],
])('%s is complained about', (expression, complaint) => {
  expect(complaintsAbout(expression, known).join('\n')).toMatch(complaint);
});

test.each([
  'pbx_up',
  'max by (pbx, site) (pbx_target_info{site=~"a|b"})',
  'histogram_quantile(0.9, sum by (le, call) (rate(pbx_api_request_duration_seconds_bucket[5m])))',
  'process_resident_memory_bytes{job="x"}',
  'pbx:peer_roundtrip_microseconds:median > 1',
])('%s is fine', (expression) => {
  expect(complaintsAbout(expression, known)).toEqual([]);
});

test('labels that a result could have', () => {
  expect([...possibleLabels('label_replace(count(pbx_up), "le", "1", "", "")', known)].sort()).toEqual([
    'instance',
    'job',
    'le',
    'pbx',
  ]);
});
