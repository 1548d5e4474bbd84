import type { Alert, Group, Recording } from './rule.ts';
import { afterOutageOf, by, probeJobs, type Words } from './words.ts';

const exporters = 'up{job=~".*pbx-exporter.*"}';
const probes = `up{${probeJobs}}`;

/** Returns the group about the exporters themselves and the notification path. */
export function exportersGroup(words: Words): Group {
  const own = vocabulary(words);
  return {
    name: 'pbx-exporter',
    rules: [
      ...recorded(own),
      pbxExporterMissing(own),
      pbxExporterDown(),
      pbxExporterNotRedundant(),
      pbxExporterTooFew(own),
      pbxExporterClockOff(),
      pbxExporterReloadFailed(),
      watchdog(),
    ],
  };
}

type Own = ReturnType<typeof vocabulary>;

function vocabulary(words: Words) {
  const { fleet, settings } = words;
  const missing =
    fleet === '' ? `absent(${exporters} == 1)` : `max by (${fleet}) (${exporters}) == 0\nor\nabsent(${exporters} == 1)`;
  const count = `count${by(fleet)} (${exporters})`;
  // Without any exporter, count() returns nothing.
  const left = `${count} or 0 * last_over_time(pbx:exporters:count[6h])`;
  const expected = settings.exporters ?? 'max_over_time(pbx:exporters:count[6h])';
  const unprobed = `max by (${[...(fleet === '' ? [] : [fleet]), 'instance'].join(', ')}) (${probes}) == 0`;
  return { ...words, missing, count, left, expected, unprobed };
}

function recorded({ id, fleet, count, unprobed }: Own): readonly Recording[] {
  return [
    {
      record: 'pbx:exporters:count',
      why: 'Number of exporters in the configuration or service discovery of Prometheus, whether they answer or not.',
      expr: count,
    },
    {
      record: 'pbx:exporter_covered:held',
      why: `Exporters that do not answer, but whose PBXs are all shown by others: one of a pair, or one behind a load balancer whose probes
          are all answered.`,
      expr: `1 + (
  ${exporters} == 0
  and on (job, instance) (
    last_over_time(pbx_up[6h])
    or on (job, instance) last_over_time(pbx:exporter_covered:held[3m])
    or on (job, instance) (
      ${exporters} and on (${fleet}) ${probes} == 1
    )
  )
  unless on (job, instance) (last_over_time(pbx_up[6h]) and on (${id}) pbx:unwatched:held)
  unless on (${fleet}) ${unprobed}
)`,
    },
    {
      record: 'pbx:exporter_reload_failed:held',
      why: 'Exporters that could not use their configuration or a target file. Kept while they do not answer.',
      expr: `1 - pbx_exporter_config_last_reload_successful == 1
or
1 - pbx_exporter_target_file_last_reload_successful == 1
or
(last_over_time(pbx:exporter_reload_failed:held[3m]) and on (job, instance) up == 0)`,
    },
    {
      record: 'pbx:exporter_clock_offset_seconds:held',
      why: `Difference between the clocks of the exporter and of Prometheus at a scrape. Kept while the exporter does not answer.`,
      expr: `abs(pbx_exporter_time_seconds - timestamp(pbx_exporter_time_seconds))
or
(last_over_time(pbx:exporter_clock_offset_seconds:held[3m]) and on (job, instance) up == 0)`,
    },
  ];
}

function pbxExporterMissing({ missing }: Own): Alert {
  return {
    alert: 'PbxExporterMissing',
    why: `No exporter answers, or none is left in the configuration of Prometheus. The alert suppresses all others, so it stays until the
          exporter has read the PBXs again, which takes up to two minutes, and until alerts that keep firing for two more minutes
          have ended. It does not stay longer, because Alertmanager would not send the end of PbxManyDown, which fires earlier.`,
    expr: missing,
    for: '3m',
    keep_firing_for: '4m',
    severity: 'critical',
    summary: 'No pbx-exporter answers: no PBX is monitored',
    description: `Prometheus has been unable to scrape any pbx-exporter for three minutes, so nothing is known about any PBX. Check whether the exporter is running and reachable from Prometheus, and whether its job is still in prometheus.yml. Until then, all other PBX alerts are suppressed and keep their state.`,
    dashboard: 'exporter',
  };
}

