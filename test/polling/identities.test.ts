import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { families } from '../../src/drivers/index.ts';
import { fingerprints } from '../../src/drivers/fingerprints.ts';
import { createFingerprintTransport } from '../../src/polling/create-transport.ts';
import { createDeadline } from '../../src/polling/deadline.ts';
import { explanation, type Explanation, identify, Identities, OtherProduct } from '../../src/polling/identities.ts';
import { createMikoSimulator } from '../../src/simulator/mikopbx/index.ts';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import { Failure, type FailureFacts } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { answerText, startRawServer } from '../support/raw-server.ts';
import { simulators } from '../../src/simulator/index.ts';
import type { SimulatorFamily } from '../../src/simulator/simulator.ts';

const names = families.map(({ name }) => name);
const tls = { insecureSkipVerify: false };

async function start(family: SimulatorFamily, seed: number) {
  const pbx = family.create({ clock: systemClock, seed, peers: 1, trunks: 1 });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  return { pbx, url };
}

test('at most eight requests are sent to an address', () => {
  expect(fingerprints.length).toBeLessThanOrEqual(8);
});

/** For Webitel, the seed determines the product generation. */
const pbxs = simulators.flatMap((simulator) =>
  (simulator.family === 'webitel' ? [1, 2] : [1]).map((seed) => [simulator.family, seed, simulator] as const),
);

test.each(pbxs)(
  'a %s (seed %i) is told by what it says to everybody, and counts no login',
  async (family, seed, simulator) => {
    const { pbx, url } = await start(simulator, seed);
    const product = await identify(createFingerprintTransport({ url, tls, version: 'test' }), systemClock);
    expect(product?.families).toContain(family);
    const { loginsRefused, loginsGood, bans } = pbx.ledger;
    expect([loginsRefused, loginsGood, bans]).toEqual([0, 0, 0]);
  },
);

test('MikoPBX of all generations, with no refusal logged', async () => {
  for (const release of ['2020.2.857', '2024.1.114'] as const) {
    const pbx = createMikoSimulator({ clock: systemClock, peers: 1, trunks: 1, release });
    const url = await pbx.start();
    onTestFinished(() => pbx.stop());
    const product = await identify(createFingerprintTransport({ url, tls, version: 'test' }), systemClock);
    expect([product?.families, pbx.ledger.bans]).toEqual([['mikopbx'], 0]);
  }
});

/** Pages of products without a simulator. */
const pages = [
  ['FreePBX', '<html><head><title>FreePBX Administration</title></head></html>', ['asterisk']],
  ['a router', '<html><head><title>Router</title></head></html>', undefined],
  ['nothing', '', undefined],
] as const;

test.each(pages)('the page of %s', async (_what, body, expected) => {
  const server = await startRawServer((socket) => socket.end(answerText(body, 'Connection: close\r\n')));
  onTestFinished(() => server.close());
  const product = await identify(createFingerprintTransport({ url: server.url, tls, version: 'test' }), systemClock);
  expect(product?.families).toEqual(expected);
});

test('an address is looked at once', async () => {
  const asterisk = simulators.find(({ family }) => family === 'asterisk');
  if (asterisk === undefined) throw new Error('no Asterisk');
  const { pbx, url } = await start(asterisk, 1);
  const identities = new Identities(systemClock, 'test', families);
  const looks = await Promise.all([1, 2, 3].map(() => identities.explain({ family: 'mikopbx', url, tls })));
  const said = { instead: 'this looks like Asterisk: family: asterisk' };
  expect(looks).toEqual([said, said, said]);
  expect(pbx.ledger.requestsTotal).toBe(1);
});

describe('what is said', () => {
  const freePbx = { name: 'the web page of FreePBX', families: ['asterisk'], advice: 'another port' };
  test.each([
    [undefined, 'asterisk', { further: 'none of the answers indicates family asterisk: check url and family first' }],
    [{ name: 'Asterisk', families: ['asterisk'] }, 'asterisk', {}],
    [{ name: 'a Yeastar', families: ['yeastar-s', 'yeastar-k2'] }, 'yeastar-k2', {}],
    [
      { name: 'a Yeastar', families: ['yeastar-s', 'yeastar-k2'] },
      'yeastar-p',
      { instead: 'this looks like a Yeastar: family: yeastar-s or yeastar-k2' },
    ],
    [freePbx, 'asterisk', { instead: 'this looks like the web page of FreePBX: another port' }],
    [freePbx, 'mikopbx', { instead: 'this looks like the web page of FreePBX: family: asterisk; another port' }],
    [
      { name: 'Somebody', families: ['else'] },
      'asterisk',
      { instead: 'this looks like Somebody, which is not supported yet' },
    ],
  ])('of %j under %s', (product, family, said) => {
    expect(explanation(product, family, names)).toEqual(said);
  });
});

const missing: FailureFacts = { login: 'path_missing' };

/** The known identity, the path of the URL, the failure of the round, and the expected message. */
const cases: readonly (readonly [string, Explanation, string, FailureReason, FailureFacts, string])[] = [
  ['another product', { instead: 'this looks like X' }, '/', 'config', missing, 'this looks like X'],
  [
    'another product behind a refusal',
    { instead: 'this looks like X' },
    '/',
    'bad_credentials',
    {},
    'this looks like X',
  ],
  ['nothing that proves anything', { further: 'check url' }, '/', 'protocol', {}, 'said; check url'],
  ['a refusal of who proves nothing', { further: 'check url' }, '/', 'bad_credentials', {}, 'said'],
  ['a failure that no product explains', { instead: 'this looks like X' }, '/', 'timeout', {}, 'said'],
  [
    'the right product below a path',
    {},
    '/login.html',
    'config',
    missing,
    'said; the url ends in /login.html: is that the address of the web page?',
  ],
  ['the right product at its address', {}, '/', 'config', missing, 'said'],
  ['another failure below a path', {}, '/engine', 'config', {}, 'said'],
];

test.each(cases)('%s', async (_what, known, path, reason, facts, said) => {
  const clock = createHandClock();
  const product = new OtherProduct(new URL(path, 'http://192.0.2.1'), () => Promise.resolve(known));
  await product.look(new Failure(reason, 'said', facts), createDeadline(clock, 1_000, 'late'));
  expect(product.explain({ reason, detail: 'said' })).toEqual({ reason, detail: said });
  product.proven();
  expect(product.explain({ reason, detail: 'said' })).toEqual({ reason, detail: 'said' });
});
