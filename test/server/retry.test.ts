import { expect, test } from 'vitest';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter, startPbx } from '../support/exporter-bench.ts';

async function retry(base: string, query: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${base}/-/retry${query}`, { method: 'POST', headers });
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') };
}

/** Sets up a target with three refused logins, so that its logins are suspended. */
async function refusedThrice() {
  const clock = createHandClock();
  const { pbx, target } = await startPbx(clock);
  const wrong = target('hq').replace(/password: '[^']*'/, "password: 'wrong-one'");
  const bench = await benchExporter(clock, `targets:\n${wrong}`);
  const spent = (): number => bench.exporter.fleet.get('hq')?.record.refusals?.used ?? 0;
  for (let round = 0; round < 8 && spent() < 3; round += 1) {
    clock.advance(35_000);
    await bench.round();
  }
  expect(spent()).toBe(3);
  return { clock, pbx, bench };
}

test('lets one login be tried within its pause; a PBX that takes it is up', async () => {
  const { pbx, bench } = await refusedThrice();
  const refused = pbx.ledger.loginsRefused;
  await bench.round();
  expect(pbx.ledger.loginsRefused).toBe(refused);
  const [user] = pbx.switches.users;
  if (user !== undefined) Object.assign(user, { secret: 'wrong-one' });
  expect(await retry(bench.base, '?pbx=hq')).toEqual({ status: 200, text: 'hq: up.\n', retryAfter: null });
  expect(await bench.page('/metrics')).toContain('pbx_up{pbx="hq"} 1');
});

test('says what the try met, and never sends the one that would complete the row of the vendor', async () => {
  const { clock, pbx, bench } = await refusedThrice();
  const before = pbx.ledger.loginsRefused;
  const tried = await retry(bench.base, '?pbx=hq');
  expect(tried.status).toBe(502);
  expect(tried.text).toMatch(
    /^hq: tried, and still down: bad_credentials, .* Next login at .* UTC \(in .*\)\. 4 of at most 4 refused logins/,
  );
  expect(pbx.ledger.loginsRefused).toBe(before + 1);
  const denied = await retry(bench.base, '?pbx=hq');
  expect(denied.status).toBe(409);
  expect(denied.text).toMatch(
    /^hq: not tried: .* may lock the address of the exporter at number 5.* The next login may be sent at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in /,
  );
  expect(pbx.ledger.loginsRefused).toBe(before + 1);
  clock.advance(Number(denied.retryAfter) * 1000);
  expect((await retry(bench.base, '?pbx=hq')).status).toBe(502);
});

test('of a target that is not held back adds no round to one that has just ended', async () => {
  const clock = createHandClock();
  const { pbx, target } = await startPbx(clock);
  const bench = await benchExporter(clock, `targets:\n${target('hq')}`);
  await bench.round();
  const before = pbx.ledger.requests;
  expect(await retry(bench.base, '?pbx=hq')).toMatchObject({
    status: 200,
    text: 'hq: no login is suspended; the PBX was up 0 s ago.\n',
  });
  expect(pbx.ledger.requests).toBe(before);
});

test('is refused to pages of other sites, to other methods and for other names', async () => {
  const clock = createHandClock();
  const { target } = await startPbx(clock);
  const bench = await benchExporter(clock, `targets:\n${target('hq')}`);
  expect((await retry(bench.base, '?pbx=hq', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await fetch(`${bench.base}/-/retry?pbx=hq`)).status).toBe(405);
  expect(await retry(bench.base, '')).toMatchObject({
    status: 400,
    text: expect.stringContaining('/-/retry?pbx=NAME'),
  });
  expect(await retry(bench.base, '?pbx=hp')).toMatchObject({ status: 404, text: expect.stringContaining('"hq"') });
});
