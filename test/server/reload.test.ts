import { describe, expect, test } from 'vitest';
import { loginGraceMs } from '../../src/polling/target.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter, startPbx } from '../support/exporter-bench.ts';

const top = 'targets:\n';

describe('a reload', () => {
  test('leaves an unchanged target as it is: object, session, values and counters', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const bench = await benchExporter(clock, top + target('hq'));
    await bench.round();
    const before = bench.exporter.fleet.get('hq');
    const values = await bench.page('/probe?target=hq');
    bench.write(`# a comment\n${top}${target('hq')}${target('second')}`);
    expect(await bench.reload()).toEqual({
      status: 200,
      text: 'Reloaded: 1 added, 0 changed, 0 removed, 1 unchanged.\n',
    });
    expect(bench.exporter.fleet.get('hq')).toBe(before);
    expect(bench.exporter.fleet.targets.map(({ name }) => name)).toEqual(['hq', 'second']);
    expect(await bench.page('/metrics')).toContain(
      values.split('\n').find((line) => line.startsWith('pbx_peer_reachable{')) ?? 'no such series',
    );
    await bench.round();
    expect([pbx.ledger.loginsGood, pbx.ledger.sessionsEnded.logout]).toEqual([2, 0]);
  });

  test('logs out a removed target, and its series go', async () => {
    const clock = createHandClock();
    const [kept, leaving] = [await startPbx(clock), await startPbx(clock)];
    const bench = await benchExporter(clock, top + kept.target('kept') + leaving.target('leaving'));
    await bench.round();
    expect(await bench.page('/metrics')).toContain('pbx="leaving"');
    bench.write(top + kept.target('kept'));
    expect((await bench.reload()).text).toContain('1 removed, 1 unchanged');
    expect(leaving.pbx.ledger.sessionsEnded.logout).toBe(1);
    expect(kept.pbx.ledger.sessionsEnded.logout).toBe(0);
    expect(await bench.page('/metrics')).not.toContain('pbx="leaving"');
    expect((await fetch(`${bench.base}/probe?target=leaving`)).status).toBe(404);
  });

  test('replaces a changed target, and no two sessions overlap on a PBX that allows one', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const bench = await benchExporter(clock, top + target('hq'));
    await bench.round();
    for (const requests of [3, 4, 5]) {
      bench.write(top + target('renamed', `, requests_per_target: ${requests}`));
      const [answer] = await Promise.all([bench.reload(), bench.round()]);
      expect(answer.status).toBe(200);
      await bench.round();
    }
    expect(pbx.ledger.sessionsPeak).toBe(1);
    expect(pbx.ledger.sessionsEnded.logout).toBe(3);
    expect(await bench.page('/metrics')).toContain('pbx_up{pbx="renamed"} 1');
  });

  test('with other credentials lifts a suspension', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const wrong = target('hq').replace(/password: '[^']*'/, "password: 'wrong-one'");
    const bench = await benchExporter(clock, top + wrong);
    for (let round = 0; round < 4; round += 1) await bench.round();
    const refused = pbx.ledger.loginsRefused;
    await bench.round();
    expect(pbx.ledger.loginsRefused).toBe(refused);
    expect(await bench.page('/metrics')).toMatch(/pbx_login_suspended_until_timestamp_seconds\{pbx="hq"\} [1-9]/);
    bench.write(top + target('hq'));
    expect((await bench.reload()).text).toContain('1 changed');
    await bench.round();
    const page = await bench.page('/metrics');
    expect(page).toContain('pbx_up{pbx="hq"} 1');
    expect(page).toContain('pbx_login_suspended_until_timestamp_seconds{pbx="hq"} 0');
  });

  test('of a bad file changes nothing and tells all problems, in the answer, the log and the metrics', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const bench = await benchExporter(clock, top + target('hq'));
    await bench.round();
    const before = bench.exporter.fleet.get('hq');
    bench.write(`scrape: { intervall: 10s, timeout: 5 }\n${top}${target('hq')}`);
    const { status, text } = await bench.reload();
    expect(status).toBe(500);
    expect(text).toMatch(/^Nothing was reloaded/);
    expect(text).toContain('exporter.yml:1:11: unknown key "intervall"; did you mean "interval"?');
    expect(text).toContain('timeout has no unit');
    expect(bench.exporter.fleet.get('hq')).toBe(before);
    expect(pbx.ledger.sessionsEnded.logout).toBe(0);
    const failed = await bench.page('/metrics');
    expect(failed).toContain('pbx_exporter_config_last_reload_successful 0');
    expect(failed).toContain('pbx_up{pbx="hq"} 1');
    expect(bench.log.filter((line) => line.startsWith('warn problem in the configuration'))).toHaveLength(2);
    expect(bench.log).toContain('error configuration not reloaded, keeping the current one {"problems":2}');

    clock.advance(5_000);
    bench.write(top + target('hq'));
    expect((await bench.reload()).status).toBe(200);
    const good = await bench.page('/metrics');
    expect(good).toContain('pbx_exporter_config_last_reload_successful 1');
    expect(good).toContain(`reload_success_timestamp_seconds ${clock.wallTime() / 1000}`);
  });

  test('takes over another concurrency', async () => {
    const clock = createHandClock();
    const pbxs = await Promise.all(Array.from({ length: 3 }, () => startPbx(clock)));
    const targets = pbxs.map(({ target }, index) => target(`pbx-${index}`)).join('');
    const bench = await benchExporter(clock, `scrape: { concurrency: 1 }\n${top}${targets}`);
    for (const { pbx } of pbxs) await pbx.faults.set({ kind: 'hang-at-accept' });
    const rounds = bench.round();
    await expect.poll(() => pbxs.filter(({ pbx }) => pbx.ledger.connectionsAccepted > 0).length).toBe(1);
    bench.write(`scrape: { concurrency: 3 }\n${top}${targets}`);
    expect((await bench.reload()).text).toContain('3 unchanged');
    await expect.poll(() => pbxs.filter(({ pbx }) => pbx.ledger.connectionsAccepted > 0).length).toBe(3);
    const stopped = bench.exporter.fleet.stop();
    clock.advance(loginGraceMs);
    await Promise.all([stopped, rounds]);
  });

  test('twice at once is done one after the other', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const bench = await benchExporter(clock, top + target('one'));
    await bench.round();
    bench.write(top + target('two'));
    const answers = await Promise.all([bench.reload(), bench.reload()]);
    expect(answers.map(({ text }) => text).sort()).toEqual([
      'Reloaded: 0 added, 0 changed, 0 removed, 1 unchanged.\n',
      'Reloaded: 1 added, 0 changed, 1 removed, 0 unchanged.\n',
    ]);
    expect(pbx.ledger.sessionsEnded.logout).toBe(1);
  });

  test('reads secrets again: another value in the environment is another account, a missing one is remembered', async () => {
    const clock = createHandClock();
    const { pbx, target } = await startPbx(clock);
    const password = (pbx.account as { password: string }).password;
    const text = top + target('hq').replace(/password: '[^']*'/, 'password_env: RELOAD_TEST_PASSWORD');
    process.env['RELOAD_TEST_PASSWORD'] = 'not-yet-right';
    const bench = await benchExporter(clock, text);
    await bench.round();
    process.env['RELOAD_TEST_PASSWORD'] = password;
    expect((await bench.reload()).text).toContain('1 changed');
    expect(process.env).not.toHaveProperty('RELOAD_TEST_PASSWORD');
    await bench.round();
    expect(await bench.page('/metrics')).toContain('pbx_up{pbx="hq"} 1');
    expect((await bench.reload()).text).toContain('1 unchanged');
  });

  test('says only what is new, and equal warnings in one line', async () => {
    const clock = createHandClock();
    const plain = (count: number): string =>
      Array.from(
        { length: count },
        (_, index) =>
          `  - { name: t${index}, family: asterisk, url: 'http://192.0.2.${index + 1}', username: a, password: b }\n`,
      ).join('');
    const bench = await benchExporter(clock, top + plain(1));
    const warnings = (): readonly string[] => bench.log.filter((line) => line.includes('is not encrypted'));
    bench.write(top + plain(8));
    await bench.reload();
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('(also in lines 3, 4, 5, 6, 7 and 2 more)');
    bench.write(`# a comment\n${top}${plain(8)}`);
    await bench.reload();
    bench.write(top + plain(3));
    await bench.reload();
    expect(warnings()).toHaveLength(1);
  });

  test('needs POST, and no page of another site may ask for it', async () => {
    const clock = createHandClock();
    const { target } = await startPbx(clock);
    const { base } = await benchExporter(clock, top + target('hq'));
    const got = await fetch(`${base}/-/reload`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    const foreign = await fetch(`${base}/-/reload`, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(foreign.status).toBe(403);
  });
});

test('/config shows the configuration in use with defaults filled in and secrets hidden, also after a reload', async () => {
  const clock = createHandClock();
  const { target } = await startPbx(clock);
  const bench = await benchExporter(clock, top + target('hq'));
  expect(await bench.page('/config')).toMatch(
    /^scrape:\n {2}concurrency: 32\njournal:\n {2}per_pbx: 100\n {2}total: 10000\ntargets:\n {2}- name: hq\n/,
  );
  expect(await bench.page('/config')).toContain('    password: <secret>\n    interval: 30s\n');
  bench.write(`scrape: { concurrency: 7 }\n${top}${target('hq')}`);
  await bench.reload();
  expect(await bench.page('/config')).toMatch(/^scrape:\n {2}concurrency: 7\n/);
});
