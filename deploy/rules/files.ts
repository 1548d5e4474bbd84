import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, stylesOf } from './cases/case.ts';
import { casesOfExporters, oneExporterLost } from './cases/exporters.ts';
import { casesFile, type LinksOf, type StyledCase } from './cases/file.ts';
import { cases, longCases, weekCases } from './cases/index.ts';
import { alertGroups, linksOf, ruleFiles } from './index.ts';
import { committedSettings, type Settings, type Thresholds } from './settings.ts';

const deploy = join(import.meta.dirname, '..');

/** What the files are made from. */
interface Sources {
  readonly settings: Settings;
  readonly thresholds: Thresholds;
}

/** Every file that is made from settings, by its path in deploy/: the rules, and what has to agree with them. */
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
 * Rules have to hold with an evaluation every 30 s, as in the files beside them, and every minute, as Prometheus does where nobody says
 * otherwise: each style proves one of them, except where the minute is too long for what is told.
 */
function byEvaluation(all: readonly Case[]): readonly [everyHalfMinute: StyledCase[], everyMinute: StyledCase[]] {
  const everyMinute = ({ one, style }: StyledCase): boolean => style === 'probe' && one.everyHalfMinute !== true;
  const styled = all.flatMap(inItsStyles);
  return [styled.filter((one) => !everyMinute(one)), styled.filter(everyMinute)];
}

function text(file: string): string {
  return readFileSync(join(deploy, file), 'utf8');
}

/** What else alerts are grouped and compared by; every other label is of the identity. */
const otherLabels = ['alertname', 'cluster', 'site', 'host', 'trunk'];

/** "equal" and "group_by" tell PBXs, or fleets where no PBX is meant, apart by what the rules tell them apart by; a carrier is the same for all. */
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
