import { expect, test } from 'vitest';
import { createShiftingClock } from '../reliability/shifting-clock.ts';
import { benchExporter, startPbx } from '../support/exporter-bench.ts';

const hour = 3_600_000;
const ageLine = /pbx_snapshot_age_seconds\{pbx="hq"\} (\S+)/;

test('after a sleep of the machine the values from before are not shown as fresh, until a round reads them anew', async () => {
  const clock = createShiftingClock();
  const { pbx, target } = await startPbx(clock);
  const bench = await benchExporter(clock, `targets:\n${target('hq')}`);
  await bench.round();
  expect(await bench.page('/metrics')).toContain('pbx_peer_reachable{');
  // The monotonic clock stands still during this time.
  clock.shiftWall(8 * hour);
  const asleep = await bench.page('/metrics');
  expect(asleep).not.toContain('pbx_peer_reachable{');
  expect(asleep).not.toMatch(ageLine);
  expect(await bench.page('/pbx?target=hq')).toContain('8 h ago');

  // The first round afterwards fails, so there is still nothing to show.
  await pbx.faults.set({ kind: 'close' });
  await bench.round();
  expect(await bench.page('/metrics')).not.toContain('pbx_peer_reachable{');
  await pbx.faults.clear();
  await bench.round();
  const awake = await bench.page('/metrics');
  expect(awake).toContain('pbx_peer_reachable{');
  expect(ageLine.exec(awake)?.[1]).toBe('0');
});

test('a wall clock that is set forward a little shows in the age, and with the next round no more', async () => {
  const clock = createShiftingClock();
  const { target } = await startPbx(clock);
  const bench = await benchExporter(clock, `targets:\n${target('hq')}`);
  const age = async (): Promise<string | undefined> => ageLine.exec(await bench.page('/metrics'))?.[1];
  await bench.round();
  clock.shiftWall(60_000);
  expect(await age()).toBe('60');
  await bench.round();
  expect(await age()).toBe('0');
  clock.shiftWall(-9 * hour);
  expect(await age()).toBe('0');
  expect(await bench.page('/metrics')).toContain('pbx_peer_reachable{');
});
