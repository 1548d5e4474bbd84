import type { Labels } from './prometheus-server.ts';
import type { PastSeries } from './past.ts';

const minute = 60;
/** Only every sixth hourly value, because Prometheus is slow to import historical data. */
const recordedEvery = 6 * 3600;
const day = 4;
const week = 7 * day;

/** How many values in each period show the PBX `shaky` and its trunk as down. */
export const away = { thisWeek: 3, weekBefore: 5, monthsBegin: 1 } as const;

const isAway = (ago: number): boolean =>
  ago < away.thisWeek || (ago >= week && ago < week + away.weekBefore) || ago === 110;

/** Returns the results of the hourly recording rules: `steady` for 30 days, `shaky` with hours of downtime, `young` for one day. */
export function monthOfFleet(): readonly PastSeries[] {
  const recorded = (metric: string, labels: Labels, value: PastSeries['value'], count = 30 * day): PastSeries => ({
    metric,
    labels,
    every: recordedEvery,
    count,
    value,
  });
  const inWeek = (ago: number, now: number, before: number): number => (ago < week ? now : before);
  return [
    recorded('pbx:up:avg1h', { pbx: 'steady' }, () => 1),
    recorded('pbx:up:avg1h', { pbx: 'shaky' }, (ago) => (isAway(ago) ? 0 : 1)),
    recorded('pbx:up:avg1h', { pbx: 'young' }, () => 1, day),
    recorded('pbx:trunk_up:avg1h', { pbx: 'shaky', trunk: 'carrier' }, (ago) => (isAway(ago) ? 0 : 1)),
    recorded('pbx:calls:max1h', { pbx: 'shaky' }, (ago) => (ago === 5 ? 18 : inWeek(ago, 4, 9))),
    recorded('pbx:peer_reachable_changes:increase1h', { pbx: 'shaky', peer: '101' }, (ago) =>
      ago % day === 1 ? 4 : undefined,
    ),
    recorded('pbx:trunk_state_changes:increase1h', { pbx: 'shaky', trunk: 'carrier' }, (ago) =>
      ago === 2 ? 6 : undefined,
    ),
    recorded('pbx:peer_roundtrip_microseconds:worst1h', { pbx: 'shaky', peer: '101' }, (ago) =>
      inWeek(ago, 80_000, 300_000),
    ),
  ];
}

/** Returns the series of a PBX that was probed every 60 s for two hours. `ago` counts minutes. */
export function probedPbx(now: number): readonly PastSeries[] {
  const probed = (metric: string, value: PastSeries['value'], labels: Labels = {}): PastSeries => ({
    metric,
    labels: { job: 'pbx-probe', instance: 'shaky', pbx: 'shaky', ...labels },
    every: minute,
    count: 120,
    value,
  });
  const rising = (metric: string, labels: Labels = {}): PastSeries => probed(metric, (ago) => 1000 - 3 * ago, labels);
  return [
    probed('pbx_target_info', () => 1, { family: 'asterisk', site: 'berlin' }),
    probed('pbx_up', (ago) => (ago < 50 && ago >= 40 ? 0 : 1)),
    probed('pbx_last_success_timestamp_seconds', (ago) => now - ago * minute),
    probed('pbx_uptime_seconds', (ago) => (ago >= 30 ? 90_000 - ago * minute : (30 - ago) * minute)),
    probed('pbx_info', () => 1, { version: '20.1', model: 'box' }),
    probed('pbx_trunk_up', (ago) => (ago < 15 ? 0 : 1), { trunk: 'carrier' }),
    probed('pbx_trunk_state_changes_total', (ago) => (ago < 15 ? 1 : 0), { trunk: 'carrier' }),
    probed('pbx_calls', (ago) => (ago === 20 ? 18 : 2), { direction: 'all' }),
    probed('pbx_peer_roundtrip_microseconds', (ago) => (ago === 20 ? 90_000 : 12_000), { peer: '101' }),
    probed('pbx_devices', () => 7, { user_agent: 'Softphone 5.2' }),
    probed('pbx_limit', () => 20, { resource: 'calls' }),
    probed('pbx_used', () => 2, { resource: 'calls' }),
    probed('pbx_license_expiry_timestamp_seconds', () => now + 864_000, { kind: 'license' }),
    probed('pbx_tls_certificate_expiry_timestamp_seconds', () => now + 86_400),
    rising('pbx_peer_reachable_changes_total', { peer: '101' }),
    rising('pbx_round_failures_total', { reason: 'timeout' }),
    rising('pbx_collector_failures_total', { collector: 'calls', reason: 'timeout' }),
    rising('pbx_api_requests_total', { call: 'status', result: 'timeout' }),
    rising('pbx_logins_total', { result: 'success' }),
    rising('pbx_rows_skipped_total', { collector: 'peers', reason: 'limit' }),
  ];
}

/** Returns the series of the exporter of these probes, scraped every 30 s. Its configuration was reloaded 20 minutes ago. */
export function probingExporter(now: number): readonly PastSeries[] {
  const scraped = (metric: string, value: PastSeries['value'], labels: Labels = {}): PastSeries => ({
    metric,
    labels: { job: 'pbx-exporter', instance: 'exporter:10560', ...labels },
    every: 30,
    count: 240,
    value,
  });
  const rising = (metric: string, labels: Labels = {}): PastSeries => scraped(metric, (ago) => 1000 - ago, labels);
  const request = { family: 'asterisk', call: 'status' };
  return [
    scraped('pbx_exporter_build_info', () => 1, { version: '1.2.3', node_version: 'v24.0.0' }),
    scraped('pbx_exporter_config_last_reload_success_timestamp_seconds', (ago) => (ago > 40 ? now - 9000 : now - 1200)),
    rising('process_cpu_seconds_total'),
    rising('nodejs_gc_duration_seconds_sum', { kind: 'major' }),
    rising('pbx_api_request_duration_seconds_count', request),
    rising('pbx_api_request_duration_seconds_bucket', { ...request, le: '0.1' }),
    rising('pbx_api_request_duration_seconds_bucket', { ...request, le: '+Inf' }),
  ];
}

/** Returns alerts as Prometheus stores them: firing, resolved and pending alerts of this project, and alerts of others. */
export function alertsOfFleet(): readonly PastSeries[] {
  const alert = (labels: Labels, value: PastSeries['value']): PastSeries => ({
    metric: 'ALERTS',
    labels: { alertstate: 'firing', ...labels },
    every: 30,
    count: 240,
    value,
  });
  const shaky = { pbx: 'shaky', site: 'berlin', family: 'asterisk' };
  return [
    alert({ alertname: 'Watchdog', severity: 'none' }, () => 1),
    alert({ alertname: 'PbxTrunkOutOfService', severity: 'warning', trunk: 'carrier', ...shaky }, (ago) =>
      ago < 20 ? 1 : undefined,
    ),
    alert({ alertname: 'PbxDown', severity: 'critical', ...shaky }, (ago) => (ago >= 84 && ago < 90 ? 1 : undefined)),
    alert({ alertname: 'PbxRoundtripHigh', severity: 'warning', ...shaky, alertstate: 'pending' }, () => 1),
    alert({ alertname: 'PbxDown', severity: 'critical', pbx: 'elsewhere' }, (ago) => (ago < 10 ? 1 : undefined)),
    alert({ alertname: 'HostDown', severity: 'critical' }, () => 1),
    alert({ alertname: 'PbxExporterDown', severity: 'critical', instance: 'exporter:10560' }, (ago) =>
      ago < 6 ? 1 : undefined,
    ),
  ];
}
