import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dashboardNames, readDashboard, shownPanels } from '../support/dashboard-file.ts';
import { type Choices, interpolate } from '../support/grafana-variables.ts';
import { eventually } from './eventually.ts';
import type { Series } from './prometheus-server.ts';
import { type RecordedPbx, type RecordingLab, startRecordingLab } from './recorded-pages.ts';

const north: RecordedPbx = {
  name: 'north',
  site: 'berlin',
  up: true,
  readAgo: 1,
  trunks: { carrier: 'registered', spare: 'rejected', idle: 'unknown' },
  peers: { '101': { reachable: true, roundtrip: 12_000 }, '102': { reachable: false } },
};
const south: RecordedPbx = { ...north, name: 'south', trunks: { carrier: 'registered' } };
/** Down for so long that its values have gone. */
const dead: RecordedPbx = { name: 'south', site: 'berlin', up: false, readAgo: 600, reason: 'connect' };

/** Every sign that the configuration takes and PromQL, regular expressions or Grafana give a meaning to. */
const awkward = [
  `"quoted"`,
  `O'Brien`,
  String.raw`back\slash`,
  'a|b',
  'a.b',
  '$1 & $__range',
  '${pbx}',
  'two words',
  'Zürich',
  '(x)[y]{z}*+?^/',
];

