import { describe, expect, test } from 'vitest';
import { generate } from 'selfsigned';
import { asterisk } from '../../../src/drivers/asterisk/index.ts';
import { keepingLog, peersOf, setUp, until, userWith } from '../../drivers/asterisk/support.ts';

// The numbers refer to the list of pitfalls of this family's API.

describe('1: HTTP status 200 with "Response: Error"', () => {
  test('a refusal without a meaning of its own fails its collectors, by name', async () => {
    const { bench, simulator } = await setUp();
    await simulator.faults.set(
      { kind: 'altered-body', alter: () => 'Response: Error\r\nMessage: Something odd\r\n\r\n' },
      { call: 'PJSIPShowEndpoints' },
    );
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'protocol' },
      system: { success: true },
    });
    expect(record.retained).not.toHaveProperty('peers');
  });
});

describe('2: "Permission denied" is a lost session or a missing right', () => {
  test('with another cookie in the answer the session is gone: one login, and the round is good', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    simulator.endSessions();
    const record = await bench.rounds(1);
    expect(record).toMatchObject({ up: true, collectors: { peers: { success: true }, trunks: { success: true } } });
    expect(simulator.ledger.loginsGood).toBe(2);
    expect(simulator.ledger.sessionsLive).toBe(1);
  });

  test('a session that ends between any two requests costs one login and no round', async () => {
    const { bench, simulator } = await setUp({ requestsPerTarget: 1, collect: [...asterisk.collectors] });
    await bench.rounds(1);
    const before = simulator.ledger.requestsTotal;
    await bench.rounds(1);
    const perRound = simulator.ledger.requestsTotal - before;
    expect(perRound).toBeGreaterThan(3);
    for (let request = 0; request < perRound; request += 1) {
      const logins = simulator.ledger.loginsGood;
      let seen = 0;
      await simulator.faults.set(
        { kind: 'html', status: 200 },
        {
          matches: () => {
            if (seen === request) simulator.endSessions();
            seen += 1;
            return false;
          },
        },
      );
      const record = await bench.rounds(1);
      await simulator.faults.clear();
      expect(Object.values(record.collectors).every((outcome) => outcome.success)).toBe(true);
      // If only requests for details remained, the next round logs in.
      expect(simulator.ledger.loginsGood).toBeLessThanOrEqual(logins + 1);
      await bench.rounds(1);
      expect(simulator.ledger.loginsGood).toBe(logins + 1);
    }
  });

  test('with the same cookie the user lacks a right: no new login, however often', async () => {
    const { bench, simulator } = await setUp({}, { switches: { users: userWith([]) } });
    const record = await bench.rounds(20);
    expect(record.up).toBe(false);
    expect(record.lastRound?.reason).toBe('forbidden');
    expect(record.lastRound?.detail).toMatch(/write=/);
    expect(simulator.ledger.loginsGood).toBe(1);
  });
});

describe('9: every answer sets a cookie, also a refusal', () => {
  test.each(['plain', 'md5'])('a refused login (%s) is no session', async (auth) => {
    const account = { kind: 'password', username: 'exporter', password: 'not-it' } as const;
    const { bench, simulator } = await setUp({ account, options: { auth } });
    const record = await bench.poll();
    expect(record.up).toBe(false);
    expect(record.lastRound?.reason).toBe('bad_credentials');
    expect(simulator.ledger.requestsOf('PJSIPShowEndpoints')).toBe(0);
    expect(record.counters.logins).toEqual({ success: 0, failure: 1 });
  });
});

describe('10: a refused login takes a second', () => {
  test('a round with more time than that says bad_credentials, not timeout', async () => {
    const account = { kind: 'password', username: 'exporter', password: 'not-it' } as const;
    const { bench, simulator, clock } = await setUp(
      { account, timeoutMs: 3_000 },
      { switches: { failedLoginDelayMs: 1_000 } },
    );
    const polled = bench.poll();
    await until(() => simulator.ledger.loginsRefused === 1);
    clock.advance(1_000);
    expect((await polled).lastRound).toMatchObject({ reason: 'bad_credentials', durationMs: 1_000 });
  });
});

