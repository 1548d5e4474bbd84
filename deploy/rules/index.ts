import { dashboardGroups } from './dashboards.ts';
import { exportersGroup } from './exporters.ts';
import { limitsGroup } from './limits.ts';
import { listsGroup } from './lists.ts';
import { peersGroup } from './peers.ts';
import { qualityGroup } from './quality.ts';
import { readingGroup } from './reading.ts';
import { recordingGroups } from './recordings.ts';
import { type Alert, type Group, type Recording, ruleFile, type WrittenRule } from './rule.ts';
import { serviceGroup } from './service.ts';
import type { Settings, Thresholds } from './settings.ts';
import { trunksGroup } from './trunks.ts';
import { type Words, words } from './words.ts';

const head = `Written by "npm run rules" from deploy/rules, settings.yml and thresholds.yml: change it there. Prometheus 2.42 or newer.`;

const recordingHead = `${head} What alerts.yml and dashboards.yml need, and the dashboards themselves.`;

const alertsHead = `${head} It needs recording.yml beside it, and the inhibitions in ../../alertmanager/alertmanager.yml, which make one
  message of one cause. severity: critical = people cannot make calls, or nobody would notice if they could not; warning = see to it today;
  info = worth knowing. "for" is computed: an alert that bears an outage of so many minutes waits two minutes longer, for a round of
  30 s, a scrape of 30 s, one scrape that is lost and one evaluation; poll or scrape more rarely, and it has to be longer by as much.
  Disabled trunks and phones, and those whose state the PBX does not tell, have no series that could raise an alert.`;

const dashboardsHead = `${head} What the dashboards show of now, since when, and over weeks. Alerts do not need it; it needs recording.yml.`;

/** All groups of alerts, with what they record. */
export function alertGroups(settings: Settings, thresholds: Thresholds): readonly Group[] {
  const own = words(settings, thresholds);
  return [
    readingGroup,
    listsGroup,
    trunksGroup,
    peersGroup,
    serviceGroup,
    qualityGroup,
    limitsGroup,
    exportersGroup,
  ].map((group) => group(own));
}

/** The text of the files in deploy/prometheus/rules, by name. */
export function ruleFiles(
  settings: Settings,
  thresholds: Thresholds,
): Readonly<Record<'alerts.yml' | 'recording.yml' | 'dashboards.yml', string>> {
  const own = words(settings, thresholds);
  const groups = alertGroups(settings, thresholds);
  return {
    'alerts.yml': ruleFile(alertsHead, groups, (rule) => written(rule, own)),
    'recording.yml': ruleFile(recordingHead, recordingGroups(own), (rule) => written(rule, own)),
    'dashboards.yml': ruleFile(dashboardsHead, dashboardGroups(own), (rule) => written(rule, own)),
  };
}

function written(rule: Alert | Recording, own: Words): WrittenRule {
  if ('record' in rule) return { record: rule.record, expr: rule.expr };
  const { alert, expr, for: wait, keep_firing_for: keep, summary, description } = rule;
  return {
    alert,
    expr,
    for: wait,
    ...(keep === undefined ? {} : { keep_firing_for: keep }),
    labels: { severity: severityOf(rule, own) },
    annotations: {
      summary,
      description: description.replaceAll('\n', ' ').replaceAll(' {{-', '{{-'),
      ...linksOf(rule, own.settings),
    },
  };
}

/** The addresses of an alert's pages, as templates. */
export function linksOf(
  { alert, dashboard }: Pick<Alert, 'alert' | 'dashboard'>,
  { runbook_url: runbooks, dashboard_url: grafana, identity }: Settings,
): Readonly<Record<string, string>> {
  return {
    runbook_url: `${runbooks}/${runbookOf(alert)}`,
    ...(grafana === undefined ? {} : { dashboard_url: dashboardOf(dashboard, grafana, identity) }),
  };
}

/** `PbxDown` has `pbx-down.md`. */
function runbookOf(alert: string): string {
  return `${alert.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.md`;
}

function dashboardOf(dashboard: Alert['dashboard'], grafana: string, identity: readonly string[]): string {
  const base = `${grafana.replace(/\/$/, '')}/d/`;
  if (dashboard === 'exporter') return `${base}pbx-exporter`;
  const chosen = identity.toReversed().map((label) => `var-${label}={{ urlquery $labels.${label} }}`);
  return dashboard === 'pbx' ? `${base}pbx-one?${chosen.join('&')}` : `${base}pbx-fleet`;
}

/** A word, or a template where thresholds.yml has others for some PBXs. */
function severityOf({ alert, severity }: Alert, { thresholds }: Words): string {
  const own = thresholds.severities.filter((one) => one.alert === alert);
  const cases = own.map(({ of, severity: other }, index) => {
    const conditions = Object.entries(of).map(([label, value]) => `(eq $labels.${label} ${JSON.stringify(value)})`);
    return `{{ ${index === 0 ? 'if' : 'else if'} and true ${conditions.join(' ')} }}${other}`;
  });
  return cases.length === 0 ? severity : `${cases.join('')}{{ else }}${severity}{{ end }}`;
}
