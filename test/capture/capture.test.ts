import { describe, expect, test } from 'vitest';
import { createReplay, readCapture } from '../../src/capture/capture-file.ts';
import { createRecorder } from '../../src/capture/recorder.ts';
import { Redaction } from '../../src/capture/redaction.ts';
import { sensitiveName, sensitiveValues } from '../../src/capture/sensitive-names.ts';
import { families } from '../../src/drivers/index.ts';
import { silentLog } from '../../src/log.ts';
import { simulators } from '../../src/simulator/index.ts';
import { type Target, Target as TargetClass } from '../../src/polling/target.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import type { Transport } from '../../src/transport/request.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { accountOf } from '../support/target-bench.ts';

const pairs = families.map((family) => [family.name, family] as const);

function targetWith(
  family: (typeof families)[number],
  transport: Transport,
  facts: { clock: HandClock; url: URL; options: object; account: Parameters<typeof family.create>[0]['account'] },
): Target {
  const { clock, url, options, account } = facts;
  return new TargetClass({
    identity: {
      name: 'test',
      family: family.name,
      labels: {},
      peerNames: 'plain',
      peerLimit: 5_000,
      staleAfterMs: 90_000,
    },
    family,
    account,
    options: family.options.parse(options),
    url,
    collect: ['peers', 'trunks', 'system'],
    intervalMs: 30_000,
    timeoutMs: 20_000,
    requestsPerTarget: 1,
    transport,
    clock,
    random: () => 0.5,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
}

describe.each(pairs)('%s', (name, family) => {
  test('a captured round plays again to the same phones, trunks and states, and holds no secret of the PBX', async () => {
    const clock = createHandClock();
    const simulator = simulators.find((candidate) => candidate.family === name)?.create({ clock, peers: 8, trunks: 3 });
    if (simulator === undefined) throw new Error(`no simulator for ${name}`);
    const url = await simulator.start();
    const account = accountOf(simulator);
    const options = simulator.targetOptions ?? {};
    const direct = createTransport({
      family: { ...family, idleConnectionMs: 0 },
      url,
      tls: { insecureSkipVerify: false },
      requestsPerTarget: 1,
      version: 'test',
    });
    const recorder = createRecorder(direct, [account.kind === 'token' ? account.token : account.password], clock);
    const live = targetWith(family, recorder.transport, { clock, url, options, account });
    await live.poll();
    const states = statesOf(live);
    await live.stop();
    await simulator.stop();
    const exchanges = recorder.exchanges();
    const text = JSON.stringify(exchanges);
    expect(states.peers.length).toBeGreaterThan(0);
    for (const secret of [
      account.kind === 'token' ? account.token : account.password,
      ...simulator.world.trunks.map((trunk) => trunk.secret),
    ])
      expect(text).not.toContain(secret);
    for (const extension of simulator.world.extensions)
      for (const contact of extension.contacts)
        expect(
          text.match(new RegExp(`\\b${contact.address}\\b`)) === null || contact.address.startsWith('192.0.2.'),
        ).toBe(true);

    const replayed = targetWith(family, createReplay(exchanges), {
      clock: createHandClock(),
      url: new URL(url.pathname, 'http://replay.invalid'),
      options,
      account:
        account.kind === 'token'
          ? { kind: 'token', token: 'replayed' }
          : { kind: 'password', username: 'replayed', password: 'replayed' },
    });
    await replayed.poll();
    expect(replayed.record.lastRound).not.toHaveProperty('reason');
    expect(statesOf(replayed)).toEqual(states);
  });
});

function statesOf({ record }: Target) {
  return {
    peers: (record.retained.peers?.value ?? []).map(({ id, state, roundtripMicroseconds }) => ({
      id: keptId(id),
      state,
      roundtripMicroseconds,
    })),
    trunks: (record.retained.trunks?.value ?? []).map(({ id, state, registered }) => ({
      id: keptId(id),
      state,
      registered,
    })),
  };
}

/** The expected id after redaction: long numbers and domains are replaced; extensions and trunk names are unchanged. */
function keptId(id: string): string {
  return /^\d{7,}$/.test(id) ? 'replaced' : id.replace(/@.*$/, '@replaced');
}

describe('redaction', () => {
  const plain = { status: 200, headers: {}, cookies: new Map<string, string>() };

  test.each([
    ['JSON', '{"registerpassword":"pw-77!x","user":"anna"}'],
    ['broken JSON', '{"registerpassword":"pw-77!x","us'],
    ['AMI', 'Event: AuthDetail\r\nPassword: pw-77!x\r\n\r\n'],
    ['XML, line by line', '  <gateway>\n    <password>pw-77!x</password>\n  </gateway>\n'],
  ])('hides a secret that the PBX sends, wherever it stands: %s', (_format, body) => {
    const redaction = new Redaction([]);
    redaction.learnFromAnswer({ ...plain, body });
    expect(redaction.answer({ ...plain, body: `${body} again pw-77!x` }).body).not.toContain('pw-77!x');
  });

  test('hides the secrets of the configuration in every form in which they travel', () => {
    const redaction = new Redaction(['ge"heim &1']);
    const shown = redaction.text(
      `ge"heim &1 ${JSON.stringify('ge"heim &1')} ge%22heim%20%261 1cc9ab1e3bd3e5df8e1b5a3b3d8b8b3a`,
    );
    expect(shown).not.toContain('heim');
  });

  test('hides sessions: cookies, bearer tokens, tokens in the query', () => {
    const redaction = new Redaction([]);
    redaction.learnFromRequest({
      call: 'a',
      path: '/',
      headers: { authorization: 'Bearer abcdef123456', cookie: 'mansession_id="9f8e7d6c"' },
      query: { token: 'tok-554433' },
    });
    const shown = redaction.text('abcdef123456 9f8e7d6c tok-554433');
    expect(shown).not.toMatch(/abcdef123456|9f8e7d6c|tok-554433/);
  });

  test('hides addresses and numbers of people, keeps extensions and points in time', () => {
    const shown = new Redaction([]).text(
      '1001 0042 sip:1001@203.0.113.9 anna@firma.example +4930123456789 1764000600 1893456000000',
    );
    expect(shown).toContain('1001 0042');
    expect(shown).toContain('1764000600 1893456000000');
    expect(shown).not.toMatch(/203\.0\.113\.9|anna@|4930123456789/);
  });

  test('drops the events that hold nothing but credentials, and keeps those around them', () => {
    const body =
      'Response: Success\r\n\r\nEvent: AuthDetail\r\nUsername: trunk-1\r\nMd5Cred: 0123\r\n\r\nEvent: EndpointDetail\r\nObjectName: 100\r\n\r\n';
    expect(new Redaction([]).answer({ ...plain, body }).body).toBe(
      'Response: Success\r\n\r\nEvent: EndpointDetail\r\nObjectName: 100\r\n\r\n',
    );
  });

  test('hides names of accounts, keeps extensions: the same name is the same everywhere', () => {
    const { body, answer } = {
      body: { kind: 'form', fields: { login: 'wartung', password: 'x' } },
      answer: '{"id":"wartung@kontora.example","username":"1001","fromUser":"wartung","name":"Front Door"}',
    } as const;
    const redaction = new Redaction([]);
    const request = redaction.request({ call: 'login', path: '/', body });
    const shown = JSON.parse(redaction.answer({ ...plain, body: answer }).body) as Record<string, string>;
    expect(JSON.stringify([request, shown])).not.toMatch(/wartung|kontora/);
    expect(shown).toMatchObject({ username: '1001', name: 'Front Door' });
    expect((request.body as { login: string }).login).toBe(shown['fromUser']);
    expect(shown['id']?.split('@')[0]).toBe(shown['fromUser']);
  });

  test('hides IPv6 addresses of phones in every form, and nothing that only looks like one', () => {
    const body =
      'sip:1@[2001:db9::5]:5060 ^5Bfe80::1^5D ::ffff:198.51.100.7 external::itsp-a 12:30:45 00:15:65:aa:bb:cc';
    const shown = new Redaction([]).text(body);
    expect(shown).not.toMatch(/2001:db9|fe80|198\.51\.100\.7/);
    expect(shown).toContain('external::itsp-a 12:30:45 00:15:65:aa:bb:cc');
  });

  test('hides the domain in the options of the target as in the answers', async () => {
    const transport = {
      send: () => Promise.resolve({ ...plain, body: '{"Domain":"kontora.example.net"}' }),
      close() {},
    };
    const recorder = createRecorder(transport, [], createHandClock(), {
      hosts: ['pbx.kontora.example.net'],
    });
    await recorder.transport.send({ call: 'a', path: '/' }, new AbortController().signal);
    const [exchange] = recorder.exchanges();
    const { domain, flavor } = recorder.redacted({ domain: 'kontora.example.net', flavor: 'legacy' });
    expect(JSON.parse(exchange?.answer?.body ?? '')).toEqual({ Domain: domain });
    expect(JSON.stringify([domain, exchange])).not.toContain('kontora');
    expect(flavor).toBe('legacy');
  });

  test('keeps nothing of the text of a page that is confidential, and hands it to who asked', async () => {
    const transport = { send: () => Promise.resolve({ ...plain, body: '{"sip_secret":"x1"}' }), close() {} };
    const recorder = createRecorder(transport, [], createHandClock());
    const request = { call: 'provider_names', path: '/providers/index', confidential: true };
    const { body } = await recorder.transport.send(request, new AbortController().signal);
    expect(body).toContain('sip_secret');
    expect(recorder.exchanges()[0]?.answer?.body).toBe('');
  });

  test('pseudonyms of PINs and telephone numbers differ from capture to capture: nobody can try them all', () => {
    const shown = ['one', 'other'].map((salt) =>
      new Redaction(['48151623'], [], salt).text('48151623 +4930123456789 a@kontora.example'),
    );
    const [first = [], second = []] = shown.map((text) => text.split(' '));
    for (const [index, word] of first.entries()) expect(second[index]).not.toBe(word);
  });

  test('equal values get equal pseudonyms of the same length', () => {
    const [one, other] = new Redaction(['0123456789abcdef']).text('0123456789abcdef 0123456789abcdef').split(' ');
    expect(one).toBe(other);
    expect(one).toHaveLength(16);
  });

  test('names that only sound secret are left alone', () => {
    expect(
      ['auth_mode', 'OutboundAuth', 'Auths', 'OutboundAuths', 'token_type', 'userSessions'].some(sensitiveName),
    ).toBe(false);
    expect(
      ['password', 'X-Access-Token', 'X-Key', 'secret', 'a1-hash', 'vmsecret', 'access_token'].every(sensitiveName),
    ).toBe(true);
    expect(sensitiveValues('{"a":1}')).toEqual([]);
  });
});

test.each([
  ['not JSON', 'hello', 'it is not JSON'],
  ['another JSON', '{"a":1}', 'it is not a capture of pbx-exporter (format: '],
])('a file that is no capture is refused: %s', (_what, text, problem) => {
  const result = readCapture(text);
  expect('problem' in result ? result.problem : '').toContain(problem);
});
