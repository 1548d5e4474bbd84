import { get, request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import { longestWaitMs, probedTarget, probeRoute } from '../../src/server/probe.ts';
import type { RoundFacts } from '../../src/snapshot/record.ts';
import type { Clock } from '../../src/clock.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { parseExposition } from '../support/exposition-parser.ts';
import {
  fakeFleet,
  fakePbxTarget,
  type FakePbxTarget,
  friendlyPbx,
  hangingPbx,
  serveRoutes,
} from '../support/web-bench.ts';

async function probed(clock: Clock, members: readonly FakePbxTarget[], concurrency?: number) {
  const { fleet, exposition } = fakeFleet(clock, members, concurrency);
  const base = await serveRoutes([probeRoute({ fleet: () => fleet, exposition, clock })]);
  return {
    fleet,
    base,
    ask: (query: string, headers: Record<string, string> = {}) => fetch(`${base}/probe${query}`, { headers }),
  };
}

/** Returns the value of the first sample line that begins with `start`. */
function valueOf(page: string, start: string): string | undefined {
  return page
    .split('\n')
    .find((line) => line.startsWith(start))
    ?.split(' ')
    .at(-1);
}

describe('a probe', () => {
  test('runs a round and answers with the metrics of that target only', async () => {
    const clock = createHandClock();
    const [hq, branch] = [fakePbxTarget(clock, 'hq'), fakePbxTarget(clock, 'branch')];
    const { ask } = await probed(clock, [hq, branch]);
    const answer = await ask('?target=hq');
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(valueOf(page, 'pbx_up{pbx="hq"}')).toBe('1');
    expect(valueOf(page, 'pbx_peer_reachable{pbx="hq",peer="100"}')).toBe('1');
    expect(page).not.toMatch(/branch|pbx_exporter_|process_|nodejs_/);
    expect(branch.transport.requests).toEqual([]);
  });

  test('speaks OpenMetrics and gzip when asked to, as /metrics does', async () => {
    const clock = createHandClock();
    const { base } = await probed(clock, [fakePbxTarget(clock, 'hq')]);
    const answer = await fetch(`${base}/probe?target=hq`, {
      headers: { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip' },
    });
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const page = Buffer.from(await answer.arrayBuffer());
    expect(page.toString('utf8').endsWith('# EOF\n')).toBe(true);
    expect(parseExposition(page, 'openmetrics').map(({ name }) => name)).toContain('pbx_up');
  });

  test('keeps the session: one login, a new round each time that some time has passed', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq');
    const { ask } = await probed(clock, [hq]);
    for (let round = 0; round < 5; round += 1) {
      await (await ask('?target=hq')).text();
      clock.advance(5_000);
    }
    expect([hq.transport.count('login'), hq.transport.count('peers')]).toEqual([1, 5]);
  });

  test('shortly after a round answers with what that one brought, whose age it carries: fifty cost one', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq');
    const { ask, fleet } = await probed(clock, [hq]);
    await fleet.poll(hq.target);
    clock.advance(4_900);
    const pages = await Promise.all(Array.from({ length: 50 }, async () => (await ask('?target=hq')).text()));
    expect(new Set(pages.map((page) => valueOf(page, 'pbx_snapshot_age_seconds{pbx="hq"}')))).toEqual(new Set(['4.9']));
    expect(hq.transport.requests).toHaveLength(3);
  });

  test('waits longer for the next round of a family whose lists are dear, and counts a sleep of the machine', async () => {
    const hand = createHandClock();
    let slept = 0;
    const clock = { ...hand, wallTime: () => hand.wallTime() + slept };
    const dear = { ms: 30_000, because: 'each extension costs one request' };
    const hq = fakePbxTarget(clock, 'hq', friendlyPbx, { shortestInterval: dear });
    const { ask } = await probed(clock, [hq]);
    const rounds = async (): Promise<number> => {
      await (await ask('?target=hq')).text();
      return hq.transport.count('peers');
    };
    expect(await rounds()).toBe(1);
    hand.advance(14_900);
    expect(await rounds()).toBe(1);
    hand.advance(200);
    expect(await rounds()).toBe(2);
    slept = 3_600_000;
    expect(await rounds()).toBe(3);
  });

  test('joins a round that runs: three at once cost one', async () => {
    const clock = createHandClock();
    let answerNow: () => void = () => {};
    const gate = new Promise<void>((resolve) => (answerNow = resolve));
    const hq = fakePbxTarget(clock, 'hq', async (request) => {
      if (request.call === 'login') await gate;
      return friendlyPbx(request, new AbortController().signal);
    });
    const { ask, fleet } = await probed(clock, [hq]);
    const loop = fleet.poll(hq.target);
    const [first, second] = [ask('?target=hq'), ask('?target=hq')];
    // Three timers belong to the round, its login and its slot in the fleet, and two to the waiting probes.
    await clock.waitFor(5);
    answerNow();
    expect(await Promise.all([first, second].map(async (answer) => (await answer).status))).toEqual([200, 200]);
    await loop;
    expect([hq.transport.count('login'), hq.transport.count('peers')]).toEqual([1, 1]);
  });

  test('that cannot wait for the end of its round says timeout; the round goes on, and nothing of it is in what is known', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq');
    const { ask, fleet } = await probed(clock, [hq]);
    await fleet.poll(hq.target);
    clock.advance(5_000);
    let answerNow: () => void = () => {};
    const gate = new Promise<void>((resolve) => (answerNow = resolve));
    hq.transport.behaviour = async (request, signal) => {
      await gate;
      return friendlyPbx(request, signal);
    };
    const known = hq.target.record;
    const sent = hq.transport.sent('trunks');
    const answer = ask('?target=hq', { 'x-prometheus-scrape-timeout-seconds': '0.1' });
    await sent;
    clock.advance(50);
    const page = await (await answer).text();
    expect(valueOf(page, 'pbx_up{pbx="hq"}')).toBe('0');
    expect(valueOf(page, 'pbx_last_failure{pbx="hq",reason="timeout"}')).toBe('1');
    expect(hq.target.record).toBe(known);
    clock.advance(9_000);
    answerNow();
    await fleet.poll(hq.target);
    expect(hq.target.record).toMatchObject({ up: true, lastRound: { durationMs: 9_050 } });
    expect(hq.target.record.counters.roundFailures).toEqual({});
  });

  test('that joined a longer round answers in time all the same; the round goes on', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq');
    const { ask, fleet } = await probed(clock, [hq]);
    await fleet.poll(hq.target);
    clock.advance(5_000);
    hq.transport.behaviour = hangingPbx;
    const sent = hq.transport.sent('trunks');
    const loop = fleet.poll(hq.target);
    await sent;
    const waiting = clock.waiting;
    const answer = ask('?target=hq', { 'x-prometheus-scrape-timeout-seconds': '5' });
    await clock.waitFor(waiting + 1);
    clock.advance(4_500);
    const page = await (await answer).text();
    expect(valueOf(page, 'pbx_up{pbx="hq"}')).toBe('0');
    expect(valueOf(page, 'pbx_last_failure{pbx="hq",reason="timeout"}')).toBe('1');
    expect(valueOf(page, 'pbx_collector_success{pbx="hq",collector="peers"}')).toBe('0');
    expect(hq.target.record.up).toBe(true);
    clock.advance(15_500);
    await loop;
    expect(hq.target.record.up).toBe(false);
  });

  test('of a suspended target sends nothing and keeps the reason', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq', () => ({ status: 407 }));
    const { ask } = await probed(clock, [hq]);
    await (await ask('?target=hq')).text();
    clock.advance(5_000);
    const page = await (await ask('?target=hq')).text();
    expect(valueOf(page, 'pbx_up{pbx="hq"}')).toBe('0');
    expect(valueOf(page, 'pbx_last_failure{pbx="hq",reason="bad_credentials"}')).toBe('1');
    expect(valueOf(page, 'pbx_round_failures_total{pbx="hq",reason="suspended"}')).toBe('1');
    expect(hq.transport.requests).toHaveLength(1);
  });

  test('of a target between two tries of a login sends nothing and says that it is down', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq', () => ({ status: 500 }));
    const { ask } = await probed(clock, [hq]);
    await (await ask('?target=hq')).text();
    clock.advance(5_000);
    const page = await (await ask('?target=hq')).text();
    expect(valueOf(page, 'pbx_up{pbx="hq"}')).toBe('0');
    expect(valueOf(page, 'pbx_last_failure{pbx="hq",reason="http_status"}')).toBe('1');
    expect(hq.transport.requests).toHaveLength(1);
  });

  test('that gets no place in time says so, and does not call the PBX down', async () => {
    const clock = createHandClock();
    const [busy, hq] = [fakePbxTarget(clock, 'busy', hangingPbx), fakePbxTarget(clock, 'hq')];
    const { ask, fleet } = await probed(clock, [busy, hq], 1);
    const sent = busy.transport.sent('trunks');
    const blocking = fleet.poll(busy.target);
    await sent;
    const waiting = clock.waiting;
    const answer = ask('?target=hq', { 'x-prometheus-scrape-timeout-seconds': '3' });
    await clock.waitFor(waiting + 1);
    clock.advance(2_700);
    expect((await answer).status).toBe(503);
    expect((await answer).headers.get('retry-after')).toBe('1');
    expect(await (await answer).text()).toContain('scrape.concurrency');
    clock.advance(20_000);
    await blocking;
  });

  test('by HEAD asks no PBX', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq');
    const { base } = await probed(clock, [hq]);
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${base}/probe?target=hq`, { method: 'HEAD' }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect(hq.transport.requests).toEqual([]);
  });

  test('whose client went away harms nothing', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(clock, 'hq', hangingPbx);
    const { ask, base, fleet } = await probed(clock, [hq]);
    const sent = hq.transport.sent('trunks');
    const request = get(`${base}/probe?target=hq`).on('error', () => {});
    await sent;
    request.destroy();
    hq.transport.behaviour = friendlyPbx;
    clock.advance(20_000);
    await fleet.poll(hq.target);
    clock.advance(60_000);
    expect(valueOf(await (await ask('?target=hq')).text(), 'pbx_up{pbx="hq"}')).toBe('1');
  });
});

test('a PBX that hangs and a probe every second: the loop keeps its pace, and every round has its whole time', async () => {
  const clock = createHandClock();
  const hq = fakePbxTarget(clock, 'hq', hangingPbx);
  const { fleet } = fakeFleet(clock, [hq]);
  fleet.start();
  const rounds = new Set<RoundFacts>();
  let heldUp = false;
  for (let second = 0; second <= 150; second += 1) {
    void probedTarget(hq.target, { fleet: () => fleet, clock }, 500);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    const { lastRound } = hq.target.record;
    if (lastRound !== undefined) rounds.add(lastRound);
    // A round of the polling loop that is due at this second is already running or starts now, without a delay.
    if (second % 30 === 0) heldUp ||= fleet.roundRunningMs(hq.target) === undefined;
    expect(hq.target.overdueMs).toBe(0);
    clock.advance(1_000);
  }
  expect(heldUp).toBe(false);
  // Two hanging calls end a round after half of its timeout. The next round may start five seconds later.
  expect([...rounds.keys()].map(({ durationMs }) => durationMs)).toEqual(Array(10).fill(10_000));
  hq.transport.behaviour = friendlyPbx;
  await fleet.stop();
});

describe('a probe that names no target', () => {
  const names = ['hq', 'branch-berlin', 'branch-bern', 'warehouse'];
  const members = (clock: HandClock) => names.map((name) => fakePbxTarget(clock, name));

  test.each([
    ['', 400, 'The target is missing.'],
    ['?target=', 400, 'The target is missing.'],
    ['?target=hq&target=warehouse', 400, 'Only one target'],
    ['?target=branch-berln', 404, 'Did you mean "branch-berlin"'],
    ['?target=ware', 404, 'Did you mean "warehouse"?'],
    ['?target=HQ', 404, 'Did you mean "hq"?'],
    ['?target=https://pbx.example.org', 404, 'Use the name of a target, not its address'],
    ['?target=zzz', 404, 'Targets: hq, branch-berlin, branch-bern, warehouse'],
    ['?target=LONG', 404, 'There is no target "xxx'],
  ])('%s: %d', async (query, status, text) => {
    const clock = createHandClock();
    const { ask } = await probed(clock, members(clock));
    const answer = await ask(query.replace('LONG', 'x'.repeat(5_000)));
    const body = await answer.text();
    expect(answer.status).toBe(status);
    expect(body).toContain(text);
    expect(body.length).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('among thousands lists only the nearest', async () => {
    const clock = createHandClock();
    const { ask } = await probed(
      clock,
      Array.from({ length: 2_000 }, (_, index) => fakePbxTarget(clock, `site-${index}`)),
    );
    const body = await (await ask('?target=side-1234')).text();
    expect(body.split('\n').length).toBeLessThan(6);
    expect(body).toContain('It has 2000 targets; /sd lists them.');
  });
});

test.each([
  [20_000, undefined, 20_200],
  [20_000, '10', 9_500],
  [5_000, '10', 9_500],
  [20_000, '0.1', 50],
  [20_000, '1', 500],
  [20_000, '0', 20_200],
  [20_000, '-3', 20_200],
  [20_000, 'soon', 20_200],
  [20_000, '1e9', 20_200],
])('with a timeout of %d ms and a header %s the answer waits %d ms', (timeoutMs, header, answerMs) => {
  expect(longestWaitMs(timeoutMs, header)).toBe(answerMs);
});
