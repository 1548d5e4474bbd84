import { expect, test } from 'vitest';
import { setTrunk } from '../../../../src/simulator/kit/world.ts';
import { everything, legacyBench, rootAccount } from '../bench.ts';

test('a role that may read its own account only gets no list that looks whole', async () => {
  const { bench, simulator } = await legacyBench();
  simulator.switches.roles['monitor'] = { account: ['ro'] };
  const record = await bench.poll();
  expect(record.collectors).toEqual({
    peers: {
      success: false,
      reason: 'forbidden',
      detail: 'the role of the account may read its own account only: give the role the right account: r',
    },
    trunks: { success: false, reason: 'forbidden', detail: 'the role of the account lacks the right gateway: r' },
    system: { success: true },
  });
  expect(record.retained.peers).toBeUndefined();
  expect(await bench.page()).not.toMatch(/pbx_peers|pbx_trunks/);
});

test('rights that are taken away while the session lives are seen in the next round', async () => {
  const { bench, simulator } = await legacyBench();
  expect((await bench.poll()).collectors.peers).toEqual({ success: true });
  simulator.switches.roles['monitor'] = { account: ['ro'], gateway: ['ro'] };
  expect((await bench.rounds(1)).collectors.trunks).toMatchObject({ reason: 'forbidden' });
  simulator.switches.roles['monitor'] = { account: ['r'], gateway: ['*'] };
  expect((await bench.rounds(1)).collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('a plain user may read accounts but no gateways', async () => {
  const { bench, simulator } = await legacyBench();
  simulator.switches.roles['monitor'] = { account: ['r', 'uo'], channels: ['*'], cdr: ['ro'] };
  const { up, collectors } = await bench.poll();
  expect(up).toBe(true);
  expect(collectors).toMatchObject({ peers: { success: true }, trunks: { success: false, reason: 'forbidden' } });
});

test('where the engine does not tell rights, a list of nobody but ourselves is not believed', async () => {
  const { bench, simulator } = await legacyBench({ target: { options: { flavor: 'legacy' } } });
  const missing = '{"status":"error","info":"/api/v2/whoami not found."}';
  await simulator.faults.set({ kind: 'status', status: 404, body: missing }, { call: 'whoami' });
  expect((await bench.poll()).collectors.peers).toEqual({ success: true });
  simulator.switches.roles['monitor'] = { account: ['ro'], gateway: ['r'] };
  simulator.world.extensions.push({ number: 'monitor', name: '', state: 'reachable', call: 'idle', contacts: [] });
  expect((await bench.rounds(1)).collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
});

test('root sees all domains: without a domain there are no peers, with one only its rows', async () => {
  const all = await legacyBench({ target: { account: rootAccount } });
  const record = await all.bench.poll();
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'config' });
  expect(record.collectors.peers?.detail).toContain('options.domain');
  expect(record.retained.trunks?.value.map(({ id }) => id)).toContain('foreign');
  const one = await legacyBench({ target: { account: rootAccount, options: { domain: 'pbx.example.org' } } });
  const { retained } = await one.bench.poll();
  expect(retained.trunks?.value.map(({ id }) => id)).not.toContain('foreign');
  expect(retained.peers?.value).toHaveLength(4);
});

test('a domain that the engine does not know is no empty PBX; one that it knows may be empty', async () => {
  const unknown = await legacyBench({ target: { account: rootAccount, options: { domain: 'pxb.example.org' } } });
  const record = await unknown.bench.poll();
  expect(record.collectors).toMatchObject({
    peers: { success: false, reason: 'config' },
    trunks: { success: false, reason: 'config' },
  });
  expect(record.collectors.peers?.detail).toContain('options.domain');
  expect(record.retained.peers).toBeUndefined();
  expect(unknown.simulator.ledger.requestsOf('domains')).toBe(1);
  const known = await legacyBench({ target: { account: rootAccount, options: { domain: 'pbx.example.org' } } });
  known.simulator.world.extensions.splice(0);
  known.simulator.world.trunks.splice(0);
  expect((await known.bench.poll()).collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
});

test('a page of a proxy with status 403 is not taken for a missing right of the role', async () => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set({ kind: 'html', status: 403 }, { call: 'accounts' });
  expect((await bench.poll()).collectors.peers?.detail).toBe('the PBX forbids this request (HTTP 403)');
});

test('an account of another domain than the configured one is a mistake, not a list', async () => {
  const { bench } = await legacyBench({ target: { options: { domain: 'elsewhere.example.org' } } });
  const { collectors } = await bench.poll();
  expect(collectors.peers).toMatchObject({ success: false, reason: 'config' });
  expect(collectors.trunks).toMatchObject({ success: false, reason: 'config' });
});

test('a gateway that goes down loses its profile prefix and stays one series', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.poll();
  setTrunk(simulator.world, 'itsp-a', { state: 'disabled' });
  await bench.rounds(1);
  setTrunk(simulator.world, 'itsp-a', { state: 'registered' });
  const record = await bench.rounds(1);
  expect(record.retained.trunks?.value.filter(({ id }) => id.includes('itsp-a'))).toHaveLength(1);
  expect(record.counters.trunkStateChanges.get('itsp-a')).toBe(2);
});

test('the countdown behind a state does not become a label', async () => {
  const { bench, simulator } = await legacyBench();
  simulator.switches.retryText = ' (retry: 21s)';
  const record = await bench.poll();
  expect(record.retained.trunks?.value.map(({ rawState }) => rawState)).toEqual([
    'REGED',
    'NOREG',
    'FAIL_WAIT',
    'DOWN',
    'TRYING',
    'UNREGED',
    'FAILED',
  ]);
});

test('without FreeSWITCH the status is 200 and the system is not well', async () => {
  const { bench, simulator } = await legacyBench({ target: { collect: ['peers', 'calls', 'system'] } });
  simulator.switches.freeSwitch = 'offline';
  const record = await bench.poll();
  expect(record.collectors).toMatchObject({
    peers: { success: true },
    calls: { success: false, reason: 'service_unavailable' },
    system: { success: false, reason: 'service_unavailable', detail: 'the engine has no connection to FreeSWITCH' },
  });
  expect(record.retained.system?.value).toEqual({ version: 'v3.11.7', model: 'legacy' });
});

test('rows of another domain are somebody else’s answer', async () => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set(
    {
      kind: 'altered-body',
      alter: (body) => body.replaceAll('"domain":"pbx.example.org"', '"domain":"b.example.org"'),
    },
    { call: 'accounts' },
  );
  await simulator.faults.set(
    {
      kind: 'altered-body',
      alter: (body) => body.replaceAll('"Domain":"pbx.example.org"', '"Domain":"b.example.org"'),
    },
    { call: 'gateways' },
  );
  expect((await bench.poll()).collectors).toMatchObject({
    peers: { reason: 'protocol' },
    trunks: { reason: 'protocol' },
  });
});

