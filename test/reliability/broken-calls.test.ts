import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../src/drivers/driver.ts';
import type { Fault } from '../../src/simulator/kit/fault.ts';
import type { SimulatorRequest } from '../../src/simulator/kit/request.ts';
import { accounts as portsipAccounts } from '../../src/simulator/portsip/caller.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../src/snapshot/record.ts';
import type { AllowedRequest } from '../../src/transport/request.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';
import { benchTarget, type TargetBench } from '../support/target-bench.ts';

/** Every way in which one call can go wrong while the rest of the PBX is in order. */
const troubles: Readonly<Record<string, Fault>> = {
  'status 404': { kind: 'status', status: 404, body: 'not found\n' },
  'status 401': { kind: 'status', status: 401, body: 'unauthorized\n' },
  'status 403': { kind: 'status', status: 403, body: 'forbidden\n' },
  'status 500': { kind: 'status', status: 500, body: 'error\n' },
  'a web page with status 200': { kind: 'html', status: 200 },
  'cut JSON': { kind: 'cut-body' },
  'no answer': { kind: 'hang' },
  'session gone': { kind: 'unknown-session' },
};

/** Rounds for which a trouble lasts that is there "for ever". */
const lastingRounds = 2;
/** Longest pause of a call that was refused, in milliseconds: after it everything is asked again. */
const longPause = 2 * 60 * 60_000;

interface Bench {
  readonly bench: TargetBench;
  readonly simulator: Simulator;
  readonly round: (afterMs?: number) => Promise<TargetRecord>;
}

/** A product as an account sees it. */
interface Subject extends Product {
  /** All that this account may read. */
  readonly collectors: readonly Collector[];
  /** Default: the account that the simulator names. */
  readonly account?: Account;
}

const [, , administrator] = portsipAccounts;

/** What no account of a product may read together is read by several. */
const subjects: readonly Subject[] = allProducts.flatMap((product): readonly Subject[] => {
  const { collectors } = product.family;
  if (product.name !== 'portsip') return [{ ...product, collectors }];
  const { username, password } = administrator;
  return [
    { ...product, collectors: collectors.filter((name) => name !== 'security') },
    {
      ...product,
      name: 'portsip, system administrator',
      collectors: ['system', 'security'],
      account: { kind: 'password', username, password },
    },
  ];
});

/** A healthy target with everything that its account may read, and rounds in which only hanging costs time. */
async function setUp({ family, simulate, collectors, account }: Subject): Promise<Bench> {
  const clock = createHandClock();
  const simulator = simulate({ clock, peers: 4, trunks: 2 });
  const own = account === undefined ? { options: simulator.targetOptions } : { options: {}, account };
  const bench = await benchTarget(family, simulator, clock, {
    ...own,
    collect: collectors,
    options: { ...own.options, ...optionsOf(family.name, simulator) },
    staleAfterMs: 10_000_000,
  });
  const round = async (afterMs = 30_000): Promise<TargetRecord> => {
    clock.advance(afterMs);
    const state = { done: false };
    const polled = bench.poll().finally(() => (state.done = true));
    let [idleTurns, seen] = [0, -1];
    while (!state.done) {
      await nextTurn();
      idleTurns = simulator.ledger.requestsTotal === seen ? idleTurns + 1 : 0;
      seen = simulator.ledger.requestsTotal;
      // A round in which nothing has been sent for so many turns waits for its clock.
      if (idleTurns > 0 && idleTurns % 60 === 0) clock.advance(1_000);
    }
    return polled;
  };
  return { bench, simulator, round };
}

/** What a family needs to be told before it can read every collector. */
function optionsOf(family: string, { world }: Simulator): Readonly<Record<string, unknown>> {
  const queues = world.queues.map(({ number }) => number);
  if (family === 'yeastar-s') return { queues, api_version: 'v1.1.0' };
  return family.startsWith('yeastar-') ? { queues } : {};
}

