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

/** Every way in which one call can fail while the rest of the PBX works. */
const faults: Readonly<Record<string, Fault>> = {
  'status 404': { kind: 'status', status: 404, body: 'not found\n' },
  'status 401': { kind: 'status', status: 401, body: 'unauthorized\n' },
  'status 403': { kind: 'status', status: 403, body: 'forbidden\n' },
  'status 500': { kind: 'status', status: 500, body: 'error\n' },
  'a web page with status 200': { kind: 'html', status: 200 },
  'cut JSON': { kind: 'cut-body' },
  'no answer': { kind: 'hang' },
  'session gone': { kind: 'unknown-session' },
};

/** Number of rounds of a permanent fault. */
const lastingRounds = 2;
/** Longest pause after a refused call, in milliseconds; after it, every call is sent again. */
const longPause = 2 * 60 * 60_000;

interface Bench {
  readonly bench: TargetBench;
  readonly simulator: Simulator;
  readonly round: (afterMs?: number) => Promise<TargetRecord>;
}

/** A product and the account with which it is polled. */
interface Subject extends Product {
  /** All collectors that this account may read. */
  readonly collectors: readonly Collector[];
  /** Default: the account of the simulator. */
  readonly account?: Account;
}

const [, , administrator] = portsipAccounts;

/** If no single account of a product may read all collectors, there is one subject per account. */
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

/** Creates a healthy target with all collectors of its account. In its rounds, time passes only while requests hang. */
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
      // A round that has sent nothing for 60 turns of the event loop is waiting for a timer.
      if (idleTurns > 0 && idleTurns % 60 === 0) clock.advance(1_000);
    }
    return polled;
  };
  return { bench, simulator, round };
}

/** Returns the options that a family needs to read every collector. */
function optionsOf(family: string, { world }: Simulator): Readonly<Record<string, unknown>> {
  const queues = world.queues.map(({ number }) => number);
  if (family === 'yeastar-s') return { queues, api_version: 'v1.1.0' };
  return family.startsWith('yeastar-') ? { queues } : {};
}

/** Returns a predicate for requests of this kind. It compares the request on the wire, not the name of the call. */
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

/** Returns the essential content of a list: ids and states. */
function statesOf(record: TargetRecord, name: Collector): unknown {
  const value: unknown = record.retained[name]?.value;
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

      const complaints = (record: TargetRecord, faultName: string): readonly string[] =>
        collectors.flatMap((name) => {
          const { success, reason } = record.collectors[name] ?? {};
          const isOther = !needed.includes(name);
          // A list that the PBX does not have counts as empty, and without a right there may be a simpler list to read.
          const isWhole = isOther || (success === true && !/40[34]/.test(faultName));
          const isSame = isDeepStrictEqual(statesOf(record, name), before.get(name));
          return [
            ...(isOther && success !== true ? [`${faultName}: ${name} failed (${reason})`] : []),
            ...(isWhole && !isSame
              ? [`${faultName}: ${name} changed to ${JSON.stringify(statesOf(record, name))}`]
              : []),
          ];
        });

      for (const [faultName, fault] of Object.entries(faults)) {
        const scope = { matches: isRequest(request) };
        const struckBefore = simulator.ledger.faults[fault.kind] ?? 0;
        const logins = loginsOf(simulator);
        await simulator.faults.set(fault, { ...scope, times: 1 });
        expect(complaints(await round(), faultName)).toEqual([]);
        const spentOnce = loginsOf(simulator) - logins;
        await simulator.faults.clear();
        // Skipped: this product does not send the call in its usual rounds.
        if ((simulator.ledger.faults[fault.kind] ?? 0) === struckBefore) continue;
        await simulator.faults.set(fault, scope);
        for (let count = 0; count < lastingRounds; count += 1)
          expect(complaints(await round(), `${faultName} for ever`)).toEqual([]);
        const spentForEver = loginsOf(simulator) - logins - spentOnce;
        const most = needed.includes('auxiliary') ? 0 : 1;
        expect([faultName, spentOnce, spentForEver]).toEqual([
          faultName,
          Math.min(spentOnce, most),
          Math.min(spentForEver, most),
        ]);
        expect(bench.target.record.suspendedUntilWall).toBe(0);
        await simulator.faults.clear();
        await round(longPause);
        const mended = await round();
        for (const name of collectors)
          expect([faultName, name, mended.collectors[name]]).toEqual([faultName, name, { success: true }]);
      }
      expect(simulator.ledger.bans).toBe(0);
    },
  );
});