describe.skipIf(inject('unavailable').prometheus !== '')('dashboards on recorded series', () => {
  let lab: RecordingLab;

  beforeAll(async () => {
    lab = await startRecordingLab();
  });

  afterAll(() => lab.close());

  test('all is well: what there is, once', async () => {
    await show([north, south], undefined, 'count(pbx:trunks:held) == 2');
    expect(await values('fleet.json', 'PBXs down')).toEqual([0]);
    expect(await values('fleet.json', 'Trunks not in service')).toEqual([1, 1]);
    expect(await rows('fleet.json', 'Trunks not in service now')).toEqual([{ pbx: 'north', state: 'rejected' }]);
    expect(await values('pbx.json', 'Login suspended for', { pbx: 'north' })).toEqual([0]);
  });

  test('a phone is found in all PBXs by a part of its number, and of its name', async () => {
    const found = ['north', 'south'].map((pbx) => ({ pbx, state: '' }));
    expect(await values('phone.json', 'Reachable', await searching('102'))).toEqual([0, 0]);
    expect(await rows('phone.json', 'Reachable', await searching('phone 101'))).toEqual(found);
    expect(await values('phone.json', 'Roundtrip', await searching('101'))).toEqual([12, 12]);
    expect(await values('phone.json', 'Roundtrip', { ...(await searching('101')), pbx: ['south'] })).toEqual([12]);
    expect(await values('phone.json', 'Reachable', await searching('1.1'))).toEqual([]);
    expect(await searching('1.1')).toEqual({ phone: '1.1', pbx: [], peer: [] });
  });

  test('a provider and a site show where troubles come together', async () => {
    expect(await values('fleet.json', 'Providers')).toEqual([1, 3]);
    expect(await values('fleet.json', 'Sites')).toEqual([2]);
    expect(await values('site.json', 'PBXs', { site: 'berlin' })).toEqual([1, 1]);
    expect(await values('site.json', 'PBXs', { site: 'elsewhere' })).toEqual([]);
  });

  test('a PBX is dead: its trunks are unknown, and no table is silent about it', async () => {
    await show([north, dead], undefined, 'pbx:trunks:held{pbx="south"} unless pbx_trunks and on () (pbx:up:held == 0)');
    expect(await values('fleet.json', 'PBXs down')).toEqual([1]);
    expect(await values('fleet.json', 'Trunks not in service')).toEqual([1, 2]);
    expect(await values('fleet.json', 'Peers unreachable')).toEqual([1, 1]);
    expect(await rows('fleet.json', 'Trunks not in service now')).toEqual([
      { pbx: 'north', state: 'rejected' },
      { pbx: 'south', state: 'not read: PBX down' },
    ]);
    expect(await values('pbx.json', 'Trunks not in service', { pbx: 'south' })).toEqual([1]);
    expect(await values('fleet.json', 'Longest not read')).toEqual([expect.closeTo(600, -2), 1]);
  });

  test('all exporters are dead: nothing looks well', async () => {
    await show(undefined, undefined, 'count(pbx:up:held offset 2s == -1) == 2');
    expect(await values('fleet.json', 'PBXs')).toEqual([2]);
    expect(await values('fleet.json', 'PBXs down')).toEqual([2, 2]);
    expect(await values('fleet.json', 'Trunks not in service')).toEqual([4]);
    expect(await values('fleet.json', 'Logins suspended')).toEqual([2]);
    const unread = ['north', 'south'].map((pbx) => ({ pbx, state: 'not read: no exporter answers' }));
    expect(await rows('fleet.json', 'Trunks not in service now')).toEqual(unread);
    expect(await values('fleet.json', 'PBXs that were down in this time')).toEqual([-1, -1]);
    expect(await values('pbx.json', 'State', { pbx: 'north' })).toEqual([-1]);
    expect(await values('pbx.json', 'Login suspended for', { pbx: 'north' })).toEqual([]);
  });

  test('an exporter that lives and shows a PBX no more: it was removed, and nobody asks for it', async () => {
    await show([north], undefined, 'count(pbx:up:held) == 1');
    expect(await values('fleet.json', 'PBXs')).toEqual([1]);
    expect(await values('fleet.json', 'PBXs down')).toEqual([0]);
  });

  test('a pair that disagrees: every PBX once, as the one says that read it last', async () => {
    const elsewhere: RecordedPbx = { ...north, readAgo: 40, trunks: { ...north.trunks, carrier: 'failed' } };
    const cannot: RecordedPbx = { ...dead, reason: 'timeout' };
    await show([north, south], [elsewhere, cannot], 'count(pbx_up) == 4');
    expect(await values('fleet.json', 'PBXs')).toEqual([2]);
    expect(await values('fleet.json', 'PBXs down')).toEqual([0]);
    expect(await values('fleet.json', 'Trunks not in service')).toEqual([1, 1]);
    expect(await values('pbx.json', 'State of every trunk', { pbx: 'north' })).toEqual([1, 4, 10]);
    expect(await values('exporter.json', 'PBXs')).toEqual([2]);
    await everyQueryIsAccepted({ pbx: 'north' });
  });

  test('a move from one exporter to the other does not hide the outage before it', async () => {
    await show([dead, north], undefined, 'pbx_up{pbx="south"} == 0 and on () (count(pbx_up) == 2)');
    await show([north], [south], 'pbx_up{pbx="south"} == 1');
    const down = await seriesOf('fleet.json', 'PBXs that were down in this time');
    expect(down.map(({ labels }) => labels['pbx'])).toContain('south');
  });

  test('every name that the configuration takes: no query breaks, and each finds its own PBX only', async () => {
    await show(
      awkward.map((name) => ({ ...north, name, site: name })),
      undefined,
      `count(pbx_up == 1) == ${awkward.length}`,
    );
    for (const name of awkward) {
      expect(await values('pbx.json', 'State', { pbx: name })).toEqual([1]);
      expect(await values('pbx.json', 'State of every trunk', { pbx: name })).toHaveLength(3);
      expect(await values('fleet.json', 'PBXs', { pbx: [name], site: [name] })).toEqual([1]);
      expect(await values('phone.json', 'Reachable', { ...(await searching('102')), pbx: [name] })).toEqual([0]);
    }
    expect(await values('fleet.json', 'PBXs', { pbx: awkward.slice(0, 4) })).toEqual([4]);
    expect((await searching('102'))['pbx']).toEqual(awkward.toSorted());
    expect(await values('phone.json', 'Reachable', await searching('102'))).toEqual(awkward.map(() => 0));
    await everyQueryIsAccepted({ pbx: `"O'Brien" \\ | $1` });
    await everyQueryIsAccepted({});
  });

  /** Lets the exporters show this, and waits until Prometheus has seen it. */
  async function show(
    one: readonly RecordedPbx[] | undefined,
    other: readonly RecordedPbx[] | undefined,
    seen: string,
  ): Promise<void> {
    lab.one.show(one);
    lab.other.show(other);
    await eventually(seen, async () => {
      const answering = await lab.prometheus.value('sum(up)');
      const expected = [one, other].filter((page) => page !== undefined).length;
      return answering === expected && (await lab.prometheus.history(seen)).length > 0;
    });
  }

  async function seriesOf(file: string, title: string, choices: Choices = {}): Promise<readonly Series[]> {
    const panel = shownPanels(readDashboard(file)).find((one) => one.title === title);
    if (panel === undefined) throw new Error(`${file} has no panel "${title}"`);
    const answers = await Promise.all(
      (panel.targets ?? []).map(({ expr, interval }) => lab.prometheus.history(filled(expr, interval, choices))),
    );
    return answers.flat();
  }

  /** The values of a panel, query by query, those of one query from the least. */
  async function values(file: string, title: string, choices: Choices = {}): Promise<readonly number[]> {
    const panel = shownPanels(readDashboard(file)).find((one) => one.title === title);
    if (panel === undefined) throw new Error(`${file} has no panel "${title}"`);
    const answers = await Promise.all(
      (panel.targets ?? []).map(({ expr, interval }) => lab.prometheus.history(filled(expr, interval, choices))),
    );
    return answers.flatMap((series) => series.map(({ samples }) => samples[0]?.value ?? NaN).toSorted((a, b) => a - b));
  }

  /** PBX and state of each row of a table. */
  async function rows(file: string, title: string, choices: Choices = {}): Promise<readonly unknown[]> {
    const series = await seriesOf(file, title, choices);
    return series
      .map(({ labels: { pbx = '', state = '' } }) => ({ pbx, state }))
      .toSorted((left, right) => left.pbx.localeCompare(right.pbx));
  }

  /** The lists of the page of a phone, as Grafana fills them from the text that was typed. */
  async function searching(phone: string): Promise<Choices> {
    const { list } = readDashboard('phone.json').templating;
    let choices: Choices = { phone };
    for (const { name, definition, regex = '' } of list) {
      const [, expression] = /^query_result\((.+)\)$/.exec(definition ?? '') ?? [];
      if (expression === undefined) continue;
      const series = await lab.prometheus.history(filled(expression, undefined, choices));
      choices = { ...choices, [name]: foundNames(series, regex) };
    }
    return choices;
  }

  async function everyQueryIsAccepted(choices: Choices): Promise<void> {
    const targets = dashboardNames.flatMap((file) =>
      shownPanels(readDashboard(file)).flatMap((panel) => panel.targets ?? []),
    );
    for (const { expr, interval } of targets) await lab.prometheus.history(filled(expr, interval, choices));
  }
});

/** What the pattern of a variable takes out of the answers, each written as Grafana writes it (`metric_find_query.ts`): nothing is escaped. */
function foundNames(series: readonly Series[], regex: string): readonly string[] {
  const pattern = new RegExp(regex.slice(1, -1));
  const lines = series.map(({ labels, samples }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `{${pairs.join(',')}} ${samples[0]?.value} ${(samples[0]?.time ?? 0) * 1000}`;
  });
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).toSorted();
}

function filled(expression: string, interval: string | undefined, choices: Choices): string {
  const minimumStep = interval === '1m' ? 60 : 1;
  // Scrapes come every second here, not every 30 s.
  const faster = expression.replaceAll(':30s]', ':1s]');
  return interpolate(faster, choices, { range: 30, step: 30, minimumStep });
}
