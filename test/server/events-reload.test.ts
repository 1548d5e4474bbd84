import { expect, test } from 'vitest';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter, startPbx } from '../support/exporter-bench.ts';

interface Told {
  readonly kind: string;
  readonly id?: string;
  readonly to: string | null;
  readonly detail?: string;
}

test('the journal is kept over reloads, tells of them, and forgets rows that are excluded from then on', async () => {
  const clock = createHandClock();
  const { pbx, target } = await startPbx(clock);
  const bench = await benchExporter(clock, `targets:\n${target('hq')}`);
  const told = async (): Promise<readonly Told[]> =>
    (JSON.parse(await bench.page('/events?format=json')) as { readonly events: readonly Told[] }).events;
  await bench.round();
  const peers = bench.exporter.fleet.get('hq')?.record.retained.peers?.value ?? [];
  expect(peers).toHaveLength(3);
  expect((await told()).map(({ kind, to }) => `${kind} ${to}`)).toEqual(['exporter started', 'pbx up']);

  const [first] = peers;
  const id = first?.id ?? 'no peer';
  bench.write(`targets:\n${target('hq', `, interval: 45s, peers: { exclude: '^${id}$' }`)}`);
  await bench.reload();
  await bench.round();
  const after = await told();
  expect(after.map(({ kind, to }) => `${kind} ${to}`)).toEqual(['exporter started', 'pbx up', 'exporter reloaded']);
  expect(after.at(-1)?.detail).toBe('PBXs: 0 added, 1 changed, 0 removed, 0 unchanged');
  expect(bench.exporter.fleet.get('hq')?.record.retained.peers?.value).toHaveLength(2);
  await pbx.stop();
  await bench.round();
  expect((await told()).at(-1)).toMatchObject({ kind: 'pbx', to: 'down' });
  const html = await bench.page('/pbx?target=hq');
  expect(html).toContain('id="events"');
  expect(html).toContain('id="hours"');

  bench.write(`journal: { total: 100, per_pbx: 10 }\ntargets:\n${target('other')}`);
  await bench.reload();
  const removed = await told();
  expect(removed.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
    'exporter started',
    'pbx up',
    'exporter reloaded',
    'pbx down',
    'exporter reloaded',
  ]);
  expect(bench.exporter.journal.history('hq', clock.wallTime())).toEqual([]);
});
