import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.ts';
import { silentLog } from '../../src/log.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import { Resolver } from '../../src/transport/resolver.ts';
import { queryNameServers } from '../../src/transport/system-resolver.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { startNameServer } from '../support/name-server.ts';
import { allProducts } from '../support/products.ts';
import { accountOf } from '../support/target-bench.ts';

/** Creates a fleet with this many targets whose names never resolve, and one target whose name resolves. */
async function openOffice(silentTargets: number) {
  const [product] = allProducts;
  if (product === undefined) throw new Error('there is no product');
  const { family } = product;
  const clock = createHandClock();
  const pbx = product.simulate({ clock, peers: 4, trunks: 1 });
  const healthy = await pbx.start();
  const server = await startNameServer((name) => (name === 'healthy.example.org' ? ['127.0.0.1'] : 'silent'));
  const resolver = new Resolver({
    clock,
    readFiles: () => Promise.resolve({ hosts: '', resolvConf: '' }),
    query: queryNameServers([server.address]),
    systemLookup: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
  });
  const create = (host: string): Target => {
    const url = new URL(healthy);
    url.hostname = host;
    const tls = { insecureSkipVerify: false };
    const requestsPerTarget = 2;
    return new Target({
      identity: {
        name: host,
        family: family.name,
        labels: {},
        peerNames: 'plain',
        peerLimit: 100,
        staleAfterMs: 90_000,
      },
      family,
      account: accountOf(pbx),
      options: family.options.parse(pbx.targetOptions ?? {}),
      url,
      collect: ['peers', 'trunks', 'system'],
      intervalMs: 30_000,
      timeoutMs: 20_000,
      requestsPerTarget,
      transport: createTransport({
        family: { ...family, idleConnectionMs: 0 },
        url,
        tls,
        requestsPerTarget,
        resolver,
        version: 'test',
      }),
      clock,
      random: () => 0.5,
      log: silentLog,
      observeRequest: () => {},
      onRecord: () => {},
    });
  };
  const silent = Array.from({ length: silentTargets }, (_, index) => create(`pbx${index}.example.org`));
  const known = create('healthy.example.org');
  const fleet = new Fleet({ concurrency: 64, clock, random: () => 0 }, [...silent, known]);
  onTestFinished(async () => {
    await pbx.stop();
    await Promise.all([...silent, known].map((target) => target.stop()));
    server.close();
  });
  return { clock, fleet, silent, known, pbx };
}

test('thirty PBXs whose names nobody resolves cost a healthy one no round', async () => {
  const { clock, fleet, silent, known, pbx } = await openOffice(30);
  const waiting = { over: 0 };
  const polls = silent.map((target) => fleet.poll(target).finally(() => (waiting.over += 1)));
  const begun = clock.monotonicTime();
  for (let round = 0; round < 5; round += 1) {
    await fleet.poll(known);
    expect(known.record).toMatchObject({ up: true, counters: { roundFailures: {} } });
  }
  // No time has passed for the targets: the others still wait for name resolution.
  expect([waiting.over, clock.monotonicTime()]).toEqual([0, begun]);
  expect(pbx.ledger.loginsGood).toBe(1);
  while (waiting.over < polls.length) {
    clock.advance(1_000);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  }
  await Promise.all(polls);
  expect(new Set(silent.map(({ record }) => record.lastRound?.reason))).toEqual(new Set(['dns']));
});