function pbxExporterDown(): Alert {
  return {
    alert: 'PbxExporterDown',
    why: 'No other exporter shows the PBXs of this one.',
    expr: `${exporters} == 0 unless on (job, instance) pbx:exporter_covered:held`,
    for: '3m',
    keep_firing_for: '2m',
    severity: 'critical',
    summary: 'pbx-exporter {{ $labels.instance }} does not answer: its PBXs are not monitored',
    description: `Prometheus has been unable to scrape the pbx-exporter at {{ $labels.instance }} for three minutes, and no other exporter shows its PBXs. Check whether it is running, its log, and the error of the scrape (in Prometheus under "Targets").`,
    dashboard: 'exporter',
  };
}

function pbxExporterNotRedundant(): Alert {
  return {
    alert: 'PbxExporterNotRedundant',
    why: 'One exporter of a pair: no data is lost as long as the other one runs.',
    expr: `${exporters} == 0 and on (job, instance) pbx:exporter_covered:held`,
    for: afterOutageOf(3),
    severity: 'warning',
    summary: 'pbx-exporter {{ $labels.instance }} does not answer; others monitor its PBXs',
    description: `Prometheus has been unable to scrape the pbx-exporter at {{ $labels.instance }} for five minutes. Another exporter shows all of its PBXs, so nothing is lost unless that one fails too.`,
    dashboard: 'exporter',
  };
}

function pbxExporterTooFew({ left, expected }: Own): Alert {
  return {
    alert: 'PbxExporterTooFew',
    why: `Exporters that Prometheus does not know about any more, for example because a pod does not start or a target was removed. The
          expected number is in settings.yml; if it is not set, it is the maximum of the last six hours, and the alert ends by
          itself. It suppresses PbxNotWatched, so it stays until the exporter has read its PBXs. It also fires if none is left, so
          that it takes over from PbxExporterMissing at once if only some of them come back.`,
    expr: `(${left}) < ${expected}`,
    for: '5m',
    keep_firing_for: '2m',
    severity: 'critical',
    summary: 'Only {{ $value }} pbx-exporters are left',
    description: `There are fewer exporters than configured, or than within the last six hours: a pod does not start, or a target was removed from the configuration or discovery of Prometheus. The PBXs in their share are not monitored.`,
    dashboard: 'exporter',
  };
}

function pbxExporterClockOff(): Alert {
  return {
    alert: 'PbxExporterClockOff',
    why: `The clock of the exporter or of Prometheus is wrong by more than a scrape can take. One alert for each exporter, not for each
          PBX.`,
    expr: 'pbx:exporter_clock_offset_seconds:held > 60',
    for: '5m',
    severity: 'warning',
    summary: 'The clock of pbx-exporter {{ $labels.instance }} is off by {{ $value | humanizeDuration }}',
    description: `The clocks of the machines of Prometheus and of the pbx-exporter at {{ $labels.instance }} differ by {{ $value | humanizeDuration }}. Times and ages of all its PBXs are
wrong. Set up time synchronisation (NTP) on both.`,
    dashboard: 'exporter',
  };
}

function pbxExporterReloadFailed(): Alert {
  return {
    alert: 'PbxExporterReloadFailed',
    why: 'Stays until a reload succeeds.',
    expr: 'pbx:exporter_reload_failed:held',
    for: '5m',
    severity: 'warning',
    summary:
      'pbx-exporter {{ $labels.instance }} refuses its new configuration{{ with $labels.file }}: {{ . }}{{ end }}',
    description: `{{ with $labels.file }}The target file {{ . }}{{ else }}The configuration file{{ end }} of the pbx-exporter at {{ $labels.instance }} has an error. The exporter continues with the previous version, so PBXs added since then are not monitored. Run "pbx-exporter check", correct the file, and reload.`,
    dashboard: 'exporter',
  };
}

function watchdog(): Alert {
  return {
    alert: 'Watchdog',
    why: `Always fires. If it stops arriving, Prometheus, Alertmanager or the delivery of messages is broken, and the receiver must raise
          an alarm.`,
    expr: 'vector(1)',
    for: '0m',
    severity: 'none',
    summary: 'Alerts arrive',
    description: `This alert always fires. It proves that Prometheus evaluates rules and that Alertmanager delivers messages. The receiver must raise an alarm when it stops arriving.`,
    dashboard: 'exporter',
  };
}