/** Whether the simulator's request is one of this kind: by what is on the wire, not by anybody's name for it. */
function isRequest({ method, path, fields = {}, exactQuery }: AllowedRequest): (request: SimulatorRequest) => boolean {
  const pattern = patternOf(path);
  const query = exactQuery === undefined ? /^/ : patternOf(`?${exactQuery}`);
  return (request) => {
    const form = new URLSearchParams(request.body);
    return (
      request.method === method &&
      pattern.test(request.rawPath) &&
      query.test(`?${request.rawTarget.slice(request.rawPath.length + 1)}`) &&
      Object.entries(fields).every(([name, value]) => form.get(name) === value)
    );
  };
}

function patternOf(text: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`${escaped.replaceAll(/\{[a-z_]+\}/g, '[^/?#]+')}$`);
}

/** What a list says apart from what is only decoration: ids and states. */
function statesOf(record: TargetRecord, name: Collector): unknown {
  const value: unknown = record.held[name]?.value;
  if (!Array.isArray(value)) return value === undefined ? undefined : 'read';
  return value
    .map((row: { readonly id: string; readonly state?: string }) => `${row.id} ${row.state ?? ''}`)
    .toSorted();
}

const loginsOf = ({ ledger }: Simulator): number => ledger.loginsGood + ledger.loginsRefused;

const essentialTo = ({ serves }: AllowedRequest): readonly string[] => (typeof serves === 'string' ? [serves] : serves);

describe.each(subjects.map((subject) => [subject.name, subject] as const))('%s', (_name, subject) => {
  const { family, collectors } = subject;

  test.each(family.requests.map((request) => [request.call, request] as const))(
    '%s may fail in any way, once and for ever: what other calls brought is there, and no login is spent',
    async (_call, request) => {
      const { bench, simulator, round } = await setUp(subject);
      await round();
      const healthy = await round();
      const needed = essentialTo(request);
      const before = new Map(collectors.map((name) => [name, statesOf(healthy, name)] as const));
      for (const name of collectors) expect([name, healthy.collectors[name]]).toEqual([name, { success: true }]);

      const complaints = (record: TargetRecord, trouble: string): readonly string[] =>
        collectors.flatMap((name) => {
          const { success, reason } = record.collectors[name] ?? {};
          const isOther = !needed.includes(name);
          // A list that this PBX does not have is empty, and a right that is missing may leave a plainer list to read.
          const isWhole = isOther || (success === true && !/40[34]/.test(trouble));
          const isSame = isDeepStrictEqual(statesOf(record, name), before.get(name));
          return [
            ...(isOther && success !== true ? [`${trouble}: ${name} failed (${reason})`] : []),
            ...(isWhole && !isSame ? [`${trouble}: ${name} changed to ${JSON.stringify(statesOf(record, name))}`] : []),
          ];
        });

      for (const [trouble, fault] of Object.entries(troubles)) {
        const scope = { matches: isRequest(request) };
        const struckBefore = simulator.ledger.faults[fault.kind] ?? 0;
        const logins = loginsOf(simulator);
        await simulator.faults.set(fault, { ...scope, times: 1 });
        expect(complaints(await round(), trouble)).toEqual([]);
        const spentOnce = loginsOf(simulator) - logins;
        await simulator.faults.clear();
        // A call that this product does not send in its usual rounds is none of this test's business.
        if ((simulator.ledger.faults[fault.kind] ?? 0) === struckBefore) continue;
        await simulator.faults.set(fault, scope);
        for (let count = 0; count < lastingRounds; count += 1)
          expect(complaints(await round(), `${trouble} for ever`)).toEqual([]);
        const spentForEver = loginsOf(simulator) - logins - spentOnce;
        const most = needed.includes('auxiliary') ? 0 : 1;
        expect([trouble, spentOnce, spentForEver]).toEqual([
          trouble,
          Math.min(spentOnce, most),
          Math.min(spentForEver, most),
        ]);
        expect(bench.target.record.suspendedUntilWall).toBe(0);
        await simulator.faults.clear();
        await round(longPause);
        const mended = await round();
        for (const name of collectors)
          expect([trouble, name, mended.collectors[name]]).toEqual([trouble, name, { success: true }]);
      }
      expect(simulator.ledger.bans).toBe(0);
    },
  );
});