test('an empty domain is an empty list, an account that vanished is gone at once', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.poll();
  simulator.world.extensions.splice(1);
  expect((await bench.rounds(1)).retained.peers?.value.map(({ id }) => id)).toEqual(['1001']);
  simulator.world.extensions.splice(0);
  const record = await bench.rounds(1);
  expect(record.collectors.peers).toEqual({ success: true });
  expect(record.retained.peers?.value).toEqual([]);
});

test('queues: what the role may not read is left out and makes the collector fail', async () => {
  const { bench, simulator } = await legacyBench({ target: { collect: ['queues', 'system'] } });
  simulator.switches.roles['monitor'] = { 'cc/queue': ['r'], 'cc/members': ['r'] };
  const record = await bench.poll();
  expect(record.collectors.queues).toMatchObject({
    reason: 'forbidden',
    detail: 'the role of the account lacks the right cc/tiers: r',
  });
  expect(record.retained.queues?.value).toEqual([
    { id: 'support', waitingCallers: 2 },
    { id: 'sales', waitingCallers: 0 },
  ]);
});

test('never more than two requests in flight, never a path that shows secrets or changes anything', async () => {
  const { bench, simulator } = await legacyBench({ target: { collect: everything, requestsPerTarget: 8 } });
  await bench.rounds(3);
  const { requests, requestsInFlightPeak } = simulator.ledger;
  expect(requestsInFlightPeak).toBeLessThanOrEqual(2);
  expect(Object.keys(requests).toSorted()).toEqual(
    ['accounts', 'calls', 'gateways', 'login', 'queue members', 'queue tiers', 'queues', 'status', 'whoami'].toSorted(),
  );
  const page = await bench.page();
  expect(page).not.toMatch(/made-up|acct-1/);
  expect(page).not.toMatch(/roundtrip/);
});

test('a round of the usual collectors is four requests', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.rounds(1);
  const before = simulator.ledger.requestsTotal;
  await bench.rounds(1);
  expect(simulator.ledger.requestsTotal - before).toBe(4);
});

test('a proxy that asks for time gets it', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.poll();
  await simulator.faults.set(
    { kind: 'status', status: 429, body: 'slow down', headers: { 'Retry-After': '100' } },
    { times: 1 },
  );
  const before = simulator.ledger.requestsTotal;
  expect((await bench.rounds(1)).counters.collectorFailures).toHaveProperty('peers.rate_limited');
  await bench.rounds(3);
  expect(simulator.ledger.requestsTotal - before).toBeLessThanOrEqual(2);
  expect((await bench.rounds(1)).up).toBe(true);
});

test.each([
  ['-ERR: Console connect error', 200, 'service_unavailable'],
  ['Bad response console server.', 500, 'service_unavailable'],
  ['-ERR domain [pbx.example.org] not found', 404, 'config'],
  ['Permission denied!', 200, 'forbidden'],
  ['something new', 200, 'protocol'],
  ['-USAGE: account list', 500, 'service_unavailable'],
  ['Cannot read property of undefined', 500, 'service_unavailable'],
  ['-ERR out of memory', 401, 'service_unavailable'],
  ['Role name is required', 401, 'forbidden'],
])('%s with status %d is %s', async (info, status, reason) => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set(
    { kind: 'status', status, body: JSON.stringify({ status: 'error', info }) },
    { call: 'accounts' },
  );
  const { collectors } = await bench.poll();
  expect(collectors.peers).toMatchObject({ success: false, reason });
  expect(collectors.trunks).toEqual({ success: true });
});