describe('11: connections over the session limit are closed without a byte', () => {
  test('that is "connect", and the next round is good again without a new login', async () => {
    const { bench, simulator } = await setUp({ intervalMs: 10_000 });
    await bench.rounds(1);
    simulator.switches.sessionLimit = 0;
    const record = await bench.rounds(1);
    expect(record.up).toBe(false);
    expect(record.lastRound?.reason).toBe('connect');
    simulator.switches.sessionLimit = 100;
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('the exporter itself never holds more than requests_per_target', async () => {
    const { bench, simulator } = await setUp({
      collect: [...asterisk.collectors],
      intervalMs: 5_000,
      keepConnections: true,
    });
    await bench.rounds(5);
    expect(simulator.ledger.connectionsOpenPeak).toBeLessThanOrEqual(2);
  });
});

describe('17: the answer to a logoff is "Goodbye"', () => {
  test('stop logs off, counted by the PBX', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(2);
    await bench.target.stop();
    expect(simulator.ledger.sessionsEnded).toEqual({ logout: 1, expired: 0, revoked: 0 });
  });
});

describe('18: a path prefix', () => {
  test.each(['/asterisk/', '/asterisk', '/Asterisk/'])('belongs into the url: %s', async (path) => {
    const { simulator } = await setUp({}, { prefix: 'asterisk' });
    const { bench } = await setUp({ url: new URL(path, await simulator.start()) });
    expect((await bench.poll()).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('without it the answer is 404: the configuration is named, and no login storm follows', async () => {
    const { simulator } = await setUp({}, { prefix: 'asterisk' });
    const url = new URL('/', await simulator.start());
    const { bench } = await setUp({ url });
    const record = await bench.rounds(20);
    expect(record.lastRound?.reason).toBe('config');
    expect(record.counters.roundFailures).toMatchObject({ config: 3, suspended: 17 });
    expect(simulator.ledger.requestsTotal).toBe(3);
  });

  test('AMI over HTTP that is off is named the same way', async () => {
    const { bench } = await setUp({}, { switches: { webEnabled: false } });
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({
      reason: 'config',
      detail: expect.stringMatching(/webenabled=yes.*prefix/),
    });
  });
});

describe('the access list of http.conf', () => {
  test('is told apart from a missing right: the exporter is refused by its address, before any login', async () => {
    const { bench, simulator } = await setUp({}, { switches: { admits: () => false } });
    const record = await bench.rounds(3);
    expect(record.lastRound).toMatchObject({
      reason: 'config',
      detail: expect.stringMatching(/access list in http\.conf.*refuses the address/u),
    });
    expect(simulator.ledger.loginsGood + simulator.ledger.loginsRefused).toBe(0);
    simulator.switches.admits = () => true;
    expect((await bench.rounds(4)).up).toBe(true);
  });
});

describe('19: TLS with a self-signed certificate', () => {
  async function selfSigned() {
    const pem = await generate([{ name: 'commonName', value: 'pbx.example.org' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'pbx.example.org' }] }],
    });
    return { ca: pem.cert, tls: { certificate: pem.cert, key: pem.private } };
  }

  test('is refused as it comes', async () => {
    const { tls } = await selfSigned();
    const { bench, simulator } = await setUp({}, { tls });
    expect((await bench.poll()).lastRound).toMatchObject({ reason: 'tls' });
    expect(simulator.ledger.requestsTotal).toBe(0);
  });

  test('is trusted by ca_file and the name in it', async () => {
    const { ca, tls } = await selfSigned();
    const trusting = { ca, serverName: 'pbx.example.org', insecureSkipVerify: false };
    const { bench, simulator } = await setUp({ tls: trusting }, { tls });
    expect((await bench.rounds(3)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('is refused where ca_file holds another one, and taken with insecure_skip_verify', async () => {
    const { tls } = await selfSigned();
    const { ca } = await selfSigned();
    const other = await setUp({ tls: { ca, serverName: 'pbx.example.org', insecureSkipVerify: false } }, { tls });
    expect((await other.bench.poll()).lastRound).toMatchObject({ reason: 'tls' });
    const blind = await setUp({ tls: { insecureSkipVerify: true } }, { tls });
    expect((await blind.bench.poll()).up).toBe(true);
  });
});

describe('20: idle connections are closed after 15 s', () => {
  test('the exporter closes them earlier', () => {
    expect(asterisk.idleConnectionMs).toBeGreaterThan(0);
    expect(asterisk.idleConnectionMs).toBeLessThan(15_000);
  });

  test('requests of a round share connections; one that the PBX dropped meanwhile is replaced', async () => {
    const { bench, simulator, clock } = await setUp({ keepConnections: true });
    await bench.poll();
    expect(simulator.ledger.requestsTotal).toBeGreaterThan(4);
    expect(simulator.ledger.connectionsAccepted).toBeLessThanOrEqual(2);
    clock.advance(15_000);
    await until(() => simulator.ledger.connectionsOpen === 0);
    await until(() => false);
    const record = await bench.poll();
    expect(record.up).toBe(true);
    expect(record.counters.logins).toEqual({ success: 1, failure: 0 });
  });
});

describe('8: passwords in the answers', () => {
  test('reach neither the page, nor the record, nor the log, also when the list is refused', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp({ log, collect: [...asterisk.collectors] });
    const secrets = [...simulator.world.trunks.map((trunk) => trunk.secret), 'made-up-sip-password', 'made-up-secret'];
    await bench.poll();
    const shown = [await bench.page()];
    await simulator.faults.set({ kind: 'altered-body', alter: (body) => body.replace('Complete', 'Compl') });
    shown.push(JSON.stringify(await bench.rounds(1)), await bench.page(), lines.join('\n'));
    expect(Object.keys(peersOf(bench.target.record)).length).toBeGreaterThan(0);
    for (const secret of secrets) expect(shown.join('\n')).not.toContain(secret);
  });
});
