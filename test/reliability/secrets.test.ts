import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { ApiRequest, Transport } from '../../src/transport/request.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchExporter, type ExporterBench } from '../support/exporter-bench.ts';
import { allProducts, type Product } from '../support/products.ts';

/** The secret in the configuration; it looks different in every encoding. */
const planted = 'Planted+Pass/w0rd=7f3a';
/** The secret in responses of the PBX. */
const said = 'said-by-the-pbx-91c4';

/** Returns a secret in every encoding that a protocol may use. */
function formsOf(secret: string, username = ''): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(secret).digest('hex'));
  return [secret, encodeURIComponent(secret), base64(secret), base64(`${username}:${secret}`), ...hashes];
}

/** Returns everything that the exporter exposes, on pages and in the log. */
async function everythingShown(bench: ExporterBench): Promise<string> {
  const paths = ['/', '/pbx?target=hq', '/metrics', '/config', '/probe?target=hq', '/probe?target=h', '/nothing'];
  const pages: string[] = [];
  for (const path of paths) pages.push(await bench.page(path));
  const { text } = await bench.reload();
  return [...pages, text, ...bench.log].join('\n');
}

function expectNone(shown: string, secrets: Iterable<string>): void {
  for (const secret of secrets) expect(shown.includes(secret), `shows ${secret}`).toBe(false);
}

/** Returns the configuration of one target, `hq`. */
function configOf(simulator: Simulator, url: URL, secret?: string): string {
  const { family, account, targetOptions = {} } = simulator;
  const login =
    'token' in account
      ? { token: secret ?? account.token }
      : { username: account.username, password: secret ?? account.password };
  const target = { name: 'hq', family, url: url.href, ...login, options: targetOptions };
  return `targets:\n  - ${JSON.stringify({ ...target, collect: ['peers', 'trunks', 'system'] })}\n`;
}

function create({ simulate }: Product): Simulator {
  return simulate({ clock: createHandClock(), peers: 5, trunks: 2 });
}

/** Collects the secrets of a session: headers and parameters of requests, and cookies set by responses. */
function noteSessions(found: Set<string>): (transport: Transport) => Transport {
  const secretName = /access|token|sess|sid|auth|cookie|key|password|secret/i;
  const note = (name: string, value: unknown): void => {
    if (!secretName.test(name) || typeof value !== 'string') return;
    for (const word of value.split(/[\s;=,"]+/)) if (word.length >= 8 && /\d/.test(word)) found.add(word);
  };
  const noteRequest = ({ headers = {}, query = {}, body }: ApiRequest): void => {
    const fields: unknown = body?.kind === 'json' ? body.value : (body?.fields ?? {});
    for (const [name, value] of Object.entries({ ...headers, ...query, ...(fields as object) })) note(name, value);
  };
  return (transport) => ({
    async send(request, signal) {
      noteRequest(request);
      const answer = await transport.send(request, signal);
      for (const [, value] of answer.cookies) note('cookie', value);
      return answer;
    },
    close: () => transport.close(),
  });
}

type Misbehaviour = (request: IncomingMessage, body: string, response: ServerResponse) => void;

/** Responses of a PBX that repeat the request and the PBX's own secrets wherever a response can contain text. */
const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  'an error page': (request, body, response) => {
    response.writeHead(500, { 'Content-Type': 'text/html', 'X-Debug': said });
    response.end(`<html>${said} ${request.url} ${JSON.stringify(request.headers)} ${body}</html>`);
  },
  'a reason phrase': (_request, _body, response) => {
    response.writeHead(502, `Bad ${said}`).end();
  },
  'a redirect': (request, body, response) => {
    response.writeHead(302, { Location: `https://other.example.org/?token=${said}&was=${encodeURIComponent(body)}` });
    response.end(request.url);
  },
  'a refusal': (request, body, response) => {
    response.writeHead(401, { 'WWW-Authenticate': `Basic realm="${said}"`, 'Content-Type': 'application/json' });
    const message = `${said}: ${request.url} ${body} is wrong`;
    response.end(JSON.stringify({ code: 401, errcode: 10001, errmsg: message, message, error: message, status: said }));
  },
  'a refusal with status 200': (request, body, response) => {
    const message = `${said}: ${request.url} ${body} is wrong`;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({ status: 'Failed', errno: message, errcode: 20002, errmsg: message, message, data: said }),
    );
  },
  'a refusal in lines': (_request, body, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(`Response: Error\r\nMessage: ${said} ${body}\r\n\r\n`);
  },
  'broken JSON': (request, body, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(`{"token": "${said}", "${request.url}": ${body}`);
  },
  'a token of a strange shape': (_request, _body, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': `session=${said}; Path=/` });
    response.end(JSON.stringify({ status: 'Success', token: [said], access_token: { said }, data: [said] }));
  },
  'an answer that is cut off': (_request, _body, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1_000 });
    response.write(`{"token":"${said}"`, () => response.destroy());
  },
};

