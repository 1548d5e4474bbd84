import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from './eventually.ts';
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
    expect(await panels.values('fleet.json', 'PBXs down')).toEqual([0]);
    expect(await panels.values('fleet.json', 'Trunks not in service')).toEqual([1, 1]);
    expect(await panels.rows('fleet.json', 'Trunks not in service now')).toEqual([{ pbx: 'north', state: 'rejected' }]);
    expect(await panels.values('pbx.json', 'Login suspended for', { pbx: 'north' })).toEqual([0]);
  });

  test('a phone is found in all PBXs by a part of its number, and of its name', async () => {
    const found = ['north', 'south'].map((pbx) => ({ pbx, state: '' }));
    expect(await panels.values('phone.json', 'Reachable', await panels.searching('102'))).toEqual([0, 0]);
    expect(await panels.rows('phone.json', 'Reachable', await panels.searching('phone 101'))).toEqual(found);
    expect(await panels.values('phone.json', 'Roundtrip', await panels.searching('101'))).toEqual([12, 12]);
    expect(
      await panels.values('phone.json', 'Roundtrip', { ...(await panels.searching('101')), pbx: ['south'] }),
    ).toEqual([12]);
    expect(await panels.values('phone.json', 'Reachable', await panels.searching('1.1'))).toEqual([]);
    expect(await panels.searching('1.1')).toEqual({ phone: '1.1', pbx: [], peer: [] });
  });

  test('a provider and a site show where troubles come together', async () => {
    expect(await panels.values('fleet.json', 'Providers')).toEqual([1, 3]);
    expect(await panels.values('fleet.json', 'Sites')).toEqual([2]);
    expect(await panels.values('site.json', 'PBXs', { site: 'berlin' })).toEqual([1, 1]);
    expect(await panels.values('site.json', 'PBXs', { site: 'elsewhere' })).toEqual([]);
  });

  test('a PBX is dead: its trunks are unknown, and no table is silent about it', async () => {
    await show([north, dead], undefined, 'pbx:trunks:held{pbx="south"} unless pbx_trunks and on () (pbx:up:held == 0)');
    expect(await panels.values('fleet.json', 'PBXs down')).toEqual([1]);
    expect(await panels.values('fleet.json', 'Trunks not in service')).toEqual([1, 2]);
    expect(await panels.values('fleet.json', 'Peers unreachable')).toEqual([1, 1]);
    expect(await panels.rows('fleet.json', 'Trunks not in service now')).toEqual([
      { pbx: 'north', state: 'rejected' },
      { pbx: 'south', state: 'not read: PBX down' },
    ]);
    const since = await panels.values('fleet.json', 'Trunks not in service now');
    expect(since[0]).toBeCloseTo(Date.now() - 600_000, -5);
    expect(await panels.values('pbx.json', 'Trunks not in service', { pbx: 'south' })).toEqual([1]);
    expect(await panels.values('fleet.json', 'Oldest reading')).toEqual([expect.closeTo(600, -2), 1]);
  });

  test('all exporters are dead: nothing looks well', async () => {
    await show(undefined, undefined, 'count(pbx:up:held offset 2s == -1) == 2');
    expect(await panels.values('fleet.json', 'PBXs')).toEqual([2]);
    expect(await panels.values('fleet.json', 'PBXs down')).toEqual([2, 2]);
    expect(await panels.values('fleet.json', 'Trunks not in service')).toEqual([4]);
    expect(await panels.values('fleet.json', 'Logins suspended')).toEqual([2]);
    const unread = ['north', 'south'].map((pbx) => ({ pbx, state: 'not read: no exporter answers' }));
    expect(await panels.rows('fleet.json', 'Trunks not in service now')).toEqual(unread);
    expect(await panels.values('fleet.json', 'PBXs that were down in this time')).toEqual([-1, -1]);
    expect(await panels.values('pbx.json', 'State', { pbx: 'north' })).toEqual([-1]);
    expect(await panels.values('pbx.json', 'Login suspended for', { pbx: 'north' })).toEqual([]);
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
    await show([north], undefined, away.join(' and on (pbx) '));
    const first = await since();
    expect(first.every((time) => Math.abs(Date.now() / 1000 - (time ?? 0)) < 30)).toBe(true);
    await show(undefined, undefined, 'pbx:up:held{pbx="north"} == -1');
    expect(await since()).toEqual(first);
    await show([north], undefined, 'pbx:up:held{pbx="north"} == 1');
    expect(await since()).toEqual(first);
    const [trunk = 0, peer = 0] = first.map((time) => (time ?? 0) * 1000);
    expect(await panels.values('fleet.json', 'Trunks not in service now')).toEqual([trunk]);
    expect(await panels.values('site.json', 'Trunks not in service', { site: 'berlin' })).toEqual([0, trunk]);
    expect(await panels.values('pbx.json', 'Trunks', { pbx: 'north' })).toContain(trunk);
    expect(await panels.values('pbx.json', 'Peers', { pbx: 'north' })).toContain(peer);
    expect(await panels.values('phone.json', 'Now', await panels.searching('102'))).toContain(peer);
    expect(await panels.values('fleet.json', 'Phones that cannot be reached')).toEqual([peer]);
    await show([back], undefined, 'pbx_up unless on () {__name__=~"pbx:.*:since",pbx="north"}');
    await show([north], undefined, away.join(' and on (pbx) '));
    expect((await since()).every((time, index) => (time ?? 0) > (first[index] ?? 0))).toBe(true);
  });

  test('an exporter that lives and shows a PBX no more: it was removed, and nobody asks for it', async () => {
    await show([north], undefined, 'count(pbx:up:held) == 1');
    expect(await panels.values('fleet.json', 'PBXs')).toEqual([1]);
    expect(await panels.values('fleet.json', 'PBXs down')).toEqual([0]);
  });

  test('a pair that disagrees: every PBX once, as the one says that read it last', async () => {
    const elsewhere: RecordedPbx = { ...north, readAgo: 40, trunks: { ...north.trunks, carrier: 'failed' } };
    const cannot: RecordedPbx = { ...dead, reason: 'timeout' };
    await show([north, south], [elsewhere, cannot], 'count(pbx_up) == 4');
    expect(await panels.values('fleet.json', 'PBXs')).toEqual([2]);
    expect(await panels.values('fleet.json', 'PBXs down')).toEqual([0]);
    expect(await panels.values('fleet.json', 'Trunks not in service')).toEqual([1, 1]);
    expect(await panels.values('pbx.json', 'State of every trunk', { pbx: 'north' })).toEqual([1, 4, 10]);
    expect(await panels.values('exporter.json', 'PBXs')).toEqual([2]);
    await panels.everyQueryIsAccepted({ pbx: 'north' });
    const [page = ''] = (await lab.prometheus.history('pbx_exporter_build_info')).map(
      ({ labels }) => labels['instance'],
    );
    expect(await panels.values('exporter.json', 'PBXs', { instance: page })).toEqual([2]);
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
      expect(await panels.values('pbx.json', 'State', { pbx: name })).toEqual([1]);
      expect(await panels.values('pbx.json', 'State of every trunk', { pbx: name })).toHaveLength(3);
      expect(await panels.values('fleet.json', 'PBXs', { pbx: [name], site: [name] })).toEqual([1]);
      expect(
        await panels.values('phone.json', 'Reachable', { ...(await panels.searching('102')), pbx: [name] }),
      ).toEqual([0]);
    }
    expect(await panels.values('fleet.json', 'PBXs', { pbx: awkward.slice(0, 4) })).toEqual([4]);
    expect((await panels.searching('102'))['pbx']).toEqual(awkward.toSorted());
    expect(await panels.values('phone.json', 'Reachable', await panels.searching('102'))).toEqual(awkward.map(() => 0));
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
