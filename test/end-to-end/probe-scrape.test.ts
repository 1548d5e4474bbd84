import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AlertingLab, startAlertingLab } from './alerting-lab.ts';
import { eventually, patience } from './eventually.ts';

describe.skipIf(inject('unavailable').prometheus !== '')('prometheus-probe.yml', () => {
  let lab: AlertingLab;
  /** Number of messages received before the tests. */
  let before: number;

  beforeAll(async () => {
    lab = await startAlertingLab({ prometheusFile: 'prometheus-probe.yml' });
    await eventually('every PBX is up by its own probe', async () => {
      const up = await lab.prometheus.values('pbx_up{job="pbx-probe"}', 'instance');
      return Object.keys(lab.pbxs).every((name) => up[name] === 1);
    });
    before = await lab.settle();
  });

  afterAll(() => lab.close());

  test('Prometheus learns every PBX from /sd and probes it under its name', async () => {
    const probes = await lab.prometheus.values('up{job="pbx-probe"}', 'instance');
    expect(probes).toEqual(Object.fromEntries(Object.keys(lab.pbxs).map((name) => [name, 1])));
  });

  test('no series of a PBX comes twice, and the exporter shows only itself', async () => {
    const twice = await lab.prometheus.value('count(count by (pbx) (pbx_up) > 1)');
    expect(twice).toBeUndefined();
    const jobs = await lab.prometheus.values('count by (job) ({__name__=~"pbx_peers|pbx_trunk_state"})', 'job');
    expect(Object.keys(jobs)).toEqual(['pbx-probe']);
    expect(await lab.prometheus.value('count(pbx_exporter_build_info)')).toBe(1);
    expect(await lab.prometheus.value('count(process_resident_memory_bytes{job="pbx-exporter"})')).toBe(1);
  });

  test('alerts are the same: a PBX is stopped, one message', async () => {
    await lab.pbxs['branch']?.stop();
    const message = await lab.receiver.next(
      ({ groupLabels }) => groupLabels['alertname'] === 'PbxDown',
      patience,
      before,
    );
    expect(message.alerts.map(({ labels }) => labels['pbx'])).toEqual(['branch']);
    expect(lab.receiver.messages().slice(before)).toHaveLength(1);
  });
});
