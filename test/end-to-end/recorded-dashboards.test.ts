import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually, soon } from './eventually.ts';
import { panelAnswers } from './panel-answers.ts';
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
/** Down for so long that its values are no longer exported. */
const dead: RecordedPbx = { name: 'south', site: 'berlin', up: false, readAgo: 600, reason: 'connect' };

/** Every character that the configuration accepts and that has a special meaning in PromQL, regular expressions or Grafana. */
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
  const panels = panelAnswers(() => lab.prometheus);

  beforeAll(async () => {
    lab = await startRecordingLab();
  });

  afterAll(() => lab.close());

  test('all is well: what there is, once', async () => {
    await show([north, south], undefined, 'count(pbx:trunks:held) == 2');
    await expect.poll(() => panels.values('fleet.json', 'PBXs down'), soon).toEqual([0]);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service'), soon).toEqual([1, 1]);
    await expect
      .poll(() => panels.rows('fleet.json', 'Trunks not in service now'), soon)
      .toEqual([{ pbx: 'north', state: 'rejected' }]);
    await expect.poll(() => panels.values('pbx.json', 'Login suspended for', { pbx: 'north' }), soon).toEqual([0]);
  });

  test('a phone is found in all PBXs by a part of its number, and of its name', async () => {
    const found = ['north', 'south'].map((pbx) => ({ pbx, state: '' }));
    await expect
      .poll(async () => panels.values('phone.json', 'Reachable', await panels.searching('102')), soon)
      .toEqual([0, 0]);
    await expect
      .poll(async () => panels.rows('phone.json', 'Reachable', await panels.searching('phone 101')), soon)
      .toEqual(found);
    await expect
      .poll(async () => panels.values('phone.json', 'Roundtrip', await panels.searching('101')), soon)
      .toEqual([12, 12]);
    await expect
      .poll(
        async () => panels.values('phone.json', 'Roundtrip', { ...(await panels.searching('101')), pbx: ['south'] }),
        soon,
      )
      .toEqual([12]);
    await expect
      .poll(async () => panels.values('phone.json', 'Reachable', await panels.searching('1.1')), soon)
      .toEqual([]);
    expect(await panels.searching('1.1')).toEqual({ phone: '1.1', pbx: [], peer: [] });
  });

  test('a provider and a site show where troubles come together', async () => {
    await expect.poll(() => panels.values('fleet.json', 'Providers'), soon).toEqual([1, 3]);
    await expect.poll(() => panels.values('fleet.json', 'Sites'), soon).toEqual([2]);
    await expect.poll(() => panels.values('site.json', 'PBXs', { site: 'berlin' }), soon).toEqual([1, 1]);
    await expect.poll(() => panels.values('site.json', 'PBXs', { site: 'elsewhere' }), soon).toEqual([]);
  });

  test('a PBX is dead: its trunks are unknown, and no table is silent about it', async () => {
    await show([north, dead], undefined, 'pbx:trunks:held{pbx="south"} unless pbx_trunks and on () (pbx:up:held == 0)');
    await expect.poll(() => panels.values('fleet.json', 'PBXs down'), soon).toEqual([1]);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service'), soon).toEqual([1, 2]);
    await expect.poll(() => panels.values('fleet.json', 'Peers unreachable'), soon).toEqual([1, 1]);
    await expect
      .poll(() => panels.rows('fleet.json', 'Trunks not in service now'), soon)
      .toEqual([
        { pbx: 'north', state: 'rejected' },
        { pbx: 'south', state: 'not read: PBX down' },
      ]);
    const since = await panels.values('fleet.json', 'Trunks not in service now');
    expect(since[0]).toBeCloseTo(Date.now() - 600_000, -5);
    await expect.poll(() => panels.values('pbx.json', 'Trunks not in service', { pbx: 'south' }), soon).toEqual([1]);
    await expect.poll(() => panels.values('fleet.json', 'Oldest reading'), soon).toEqual([expect.closeTo(600, -2), 1]);
  });

  test('all exporters are dead: nothing looks well', async () => {
    await show(undefined, undefined, 'count(pbx:up:held offset 2s == -1) == 2');
    await expect.poll(() => panels.values('fleet.json', 'PBXs'), soon).toEqual([2]);
    await expect.poll(() => panels.values('fleet.json', 'PBXs down'), soon).toEqual([2, 2]);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service'), soon).toEqual([4]);
    await expect.poll(() => panels.values('fleet.json', 'Logins suspended'), soon).toEqual([2]);
    const unread = ['north', 'south'].map((pbx) => ({ pbx, state: 'not read: no exporter answers' }));
    await expect.poll(() => panels.rows('fleet.json', 'Trunks not in service now'), soon).toEqual(unread);
    await expect.poll(() => panels.values('fleet.json', 'PBXs that were down in this time'), soon).toEqual([-1, -1]);
    await expect.poll(() => panels.values('pbx.json', 'State', { pbx: 'north' }), soon).toEqual([-1]);
    await expect.poll(() => panels.values('pbx.json', 'Login suspended for', { pbx: 'north' }), soon).toEqual([]);
  });

  test('since when a trunk and a phone are away: kept while nobody reads them, and anew after they were back', async () => {
    const away = ['pbx:trunk_not_in_service:since{pbx="north"}', 'pbx:peer_not_reachable:since{pbx="north"}'] as const;
    const since = async (): Promise<readonly (number | undefined)[]> =>
      Promise.all(away.map((record) => lab.prometheus.value(record)));
    const back: RecordedPbx = {
      ...north,
      trunks: { carrier: 'registered', spare: 'registered' },
      peers: { '102': { reachable: true } },
    };
    await show(
      [back],
      undefined,
      'pbx_peers and on () (pbx_trunk_up{trunk="spare"} == 1) unless on () {__name__=~"pbx:.*:since",pbx="north"}',
    );
    const lost = Date.now() / 1000;
    await show([north], undefined, away.join(' and on (pbx) '));
    const first = await since();
    const seen = Date.now() / 1000;
    expect(first.every((time) => time !== undefined && time >= lost && time <= seen)).toBe(true);
    await show(undefined, undefined, 'pbx:up:held{pbx="north"} == -1');
    expect(await since()).toEqual(first);
    await show([north], undefined, 'pbx:up:held{pbx="north"} == 1');
    expect(await since()).toEqual(first);
    const [trunk = 0, peer = 0] = first.map((time) => (time ?? 0) * 1000);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service now'), soon).toEqual([trunk]);
    await expect
      .poll(() => panels.values('site.json', 'Trunks not in service', { site: 'berlin' }), soon)
      .toEqual([0, trunk]);
    await expect.poll(() => panels.values('pbx.json', 'Trunks', { pbx: 'north' }), soon).toContain(trunk);
    await expect.poll(() => panels.values('pbx.json', 'Peers', { pbx: 'north' }), soon).toContain(peer);
    await expect
      .poll(async () => panels.values('phone.json', 'Now', await panels.searching('102')), soon)
      .toContain(peer);
    await expect.poll(() => panels.values('fleet.json', 'Phones that cannot be reached'), soon).toEqual([peer]);
    await show([back], undefined, 'pbx_up unless on () {__name__=~"pbx:.*:since",pbx="north"}');
    await show([north], undefined, away.join(' and on (pbx) '));
    expect((await since()).every((time, index) => (time ?? 0) > (first[index] ?? 0))).toBe(true);
  });

  test('an exporter that lives and shows a PBX no more: it was removed, and nobody asks for it', async () => {
    await show([north], undefined, 'count(pbx:up:held) == 1');
    await expect.poll(() => panels.values('fleet.json', 'PBXs'), soon).toEqual([1]);
    await expect.poll(() => panels.values('fleet.json', 'PBXs down'), soon).toEqual([0]);
  });

  test('a pair that disagrees: every PBX once, as the one says that read it last', async () => {
    const elsewhere: RecordedPbx = { ...north, readAgo: 40, trunks: { ...north.trunks, carrier: 'failed' } };
    const cannot: RecordedPbx = { ...dead, reason: 'timeout' };
    await show([north, south], [elsewhere, cannot], 'count(pbx_up) == 4');
    await expect.poll(() => panels.values('fleet.json', 'PBXs'), soon).toEqual([2]);
    await expect.poll(() => panels.values('fleet.json', 'PBXs down'), soon).toEqual([0]);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service'), soon).toEqual([1, 1]);
    await expect
      .poll(() => panels.values('pbx.json', 'State of every trunk', { pbx: 'north' }), soon)
      .toEqual([1, 4, 10]);
    await expect.poll(() => panels.values('exporter.json', 'PBXs'), soon).toEqual([2]);
    await panels.everyQueryIsAccepted({ pbx: 'north' });
    const [page = ''] = (await lab.prometheus.history('pbx_exporter_build_info')).map(
      ({ labels }) => labels['instance'],
    );
    await expect.poll(() => panels.values('exporter.json', 'PBXs', { instance: page }), soon).toEqual([2]);
  });

  test('a move from one exporter to the other does not hide the outage before it', async () => {
    await show([dead, north], undefined, 'pbx_up{pbx="south"} == 0 and on () (count(pbx_up) == 2)');
    await show([north], [south], 'pbx_up{pbx="south"} == 1');
    const down = await panels.series('fleet.json', 'PBXs that were down in this time');
    expect(down.map(({ labels }) => labels['pbx'])).toContain('south');
  });

  test('every name that the configuration takes: no query breaks, and each finds its own PBX only', async () => {
    await show(
      awkward.map((name) => ({ ...north, name, site: name })),
      undefined,
      `count(pbx_up == 1) == ${awkward.length}`,
    );
    for (const name of awkward) {
      await expect.poll(() => panels.values('pbx.json', 'State', { pbx: name }), soon).toEqual([1]);
      await expect.poll(() => panels.values('pbx.json', 'State of every trunk', { pbx: name }), soon).toHaveLength(3);
      await expect.poll(() => panels.values('fleet.json', 'PBXs', { pbx: [name], site: [name] }), soon).toEqual([1]);
      await expect
        .poll(
          async () => panels.values('phone.json', 'Reachable', { ...(await panels.searching('102')), pbx: [name] }),
          soon,
        )
        .toEqual([0]);
    }
    await expect.poll(() => panels.values('fleet.json', 'PBXs', { pbx: awkward.slice(0, 4) }), soon).toEqual([4]);
    expect((await panels.searching('102'))['pbx']).toEqual(awkward.toSorted());
    await expect
      .poll(async () => panels.values('phone.json', 'Reachable', await panels.searching('102')), soon)
      .toEqual(awkward.map(() => 0));
    await panels.everyQueryIsAccepted({ pbx: `"O'Brien" \\ | $1` });
    await panels.everyQueryIsAccepted({});
  });

  /** Sets the pages of both exporters and waits until Prometheus has scraped them. */
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
});
