import { beforeAll, describe, expect, inject, test } from 'vitest';
import { consoleContacts, openSessions } from './asterisk-pair.ts';
import { soon } from './eventually.ts';
import { type Lab, staleAfterSeconds, startLab } from './lab.ts';

const { asterisk, prometheus: prometheusMissing } = inject('unavailable');

/** Labels of the series of target `lab` that the OpenMetrics job stored. */
const lab = 'pbx="lab",job="openmetrics"';

/** Every gauge read from a PBX. When these series end, counters and facts about the round itself remain. */
const gauges =
  'pbx_(peers|trunks|calls|info|uptime_seconds)|pbx_(peer|trunk)_(reachable|registered|roundtrip_.*|contacts|in_call|info|up|state)';

/** Tolerance for comparing timestamps of Prometheus and of the exporter, in seconds. */
const clockSeconds = 0.1;

describe.skipIf(asterisk !== '' || prometheusMissing !== '')(
  'a real Asterisk in trouble, seen through a real Prometheus',
  () => {
    let all: Lab;
    beforeAll(async () => {
      all = await startLab();
      return () => all.close();
    });

    const healthy = { 1001: 1, 1002: 0, 1003: 0, 1004: 1, 1005: 0, 1006: 1 };
    const values = (expression: string, label: string) => all.prometheus.values(expression, label);
    const value = (expression: string) => all.prometheus.value(expression);
    const now = () => Date.now() / 1000;

    /** Returns the values of a series by the time of the scrape, in seconds since the epoch; an empty map if there is no such series. */
    const stored = async (series: string): Promise<ReadonlyMap<number, number>> => {
      const [found] = await all.prometheus.history(`${series}[5m]`);
      return new Map(found?.samples.map((sample) => [sample.time, sample.value]));
    };

    /**
     * Returns the values from scrapes that show a round started after a time (seconds since the epoch), regardless of the load of the
     * machine.
     */
    const inRoundsAfter = async (moment: number, series: string): Promise<readonly (number | undefined)[]> => {
      const ends = await stored(`pbx_last_round_timestamp_seconds{${lab}}`);
      const durations = await stored(`pbx_round_duration_seconds{${lab}}`);
      const values = await stored(series);
      const later = [...ends].filter(([time, end]) => end - (durations.get(time) ?? 0) > moment);
      return later.map(([time]) => values.get(time));
    };

    const everyRoundAfter = async (moment: number, series: string, expected: number): Promise<void> => {
      await expect.poll(() => inRoundsAfter(moment, series), soon).not.toEqual([]);
      expect([...new Set(await inRoundsAfter(moment, series))]).toEqual([expected]);
    };

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

    test('a phone that goes away is unreachable from the first round on that begins when Asterisk knows it', async () => {
      await all.pair.stopCarrier();
      await expect
        .poll(async () => (await consoleContacts(all.pair)).find(({ aor }) => aor === '1001')?.status, soon)
        .toBe('Unavail');
      await everyRoundAfter(now(), `pbx_peer_reachable{${lab},peer="1001"}`, 0);
      await expect
        .poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon)
        .toEqual({ ...healthy, 1001: 0, 1006: 0 });
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
      await all.pair.stopPbx();
      await everyRoundAfter(now(), `pbx_up{${lab}}`, 0);

      await expect.poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon).toEqual({});
      await expectStaleValuesGone();
      expect(await values(`{__name__=~"${gauges}",${lab}}`, 'state')).toEqual({});
      expect(await values(`pbx_last_failure{${lab}} == 1`, 'reason')).toEqual({ connect: 1 });
      expect(await values('pbx_logins_total{result="success",job="openmetrics"}', 'pbx')).toEqual(logins);

      await all.pair.restartPbx();
      // A login that failed while Asterisk was starting may delay the next one.
      await expect
        .poll(() => values('pbx_up{job="openmetrics"} == 1', 'pbx'), soon)
        .toEqual({ lab: 1, 'lab-md5': 1, weak: 1 });
      await everyRoundAfter(now(), `pbx_up{${lab}}`, 1);
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

    /** Checks for each successful scrape since the last good round whether it has the values, given their age when the page was rendered. */
    async function expectStaleValuesGone(): Promise<void> {
      const lastSuccess =
        [...(await stored(`pbx_last_success_timestamp_seconds{${lab}}`)).values()].at(-1) ?? Number.NaN;
      const rounds = await stored(`pbx_round_duration_seconds{${lab}}`);
      const scrapes = await stored('up{job="openmetrics"}');
      const lasted = await stored('scrape_duration_seconds{job="openmetrics"}');
      const seen = await stored(`pbx_peer_reachable{${lab},peer="1001"}`);
      const since = [...scrapes].flatMap(([time, up]) => (up === 1 && time > lastSuccess ? [time] : []));
      const latest = Math.max(...since.filter((time) => seen.has(time)), lastSuccess);
      expect(latest - lastSuccess).toBeLessThan(staleAfterSeconds + clockSeconds);
      const gone = since.filter((time) => !seen.has(time)).map((time) => time + (lasted.get(time) ?? 0));
      // The values were read during the last good round.
      const oldest = lastSuccess - Math.max(...rounds.values());
      expect(Math.min(...gone) - oldest).toBeGreaterThan(staleAfterSeconds - clockSeconds);
    }
  },
);