async function startEvilPbx(misbehave: Misbehaviour): Promise<{ readonly url: URL; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString('utf8')));
    request.on('end', () => misbehave(request, body, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), asked: () => asked };
}

describe.each(allProducts.map((product) => [product.name, product] as const))('%s', (_name, product) => {
  test('a healthy PBX: account and session are nowhere to be seen', async () => {
    const simulator = create(product);
    const url = await simulator.start();
    onTestFinished(() => simulator.stop());
    const sessions = new Set<string>();
    const bench = await benchExporter(createHandClock(), configOf(simulator, url), {
      wrapTransport: noteSessions(sessions),
    });
    await bench.round();
    const shown = await everythingShown(bench);
    expect(shown).toContain('pbx_up{pbx="hq"} 1');
    const { account } = simulator;
    const secret = 'token' in account ? account.token : account.password;
    expect(sessions.size).toBeGreaterThan(0);
    expectNone(shown, [...formsOf(secret, 'username' in account ? account.username : ''), ...sessions]);
  });

  test.each(Object.keys(misbehaviours))('%s tells nothing of the account or of what the PBX said', async (name) => {
    const simulator = create(product);
    const { url, asked } = await startEvilPbx(misbehaviours[name] ?? (() => {}));
    const bench = await benchExporter(createHandClock(), configOf(simulator, url, planted));
    await bench.round();
    const shown = await everythingShown(bench);
    expect(shown).toContain('pbx_up{pbx="hq"} 0');
    expect(shown).toMatch(/pbx_last_failure\{pbx="hq",reason="[a-z_]+"\} 1/);
    expect(asked()).toBeGreaterThan(0);
    const username = 'username' in simulator.account ? simulator.account.username : '';
    expectNone(shown, [...formsOf(planted, username), said]);
  });
});

describe('a configuration with mistakes', () => {
  const target = "name: hq, family: asterisk, url: 'http://192.0.2.1', username: api";
  test.each([
    ['a misspelt key', `targets:\n  - { ${target}, pasword: ${planted} }\n`],
    ['two secrets', `targets:\n  - { ${target}, password: ${planted}, token: ${planted} }\n`],
    ['a secret that is a list', `targets:\n  - { ${target}, password: [${planted}] }\n`],
    ['a secret in place of a name of a variable', `targets:\n  - { ${target}, password_env: '${planted}' }\n`],
    ['a secret in place of a path', `targets:\n  - { ${target}, password_file: '/nowhere/x' } # ${planted}\n`],
    [
      'an account in the url',
      `targets:\n  - { name: hq, url: 'https://api:${planted}@192.0.2.1/?token=${planted}' }\n`,
    ],
    ['a value without a space', `targets:\n  - name: hq\n    password:${planted}\n`],
    ['broken YAML', `targets:\n  - name: hq\n    password: "${planted}\n    family: [\n`],
    ['a tab', `targets:\n\t- password: ${planted}\n`],
  ])('%s is told without the secret', async (_what, text) => {
    const clock = createHandClock();
    const bench = await benchExporter(clock, `targets:\n  - { ${target}, password: harmless }\n`);
    bench.write(text);
    const { status } = await bench.reload();
    expect(status).toBe(500);
    await nextTurn();
    expectNone(
      await everythingShown({
        ...bench,
        page: (path) => (path.startsWith('/probe') ? Promise.resolve('') : bench.page(path)),
      }),
      formsOf(planted),
    );
  });
});

test('what a client sends does not get into the log', async () => {
  const bench = await benchExporter(
    createHandClock(),
    "targets:\n  - { name: hq, family: asterisk, url: 'http://192.0.2.1', username: api, password: x }\n",
  );
  await fetch(`${bench.base}/metrics?token=${encodeURIComponent(planted)}`, {
    headers: { authorization: `Basic ${Buffer.from(`api:${planted}`).toString('base64')}` },
  });
  await fetch(`${bench.base}/${encodeURIComponent(planted)}`);
  const log = bench.log.join('\n');
  expect(log).not.toContain(planted);
  expectNone(log, formsOf(planted, 'api'));
});
