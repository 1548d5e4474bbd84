import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { projectFolder } from './testbed.ts';

/** Addresses on which the parts of a test listen. */
export interface Addresses {
  readonly exporter: string;
  readonly alertmanager: string;
  readonly webhook: string;
}

/** The name of this Prometheus in its alerts. */
export const cluster = 'customer-a';

/** Receivers that people read; the dead man's switch is for a machine. */
const people = ['on-call', 'telephony'];

/**
 * Durations are divided by this: one minute in the committed files is two seconds here. An alert inhibits others because it fires a minute
 * or two earlier, or keeps firing as much longer, so this must be longer than a busy machine may suspend a program.
 */
const faster = 30;

/**
 * Writes the committed files of `deploy/` into a folder. Only addresses and durations differ, which are 30 times shorter. Expressions,
 * labels, texts, routes, groups and inhibitions are unchanged.
 */
export async function writeDeployedFiles(
  folder: string,
  addresses: Addresses,
  prometheusFile: 'prometheus.yml' | 'prometheus-probe.yml',
): Promise<void> {
  await mkdir(join(folder, 'rules'), { recursive: true });
  await writeFile(join(folder, 'prometheus.yml'), await prometheus(prometheusFile, addresses));
  await writeFile(join(folder, 'alertmanager.yml'), await alertmanager(addresses));
  for (const file of ['alerts.yml', 'recording.yml', 'dashboards.yml']) {
    await writeFile(join(folder, 'rules', file), await rules(file));
  }
}

async function prometheus(file: string, { exporter, alertmanager: address }: Addresses): Promise<string> {
  const text = (await deployed(`prometheus/${file}`))
    .replaceAll('127.0.0.1:10560', exporter)
    .replaceAll('127.0.0.1:9093', address)
    // Timeouts equal the intervals, the longest that Prometheus allows, because a scrape that times out is lost.
    .replaceAll('scrape_interval: 30s', 'scrape_interval: 2s')
    .replaceAll('scrape_timeout: 10s', 'scrape_timeout: 2s')
    // Probes run only every 10 s, because some families of PBX limit the rate of requests.
    .replaceAll('scrape_interval: 60s', 'scrape_interval: 10s')
    .replaceAll('scrape_timeout: 20s', 'scrape_timeout: 10s')
    .replace(/evaluation_interval: \d+s/g, 'evaluation_interval: 1s')
    .replace(/refresh_interval: \w+/g, 'refresh_interval: 1s')
    .replace('global:\n', `global:\n  external_labels: { cluster: ${cluster} }\n`);
  return text;
}

async function rules(file: string): Promise<string> {
  const document = parseDocument(await deployed(`prometheus/rules/${file}`));
  const schema = z.object({ groups: z.array(z.looseObject({ rules: z.array(z.looseObject({})) })) });
  const { groups } = schema.parse(document.toJS());
  for (const group of groups) {
    if (group['interval'] !== undefined) group['interval'] = '1s';
    for (const rule of group.rules) Object.assign(rule, shorterTimes(rule));
  }
  return stringify({ groups });
}

const routeSchema = z.looseObject({ routes: z.array(z.looseObject({})).optional() });
const alertmanagerSchema = z.looseObject({
  route: routeSchema,
  receivers: z.array(z.looseObject({ name: z.string() })),
});

async function alertmanager({ webhook }: Addresses): Promise<string> {
  const file = alertmanagerSchema.parse(parse(await deployed('alertmanager/alertmanager.yml')));
  Object.assign(file.route, { group_wait: '4s', group_interval: '2s' });
  for (const receiver of file.receivers)
    if (people.includes(receiver.name)) receiver['webhook_configs'] = [{ url: webhook }];
  return stringify(file);
}

function shorterTimes(rule: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const times = ['for', 'keep_firing_for'].flatMap((key) => {
    const time = rule[key];
    return typeof time === 'string' ? [[key, shorter(time)] as const] : [];
  });
  return Object.fromEntries(times);
}

/** Converts `5m` to `10s`, a thirtieth. */
function shorter(duration: string): string {
  const [, amount = '', unit = ''] = /^(\d+)([mh])$/.exec(duration) ?? [];
  const minutes = Number(amount) * (unit === 'h' ? 60 : 1);
  if (unit === '') throw new Error(`not a duration in minutes or hours: ${duration}`);
  return `${Math.round((minutes * 60) / faster)}s`;
}

async function deployed(file: string): Promise<string> {
  return readFile(join(projectFolder, 'deploy', file), 'utf8');
}
