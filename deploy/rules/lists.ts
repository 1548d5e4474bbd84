import type { Alert, Group, Recording } from './rule.ts';
import { looked, probeJobs, type Words } from './words.ts';

/** Returns the group about incomplete, stale and ambiguous data of PBXs. */
export function listsGroup(words: Words): Group {
  return {
    name: 'pbx-lists',
    rules: [
      ...presence(words),
      ...recorded(words),
      pbxCollectorFailing(words),
      pbxDataStale(words),
      pbxRoundsOverdue(words),
      pbxRowsSkipped(words),
      pbxVanished(words),
      pbxProbeFailing(words),
      pbxExportersDisagree(words),
    ],
  };
}

type Own = Words;

const shownSince = 'pbx:shown_since_timestamp_seconds:held';

function presence({ id, carried }: Own): readonly Recording[] {
  const gone = `(count by (${id}) (last_over_time(pbx_up[6h]) unless on (job, instance) up == 0) unless on (${id}) pbx_up)`;
  const count = (record: string): string => `count by (${carried}) (${record} > time() - 600)`;
  return [
    {
      record: shownSince,
      why: 'Time from which each PBX has been shown without interruption.',
      expr: `(last_over_time(${shownSince}[3m]) and on (${id}) pbx:known:held)
or on (${id}) (time() + 0 * max by (${id}) (pbx_up) * on (${id}) group_left (${carried}) pbx:target_info:held)`,
    },
    {
      record: 'pbx:vanished:held',
      why: 'Time at which a PBX of the last six hours disappeared from all exporters, although no exporter that showed it is down.',
      expr: `(last_over_time(pbx:vanished:held[3m]) and on (${id}) ${gone})
or on (${id}) (
  time() + 0 * ${gone}
    * on (${id}) group_left (${carried}) topk by (${id}) (1, max by (${id}, ${carried}) (last_over_time(pbx:target_info:held[6h])))
)`,
    },
    {
      record: 'pbx:renamed:held',
      why: `PBXs that disappeared while as many others with the same labels appeared, within ten minutes: they were renamed.`,
      expr: `(last_over_time(pbx:renamed:held[3m]) and on (${id}) pbx:vanished:held)
or on (${id}) (
  pbx:vanished:held > time() - 600
  and on (${carried}) ${count(shownSince)} >= ${count('pbx:vanished:held')}
)`,
    },
  ];
}

function recorded({ id, carried, held }: Own): readonly Recording[] {
  const readNow = `max by (${id}) ${looked} == 1`;
  return [
    {
      record: 'pbx:collector_failing:held',
      why: 'Lists that cannot be read although the PBX is up. While a PBX is down, the last state is kept.',
      expr: `1 + (max by (${id}, collector) (pbx_collector_success) == 0 and on (${id}) ${readNow})
or
(last_over_time(pbx:collector_failing:held[3m]) unless on (${id}) ${readNow})
and on (${id}) pbx:known:held`,
    },
    {
      record: 'pbx:snapshot_age_seconds:held',
      why: 'Age of the values, measured by the exporter.',
      expr: held('pbx:snapshot_age_seconds:held', `max by (${id}) (pbx_snapshot_age_seconds)`),
    },
    {
      record: 'pbx:round_age_seconds:held',
      why: `Time since the last round ended, successful or not, if none has ended for 15 minutes. A wrong clock of the exporter alone is no
          reason: every round that ends changes the time.`,
      expr: held(
        'pbx:round_age_seconds:held',
        `time() - max by (${id}) (pbx_last_round_timestamp_seconds)
unless on (${id}) max by (${id}) (changes(pbx_last_round_timestamp_seconds[15m])) > 0`,
      ),
    },
    {
      record: 'pbx:round_overdue_seconds:held',
      why: 'Measured by the exporter, from the interval and timeout of each PBX.',
      expr: held('pbx:round_overdue_seconds:held', `max by (${id}) (pbx_round_overdue_seconds)`),
    },
    {
      record: 'pbx:rows_skipped:held',
      why: 'Rows that were left out, or whose state is not known, within 15 minutes.',
      expr: held(
        'pbx:rows_skipped:held',
        `max by (${id}, collector, reason) (increase(pbx_rows_skipped_total[15m])) and on (${id}) ${looked}`,
      ),
    },
    {
      record: 'pbx:exporters_disagree:held',
      why: `PBXs for which two exporters report a different family, site, model, start, number of phones, or state. Two exporters that poll
          the same PBX agree on all of them. Kept while one of them does not answer.`,
      expr: `${disagreement(id, carried)}
or on (${id}) (
  last_over_time(pbx:exporters_disagree:held[3m])
  and on (${id}) (last_over_time(pbx_up[6h]) and on (job, instance) up == 0)
)`,
    },
  ];
}

function pbxCollectorFailing({ withLabels, pbx, query }: Own): Alert {
  return {
    alert: 'PbxCollectorFailing',
    why: 'A slow list may need several rounds. A lost scrape does not end the alert.',
    expr: withLabels('pbx:collector_failing:held'),
    for: '10m',
    severity: 'warning',
    summary: `The list of {{ $labels.collector }} of ${pbx} cannot be read`,
    description: `${pbx} is up, but the exporter has not been able to read its {{ $labels.collector }} for ten minutes.
{{- range ${query('topk(1, increase(pbx_collector_failures_total{ID}[15m]) > 0)', 'collector')} }} Reason: {{ .Labels.reason }}.{{ end }}
"forbidden" means that the account of the exporter lacks a right on the PBX. "config" means that this PBX does not have the list: remove it from
"collect". Until then, alerts about {{ $labels.collector }} cannot fire.`,
    dashboard: 'pbx',
  };
}

