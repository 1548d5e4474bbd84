import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, stylesOf } from './cases/case.ts';
import { casesOfExporters, oneExporterLost } from './cases/exporters.ts';
import { casesFile, type LinksOf, type StyledCase } from './cases/file.ts';
import { cases, longCases, weekCases } from './cases/index.ts';
import { alertGroups, linksOf, ruleFiles } from './index.ts';
import { committedSettings, type Settings, type Thresholds } from './settings.ts';

const deploy = join(import.meta.dirname, '..');

/** The inputs of the generated files. */
interface Sources {
  readonly settings: Settings;
  readonly thresholds: Thresholds;
}

/** Returns all files generated from settings, by path in deploy/: the rules and the files that depend on them. */
export function generatedFiles(
  { settings, thresholds }: Sources = committedSettings(),
): Readonly<Record<string, string>> {
  const files = ruleFiles(settings, thresholds);
  const alerts = alertGroups(settings, thresholds).flatMap(({ rules }) =>
    rules.flatMap((rule) => ('alert' in rule ? [rule] : [])),
  );
  const links: LinksOf = (name) => {
    const found = alerts.find(({ alert }) => alert === name);
    return found === undefined ? {} : linksOf(found, settings);
  };
  const { exporters } = settings;
  const lost = exporters === undefined ? [] : [oneExporterLost(exporters)];
  const [everyHalfMinute, everyMinute] = byEvaluation([...casesOfExporters(cases, exporters), ...lost]);
  const long = casesOfExporters(longCases, exporters).flatMap(inItsStyles);
  const week = casesOfExporters(weekCases, exporters).flatMap(inItsStyles);
  return {
    'prometheus/rules/alerts.yml': files['alerts.yml'],
    'prometheus/rules/recording.yml': files['recording.yml'],
    'prometheus/rules/dashboards.yml': files['dashboards.yml'],
    'prometheus/alerts.test.yml': casesFile(everyHalfMinute, '30s', links),
    'prometheus/alerts-probe.test.yml': casesFile(everyMinute, '1m', links),
    'prometheus/alerts-long.test.yml': casesFile(long, '2m', links),
    'prometheus/alerts-week.test.yml': casesFile(week, '30m', links),
    'alertmanager/alertmanager.yml': withIdentity(text('alertmanager/alertmanager.yml'), settings.identity),
  };
}

function inItsStyles(one: Case): readonly StyledCase[] {
  return stylesOf(one).map((style) => ({ one, style }));
}

/**
 * Splits cases by evaluation interval. Rules must work with an evaluation every 30 s, as in the files next to them, and every minute, the
 * default of Prometheus. Each style tests one of these intervals, except for cases that need the shorter one.
 */
function byEvaluation(all: readonly Case[]): readonly [everyHalfMinute: StyledCase[], everyMinute: StyledCase[]] {
  const everyMinute = ({ one, style }: StyledCase): boolean => style === 'probe' && one.everyHalfMinute !== true;
  const styled = all.flatMap(inItsStyles);
  return [styled.filter((one) => !everyMinute(one)), styled.filter(everyMinute)];
}

function text(file: string): string {
  return readFileSync(join(deploy, file), 'utf8');
}

/** Labels for grouping and comparing alerts that are not part of the identity. */
const otherLabels = ['alertname', 'cluster', 'site', 'host', 'trunk'];

/** Inserts identity labels into "equal" and "group_by", so that PBXs and fleets are distinguished as in the rules; all share carriers. */
export function withIdentity(configuration: string, identity: readonly string[]): string {
  return configuration.replaceAll(/\[([a-z_, ]*\bcluster\b[a-z_, ]*)\]/g, (_, list: string) => {
    const labels = list.split(', ');
    const fleet = labels.includes('host') ? [] : identity.slice(0, -1);
    const own = labels.includes('pbx') ? identity : fleet;
    const kept = labels.filter((label) => otherLabels.includes(label) && !own.includes(label));
    const end = kept.indexOf('cluster') + 1;
    return `[${[...kept.slice(0, end), ...own, ...kept.slice(end)].join(', ')}]`;
  });
}
