import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesOfExporters, oneExporterLost } from './cases/exporters.ts';
import { cases, longCases, weekCases } from './cases/index.ts';
import { both } from './cases/case.ts';
import { casesFile, type LinksOf } from './cases/file.ts';
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
  const short = [
    ...casesOfExporters(cases, exporters),
    ...(exporters === undefined ? [] : [oneExporterLost(exporters)]),
  ];
  return {
    'prometheus/rules/alerts.yml': files['alerts.yml'],
    'prometheus/rules/recording.yml': files['recording.yml'],
    'prometheus/rules/dashboards.yml': files['dashboards.yml'],
    // The short ones are many: a file for each style, which can be evaluated beside each other.
    'prometheus/alerts.test.yml': casesFile(short, ['own schedule'], '30s', links),
    'prometheus/alerts-probe.test.yml': casesFile(short, ['probe'], '30s', links),
    'prometheus/alerts-long.test.yml': casesFile(casesOfExporters(longCases, exporters), both, '2m', links),
    'prometheus/alerts-week.test.yml': casesFile(casesOfExporters(weekCases, exporters), both, '30m', links),
    'alertmanager/alertmanager.yml': withIdentity(text('alertmanager/alertmanager.yml'), settings.identity),
  };
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