function pbxDataStale({ id, withLabels, pbx, above }: Own): Alert {
  return {
    alert: 'PbxDataStale',
    why: 'The values are old, or no round has ended in that time. A PBX whose logins are suspended has no rounds that could end.',
    expr: withLabels(`(
  ${above('pbx:snapshot_age_seconds:held', 'data_age_seconds')}
  or on (${id}) ${above('pbx:round_age_seconds:held', 'data_age_seconds')}
)
unless on (${id}) pbx:up:remembered == 0`),
    for: '5m',
    severity: 'warning',
    summary: `The data of ${pbx} is {{ $value | humanizeDuration }} old`,
    description: `The exporter shows values of ${pbx} that are {{ $value | humanizeDuration }} old, and no round has replaced them. If the interval of this PBX is shorter than that, the exporter is stuck or overloaded: check its log and the dashboard "PBX / Exporter", and restart it.`,
    dashboard: 'pbx',
  };
}

function pbxRoundsOverdue({ withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxRoundsOverdue',
    why: 'Needs no threshold, because the exporter uses the interval and timeout of each PBX.',
    expr: withLabels('pbx:round_overdue_seconds:held > 0'),
    for: '5m',
    keep_firing_for: '2m',
    severity: 'warning',
    summary: `The rounds of ${pbx} are late`,
    description: `The next round of ${pbx} is overdue by {{ $value | humanizeDuration }}. The PBX is not the cause: the exporter is overloaded or stuck. Check the dashboard "PBX / Exporter" and the log, then raise "concurrency" or restart the exporter.`,
    dashboard: 'exporter',
  };
}

function pbxRowsSkipped({ withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxRowsSkipped',
    why: 'A counter over 15 minutes, so that a lost scrape does not end the alert.',
    expr: withLabels('pbx:rows_skipped:held > 0'),
    for: '15m',
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `Some {{ $labels.collector }} of ${pbx} are not monitored ({{ $labels.reason }})`,
    description: `{{ if eq $labels.reason "limit" -}}
${pbx} has more {{ $labels.collector }} than "peers.limit" in the configuration of the exporter allows. The rest have no series and are missing in
dashboards and alerts. Raise the limit.
{{- else if eq $labels.reason "unknown_state" -}}
${pbx} uses a word for the state of some {{ $labels.collector }} that the exporter does not know. They count as unknown and raise no alerts. Most
likely, the PBX was upgraded: update the exporter, or report the word (pbx_trunk_info shows it as raw_state).
{{- else -}}
Some rows in the list of {{ $labels.collector }} of ${pbx} could not be understood and are missing in dashboards and alerts. Save the answers with
"pbx-exporter capture {{ $labels.pbx }}" and report them.
{{- end }}`,
    dashboard: 'pbx',
  };
}

function pbxVanished({ id, pbx }: Own): Alert {
  return {
    alert: 'PbxVanished',
    why: `No exporter shows the PBX, and no exporter that showed it is down (PbxExporterDown covers those). A removal on purpose looks the
          same as a mistake, so the alert ends by itself six hours after the PBX was last seen. A renamed PBX does not raise it.`,
    expr: `pbx:vanished:held unless on (${id}) pbx:renamed:held`,
    for: '10m',
    severity: 'warning',
    summary: `${pbx} has vanished: no exporter shows it`,
    description: `An exporter showed ${pbx} within the last six hours, and none does now. Usual causes: it was removed from the configuration by mistake, a pod does not start, or service discovery lost it. If it was removed on purpose, there is nothing to do: the alert ends six hours after the PBX was last seen.`,
  };
}

function pbxProbeFailing({ id, withLabels, pbx }: Own): Alert {
  const failing = `1 + max by (${id}) (label_replace(up{${probeJobs}}, "pbx", "$1", "instance", "(.+)")) == 1`;
  return {
    alert: 'PbxProbeFailing',
    why: `With /probe only: the probe itself fails, so nothing is known about the PBX. The name of the PBX is the "instance" of the
          target. If the probe never succeeded, the alert has no other labels.`,
    expr: `${withLabels(failing)}
or on (${id})
${failing}`,
    for: '5m',
    severity: 'warning',
    summary: `Prometheus cannot probe ${pbx}`,
    description: `The scrape of /probe for ${pbx} has failed for five minutes, so nothing is known about the PBX. Prometheus shows the error under "Targets". Most likely, scrape_timeout is shorter than a round of this PBX, or the exporter no longer knows this name.`,
    dashboard: 'exporter',
  };
}

function disagreement(id: string, carried: string): string {
  return `count by (${id}) (count by (${id}, ${carried}) (pbx_target_info)) > 1
or on (${id}) count by (${id}) (count by (${id}, model) (pbx_info)) > 1
or on (${id}) max by (${id}) (time() - pbx_uptime_seconds) - min by (${id}) (time() - pbx_uptime_seconds) > 300
or on (${id}) max by (${id}) ${looked} - min by (${id}) ${looked} > 0
or on (${id}) (
  max by (${id}) (sum by (${id}, job, instance) (pbx_peers)) - min by (${id}) (sum by (${id}, job, instance) (pbx_peers)) > 0
)`;
}

function pbxExportersDisagree({ withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxExportersDisagree',
    why: 'The recording rule pbx:exporters_disagree:held lists the differences.',
    expr: withLabels('pbx:exporters_disagree:held'),
    for: '15m',
    severity: 'warning',
    summary: `Two exporters report different data about ${pbx}`,
    description: `Several exporters show a PBX of this name, but their data differs. If two PBXs have the same name, rename one, because alerts see only the better of the two. If two exporters poll the same PBX, their configurations differ, or one of them cannot reach it.`,
    dashboard: 'exporter',
  };
}
