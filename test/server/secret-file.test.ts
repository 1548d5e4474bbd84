import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter, startPbx } from '../support/exporter-bench.ts';

/** Starts an exporter with a password file, which initially contains this text. */
async function startWithFile(first: (password: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'password');
  const clock = createHandClock();
  const { pbx, target } = await startPbx(clock);
  const { password } = pbx.account as { password: string };
  writeFileSync(path, first(password));
  const text = target('hq').replace(/password: '[^']*'/, `password_file: ${path}`);
  const bench = await benchExporter(clock, `targets:\n${text}`);
  const round = async (): Promise<void> => {
    await bench.round();
    clock.advance(30_000);
  };
  const untilSuspended = /pbx_login_suspended_until_timestamp_seconds\{pbx="hq"\} (\d+)/;
  const suspended = async (): Promise<boolean> => untilSuspended.exec(await bench.page('/metrics'))?.[1] !== '0';
  return { bench, clock, pbx, password, round, suspended, write: (secret: string) => writeFileSync(path, secret) };
}

test('a secret that is corrected in its file ends the wait after refused logins, without a reload', async () => {
  const { bench, pbx, password, round, suspended, write } = await startWithFile(() => 'wrong-one\n');
  for (let rounds = 0; rounds < 5; rounds += 1) await round();
  const refused = pbx.ledger.loginsRefused;
  expect(await suspended()).toBe(true);
  await round();
  expect(pbx.ledger.loginsRefused).toBe(refused);

  // Empty and partly written files have no effect.
  for (const text of ['', '\n', 'two\nlines\n']) {
    write(text);
    await round();
  }
  expect([pbx.ledger.loginsRefused, await suspended()]).toEqual([refused, true]);

  write(`${password}\n`);
  await round();
  expect(await bench.page('/metrics')).toContain('pbx_up{pbx="hq"} 1');
  expect(await suspended()).toBe(false);
  expect([pbx.ledger.loginsRefused, pbx.ledger.loginsGood]).toEqual([refused, 1]);
  expect(bench.log.filter((line) => line.includes('secret has changed in its file'))).toHaveLength(1);
  expect(bench.log.join('\n')).not.toContain(password);
});

test('another wrong secret is tried once, as far as the login guard has a try left, and then waited for', async () => {
  const { pbx, round, suspended, write } = await startWithFile(() => 'wrong-one\n');
  for (let rounds = 0; rounds < 5; rounds += 1) await round();
  const refused = pbx.ledger.loginsRefused;
  write('wrong-two\n');
  for (let rounds = 0; rounds < 5; rounds += 1) await round();
  expect(pbx.ledger.loginsRefused - refused).toBeLessThanOrEqual(1);
  expect(await suspended()).toBe(true);
  expect(pbx.ledger.lockedPeriods).toEqual([]);
});

test('the secret is read before a login and not while a session serves', async () => {
  const { bench, clock, pbx, password, write } = await startWithFile((good) => good);
  /** Runs two rounds, because the first one may use a connection that the PBX has closed in the meantime. */
  const afterTenMinutes = async (): Promise<void> => {
    clock.advance(600_000);
    await bench.round();
    await bench.round();
  };
  await bench.round();
  write('not-used-yet');
  await bench.round();
  expect(await bench.page('/metrics')).toContain('pbx_up{pbx="hq"} 1');
  expect(pbx.ledger.loginsGood).toBe(1);
  // The session has expired on the PBX, so the next login uses the current content of the file.
  write(password);
  await afterTenMinutes();
  expect(await bench.page('/metrics')).toContain('pbx_up{pbx="hq"} 1');
  expect(pbx.ledger.loginsRefused).toBe(0);
  write('wrong-by-now');
  await afterTenMinutes();
  expect(pbx.ledger.loginsGood).toBe(2);
  expect(pbx.ledger.loginsRefused).toBeGreaterThan(0);
});
