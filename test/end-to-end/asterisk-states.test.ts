import { beforeAll, describe, expect, inject, test } from 'vitest';
import { consoleContacts, openSessions, sipSecrets } from './asterisk-pair.ts';
import { soon } from './eventually.ts';
import { type Lab, startLab } from './lab.ts';
import { testbed } from './testbed.ts';

const { asterisk, prometheus: prometheusMissing } = inject('unavailable');

/** Labels of the series of target `lab` that the OpenMetrics job stored. */
const lab = 'pbx="lab",job="openmetrics"';

describe.skipIf(asterisk !== '' || prometheusMissing !== '')('a real Asterisk, seen through a real Prometheus', () => {
  let all: Lab;
  beforeAll(async () => {
    all = await startLab();
    return () => all.close();
  });

  const values = (expression: string, label: string) => all.prometheus.values(expression, label);

  test('Prometheus takes OpenMetrics and the text format without an error', async () => {
    await expect
      .poll(() => all.prometheus.targets(), soon)
      .toEqual([
        { job: 'openmetrics', health: 'up', lastError: '' },
        { job: 'text', health: 'up', lastError: '' },
      ]);
    await expect.poll(() => values('up', 'job'), soon).toEqual({ openmetrics: 1, text: 1 });
    const response = await fetch(`${all.exporter.url}/metrics`, {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; ?version=1\.0\.0/u);
    expect(await response.text()).toMatch(/\n# EOF\n$/u);
  });

  test('a trunk whose provider stays silent is unregistered at first', async () => {
    await expect
      .poll(() => values(`pbx_trunk_state{${lab},trunk="trunk_dead"} == 1`, 'state'), soon)
      .toEqual({ unregistered: 1 });
    expect(await values(`pbx_trunk_up{${lab}}`, 'trunk')).toMatchObject({ trunk_dead: 0 });
  });

  test('every phone has the state that Asterisk knows', async () => {
    await expect
      .poll(() => values(`pbx_peer_reachable{${lab}}`, 'peer'), soon)
      .toEqual({ 1001: 1, 1002: 0, 1003: 0, 1004: 1, 1005: 0, 1006: 1 });
    expect(await values(`pbx_peer_registered{${lab}}`, 'peer')).toMatchObject({ 1001: 1, 1002: 0, 1005: 0 });
    expect(await values(`pbx_peers{${lab}}`, 'state')).toEqual({
      reachable: 3,
      unreachable: 1,
      unregistered: 2,
      disabled: 0,
      unknown: 0,
    });
  });

  test('every trunk has the state that Asterisk knows', async () => {
    await expect
      .poll(() => values(`pbx_trunk_state{${lab},trunk!="trunk_dead"} == 1`, 'trunk'), soon)
      .toEqual({ provider: 1, trunk_badpw: 1, trunk_ok: 1 });
    const stateOf = async (trunk: string): Promise<string[]> =>
      Object.keys(await values(`pbx_trunk_state{${lab},trunk="${trunk}"} == 1`, 'state'));
    expect(await stateOf('provider')).toEqual(['reachable']);
    expect(await stateOf('trunk_badpw')).toEqual(['rejected']);
    expect(await stateOf('trunk_ok')).toEqual(['registered']);
    const dead = { trunk_badpw: 0, trunk_dead: 0 };
    expect(await values(`pbx_trunk_up{${lab}}`, 'trunk')).toEqual({ provider: 1, trunk_ok: 1, ...dead });
    expect(await values(`pbx_trunk_registered{${lab}}`, 'trunk')).toEqual({ trunk_ok: 1, ...dead });
    expect(await values(`pbx_trunk_info{${lab},raw_state="Rejected"}`, 'trunk')).toHaveProperty('trunk_badpw', 1);
    expect(await all.prometheus.value(`sum(pbx_trunks{${lab}})`)).toBe(4);
  });

  test('roundtrips are positive, for whoever answers and for nobody else', async () => {
    const phones = await values(`pbx_peer_roundtrip_microseconds{${lab}}`, 'peer');
    expect(Object.keys(phones)).toEqual(['1001', '1006']);
    expect(Math.min(...Object.values(phones))).toBeGreaterThan(0);
    const trunks = await values(`pbx_trunk_roundtrip_microseconds{${lab}}`, 'trunk');
    expect(Object.keys(trunks)).toEqual(['provider']);
    expect(trunks['provider']).toBeGreaterThan(0);
  });

  test.each([
    ['1001', 'pbx_peer_roundtrip_microseconds', 'peer', 'lab'],
    ['1006', 'pbx_peer_roundtrip_microseconds', 'peer', 'lab'],
    ['provider', 'pbx_trunk_roundtrip_microseconds', 'trunk', 'lab'],
    ['1001', 'pbx_peer_roundtrip_microseconds', 'peer', 'lab-md5'],
  ])(
    'the roundtrip of %s (%s) is the one on the console of Asterisk, to the digit',
    async (name, metric, label, pbx) => {
      // Asterisk measures every 5 s, so a value counts only if the console shows it both before and after the query to Prometheus.
      const onConsole = async (): Promise<number | undefined> =>
        (await consoleContacts(all.pair)).find(({ aor, status }) => aor === name && status === 'Avail')
          ?.roundtripMicroseconds;
      const compare = async (): Promise<{ console: number | undefined; prometheus: number | undefined }> => {
        const before = await onConsole();
        const stored = await all.prometheus.value(`${metric}{pbx="${pbx}",job="openmetrics",${label}="${name}"}`);
        const after = await onConsole();
        expect(before).toBeGreaterThan(0);
        expect(after).toBe(before);
        return { console: after, prometheus: stored };
      };
      await expect
        .poll(async () => {
          const { console, prometheus } = await compare();
          expect(prometheus).toBe(console);
          return true;
        }, soon)
        .toBe(true);
    },
  );

  test('version, uptime and the configured label are there', async () => {
    const version = /Asterisk (\d+\.\d+\.\d+)/u.exec(await all.pair.pbxConsole('core show version'))?.[1] ?? 'none';
    const versions = Object.keys(await values(`pbx_info{${lab}}`, 'version'));
    expect(versions).toHaveLength(1);
    expect(versions[0]).toContain(version);
    expect(await values(`pbx_target_info{${lab},family="asterisk"}`, 'site')).toEqual({ laboratory: 1 });
    const onConsole = async (): Promise<number> =>
      Number(/System uptime: (\d+)/u.exec(await all.pair.pbxConsole('core show uptime seconds'))?.[1]);
    await expect
      .poll(async () => {
        const before = await onConsole();
        const uptime = (await all.prometheus.value(`pbx_uptime_seconds{${lab}}`)) ?? Number.NaN;
        return uptime > before - 5 && uptime < (await onConsole()) + 5;
      }, soon)
      .toBe(true);
  });

  test('a call is counted and its phone is busy while it lasts', async () => {
    await expect.poll(() => values(`pbx_calls{${lab}}`, 'direction'), soon).toEqual({ all: 0 });
    await all.pair.pbxConsole('channel originate PJSIP/1001 extension 5000@default');
    await expect.poll(() => values(`pbx_calls{${lab}}`, 'direction'), soon).toEqual({ all: 1 });
    await expect.poll(() => values(`pbx_peer_in_call{${lab}} == 1`, 'peer'), soon).toEqual({ 1001: 1 });
    await all.pair.pbxConsole('channel request hangup all');
    await expect.poll(() => values(`pbx_calls{${lab}}`, 'direction'), soon).toEqual({ all: 0 });
    await expect.poll(() => values(`pbx_peer_in_call{${lab}} == 1`, 'peer'), soon).toEqual({});
  });

  test('one login and one session per target serve every round', async () => {
    expect(await values('pbx_logins_total{result="success",job="openmetrics"} > 0', 'pbx')).toEqual({
      lab: 1,
      'lab-md5': 1,
      weak: 1,
    });
    expect(await openSessions(all.pair, 'exporter')).toBe(2);
    expect(await openSessions(all.pair, 'weak')).toBe(1);
  });

  test('the challenge login sees the same PBX as the plain one', async () => {
    const other = 'pbx="lab-md5",job="openmetrics"';
    expect(await values(`pbx_peer_reachable{${other}}`, 'peer')).toEqual(
      await values(`pbx_peer_reachable{${lab}}`, 'peer'),
    );
    expect(await values(`pbx_trunk_up{${other}}`, 'trunk')).toEqual(await values(`pbx_trunk_up{${lab}}`, 'trunk'));
  });

  test('both formats carry the same series of the PBX', async () => {
    const names = '{__name__=~"pbx_(peer|peers|trunk|trunks|info|target_info|calls|up|collector_success)(_.+)?"}';
    const count = (job: string): Promise<number | undefined> =>
      all.prometheus.value(`count(${names.replace('}', `,job="${job}"}`)})`);
    expect(await count('openmetrics')).toBeGreaterThan(100);
    await expect.poll(async () => (await count('text')) === (await count('openmetrics')), soon).toBe(true);
  });

  test('promtool has nothing to say but the one accepted unit', async () => {
    const page = await (await fetch(`${all.exporter.url}/metrics`)).text();
    const { stdout, stderr } = await testbed('prometheus', ['promtool', 'check', 'metrics'], { input: page });
    const complaints = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line !== '')
      .sort();
    expect(complaints.map((line) => line.split(' ')[0])).toEqual([
      'pbx_peer_roundtrip_microseconds',
      'pbx_trunk_roundtrip_microseconds',
    ]);
    expect(complaints.join('\n')).not.toMatch(/duplicate|parse/iu);
  });

  test('Prometheus learned a type and a help text for every metric of ours', async () => {
    const ours = Object.entries(await all.prometheus.metadata()).filter(([name]) => name.startsWith('pbx_'));
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.filter(([, { type, help }]) => type === 'unknown' || help === '')).toEqual([]);
  });

  test('a missing right is named, and leaves what device states and registrations tell', async () => {
    const weak = 'pbx="weak",job="openmetrics"';
    expect(await all.prometheus.value(`pbx_up{${weak}}`)).toBe(1);
    expect(await values(`pbx_collector_success{${weak}}`, 'collector')).toEqual({ peers: 1, trunks: 1, system: 1 });
    const refused = `pbx_api_requests_total{${weak},call="endpoints"}`;
    expect(await values(refused, 'result')).toEqual({ forbidden: 1 });
    expect(Object.keys(await values(`pbx_info{${weak}}`, 'model'))).toEqual(['reporting only']);
    expect(await values(`pbx_peer_reachable{${weak},peer=~"1.*"}`, 'peer')).toMatchObject({
      1001: 1,
      1003: 0,
      1006: 1,
    });
    expect(await values(`pbx_trunk_up{${weak}}`, 'trunk')).toMatchObject({ trunk_ok: 1, trunk_badpw: 0 });
    expect(await values(`{__name__=~"pbx_peer_(roundtrip_microseconds|registered)",${weak}}`, '__name__')).toEqual({});
  });

  test('a wrong password is named, soon not tried any more, and troubles no other target', async () => {
    const wrong = 'pbx="wrong-password",job="openmetrics"';
    await expect
      .poll(() => all.prometheus.value(`pbx_login_suspended_until_timestamp_seconds{${wrong}} > bool time()`), soon)
      .toBe(1);
    expect(await all.prometheus.value(`pbx_up{${wrong}}`)).toBe(0);
    expect(await values(`pbx_last_failure{${wrong}} == 1`, 'reason')).toEqual({ bad_credentials: 1 });
    const tries = await all.prometheus.value(`pbx_logins_total{${wrong},result="failure"}`);
    const left = `pbx_round_failures_total{${wrong},reason="suspended"}`;
    const leftOut = (await all.prometheus.value(left)) ?? 0;
    await expect.poll(() => all.prometheus.value(left), soon).toBeGreaterThan(leftOut + 2);
    expect(await all.prometheus.value(`pbx_logins_total{${wrong},result="failure"}`)).toBe(tries);
    expect(await all.prometheus.value(`min_over_time(pbx_up{${lab}}[1m])`)).toBe(1);
  });

  test('a PBX that is not there is down with a reason and has no values', async () => {
    const nobody = 'pbx="nobody-there",job="openmetrics"';
    expect(await all.prometheus.value(`pbx_up{${nobody}}`)).toBe(0);
    expect(await values(`pbx_last_failure{${nobody}} == 1`, 'reason')).toEqual({ connect: 1 });
    expect(await values(`{__name__=~"pbx_(peer|trunk)s?(_.*)?",${nobody}}`, '__name__')).toEqual({});
  });

  test('the silent provider is rejected once Asterisk gave up its first try', async () => {
    await expect
      .poll(() => values(`pbx_trunk_state{${lab},trunk="trunk_dead"} == 1`, 'state'), soon)
      .toEqual({ rejected: 1 });
    expect(await all.prometheus.value(`sum(pbx_trunk_state_changes_total{${lab},trunk="trunk_dead"})`)).toBe(1);
  });

  test('no secret is on a page or in the log', async () => {
    const page = await (await fetch(`${all.exporter.url}/metrics`)).text();
    const front = await (await fetch(`${all.exporter.url}/`)).text();
    for (const secret of [...sipSecrets, 's3cret']) {
      expect(page + front + all.exporter.output()).not.toContain(secret);
    }
  });

  test('Prometheus refused no scrape', async () => {
    expect(await all.prometheus.refusedScrapes(1)).toEqual({ openmetrics: 0, text: 0 });
  });
});
