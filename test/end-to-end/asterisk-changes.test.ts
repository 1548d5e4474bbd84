import { beforeAll, describe, expect, inject, test } from 'vitest';
import { openSessions, qualify } from './asterisk-pair.ts';
import { type Lab, rounds, startLab } from './lab.ts';
import { scrapeIntervalSeconds, type Series } from './prometheus-server.ts';

const { asterisk, prometheus: prometheusMissing } = inject('unavailable');

/** Labels of the series of target `lab` that the OpenMetrics job stored. */
const lab = 'pbx="lab",job="openmetrics"';

/**
 * Longest time in seconds until a change of the PBX reaches Prometheus: the wait for the next round, the round itself, and the wait for a
 * scrape.
 */
const delaySeconds = 2 * rounds.intervalSeconds + scrapeIntervalSeconds;

/** Every gauge read from a PBX. When these series end, counters and facts about the round itself remain. */
const gauges =
  'pbx_(peers|trunks|calls|info|uptime_seconds)|pbx_(peer|trunk)_(reachable|registered|roundtrip_.*|contacts|in_call|info|up|state)';

/** Additional delay allowed for a busy machine with two cores, in seconds. */
const slackSeconds = 2;

describe.skipIf(asterisk !== '' || prometheusMissing !== '')(
  'a real Asterisk in trouble, seen through a real Prometheus',
  () => {
    let all: Lab;
    beforeAll(async () => {
      all = await startLab();
      return () => all.close();
    });

    const healthy = { 1001: 1, 1002: 0, 1003: 0, 1004: 1, 1005: 0, 1006: 1 };
    const soon = { timeout: 30_000, interval: 250 };
    const values = (expression: string, label: string) => all.prometheus.values(expression, label);
    const value = (expression: string) => all.prometheus.value(expression);

    test('all is well before the trouble starts', async () => {
      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual(healthy);
      await expect
        .poll(() => values('pbx_up{job="openmetrics"} == 1', 'pbx'), soon)
        .toEqual({ lab: 1, 'lab-md5': 1, weak: 1 });
    });

    test('a phone that logs out is not registered and not reachable, and comes back', async () => {
      const changes = `pbx_peer_reachable_changes_total{${lab},peer="1001"}`;
      const before = (await value(changes)) ?? 0;
      await all.pair.carrierConsole('pjsip send unregister phone1001');
      await expect.poll(() => value(`pbx_peer_registered{${lab},peer="1001"}`), soon).toBe(0);
      expect(await value(`pbx_peer_reachable{${lab},peer="1001"}`)).toBe(0);
      expect(await value(`pbx_peer_roundtrip_microseconds{${lab},peer="1001"}`)).toBeUndefined();
      expect(await value(`pbx_peer_reachable{${lab},peer="1006"}`)).toBe(1);
      await all.pair.carrierConsole('pjsip send register phone1001');
      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual(healthy);
      expect(await value(changes)).toBe(before + 2);
    });

    test('maintenance: a phone stays reachable and says so, a trunk is disabled', async () => {
      const trunkState = () => values(`pbx_trunk_state{${lab},trunk="provider"} == 1`, 'state');
      for (const name of ['1001', 'provider']) await all.pair.pbxConsole(`pjsip set maintenance on ${name}`);
      await expect.poll(() => value(`pbx_peer_maintenance{${lab},peer="1001"}`), soon).toBe(1);
      await expect.poll(trunkState, soon).toEqual({ disabled: 1 });
      expect(await value(`pbx_peer_reachable{${lab},peer="1001"}`)).toBe(1);
      expect(await value(`pbx_peer_maintenance{${lab},peer="1002"}`)).toBe(0);
      expect(await value(`pbx_trunk_up{${lab},trunk="provider"}`)).toBeUndefined();
      for (const name of ['1001', 'provider']) await all.pair.pbxConsole(`pjsip set maintenance off ${name}`);
      await expect.poll(() => value(`pbx_peer_maintenance{${lab},peer="1001"}`), soon).toBe(0);
      await expect.poll(trunkState, soon).toEqual({ reachable: 1 });
    });

    test('a phone that goes away becomes unreachable within its qualify period', async () => {
      const goneAt = Date.now() / 1000;
      await all.pair.stopCarrier();
      await expect
        .poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon)
        .toEqual({ ...healthy, 1001: 0, 1006: 0 });
      const [history] = await all.prometheus.history(`pbx_peer_reachable{${lab},peer="1001"}[1m]`);
      const seenAt = firstTime(history, goneAt, 0);
      expect(seenAt - goneAt).toBeLessThan(
        qualify.frequencySeconds + qualify.timeoutSeconds + delaySeconds + slackSeconds,
      );
      expect(await value(`pbx_peer_registered{${lab},peer="1001"}`)).toBe(1);
      expect(await values(`pbx_peer_roundtrip_microseconds{${lab}}`, 'peer')).toEqual({});
      await expect
        .poll(() => values(`pbx_trunk_state{${lab},trunk="provider"} == 1`, 'state'), soon)
        .toEqual({ unreachable: 1 });
      expect(await value(`pbx_up{${lab}}`)).toBe(1);
      await all.pair.startCarrier();
      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual(healthy);
    });

    test('a stopped PBX is down at once, its values go after stale_after, and one login brings it back', async () => {
      const logins = await values('pbx_logins_total{result="success",job="openmetrics"}', 'pbx');
      const stoppedAt = Date.now() / 1000;
      await all.pair.stopPbx();
      const deadAt = Date.now() / 1000;
      await expect.poll(() => value(`pbx_up{${lab}}`), soon).toBe(0);
      const [up] = await all.prometheus.history(`pbx_up{${lab}}[1m]`);
      const downAt = firstTime(up, stoppedAt, 0);
      expect(downAt - deadAt).toBeLessThan(delaySeconds + slackSeconds);

      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual({});
      const [reachable] = await all.prometheus.history(`pbx_peer_reachable{${lab},peer="1001"}[1m]`);
      const lastSeenAt = reachable?.samples.at(-1)?.time ?? 0;
      expect(lastSeenAt).toBeGreaterThan(downAt + rounds.staleAfterSeconds - delaySeconds - slackSeconds);
      expect(lastSeenAt).toBeLessThan(deadAt + rounds.staleAfterSeconds + delaySeconds + slackSeconds);
      expect(await values(`{__name__=~"${gauges}",${lab}}`, 'state')).toEqual({});
      expect(await values(`pbx_last_failure{${lab}} == 1`, 'reason')).toEqual({ connect: 1 });
      expect(await values('pbx_logins_total{result="success",job="openmetrics"}', 'pbx')).toEqual(logins);

      await all.pair.restartPbx();
      const startedAt = Date.now() / 1000;
      await expect.poll(() => value(`pbx_up{${lab}}`), soon).toBe(1);
      const [after] = await all.prometheus.history(`pbx_up{${lab}}[1m]`);
      expect(firstTime(after, deadAt + 1, 1) - startedAt).toBeLessThan(delaySeconds + slackSeconds);
      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual(healthy);
      const loginsNow = await values('pbx_logins_total{result="success",job="openmetrics"}', 'pbx');
      for (const pbx of ['lab', 'lab-md5', 'weak']) expect(loginsNow[pbx]).toBe((logins[pbx] ?? Number.NaN) + 1);
      expect(await openSessions(all.pair, 'exporter')).toBe(2);
    });

    test('SIGTERM logs out everywhere and ends with exit code 0', async () => {
      expect(await openSessions(all.pair, 'exporter')).toBeGreaterThan(0);
      const { code, durationMs } = await all.exporter.terminate();
      expect(code).toBe(0);
      expect(durationMs).toBeLessThan(10_000);
      expect(await openSessions(all.pair, 'exporter')).toBe(0);
      expect(await openSessions(all.pair, 'weak')).toBe(0);
    });
  },
);

/** Returns when that value was first stored after a given time; both times are in seconds since the epoch. */
function firstTime(series: Series | undefined, after: number, wanted: number): number {
  const found = series?.samples.find(({ time, value }) => time > after && value === wanted);
  if (!found) throw new Error(`Prometheus has no sample with value ${wanted} after ${after}`);
  return found.time;
}
