import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCommandLine } from '../../src/command-line.ts';
import type { Stoppable } from '../../src/commands/flags.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { startSimulation, simulationConfig, type Simulation } from '../../src/commands/simulate.ts';
import { simulators } from '../../src/simulator/index.ts';

/** Runs a command as the process would, and records its output. */
async function run(...args: readonly string[]) {
  const result = { out: '', error: '', code: undefined as number | undefined, running: [] as Stoppable[] };
  const program = createCommandLine({
    terminal: {
      out: (text) => (result.out += text),
      error: (text) => (result.error += text),
      colour: false,
      watched: false,
    },
    keepRunning: (running) => result.running.push(running),
    exit: (code) => (result.code = code),
  });
  const silenceAll = (command: typeof program): void => {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => (result.out += text), writeErr: (text) => (result.error += text) });
    for (const child of command.commands) silenceAll(child);
  };
  silenceAll(program);
  await program
    .parseAsync(['node', 'pbx-exporter', ...args])
    .catch((thrown: { readonly exitCode?: number }) => (result.code = thrown.exitCode ?? 99));
  return result;
}

/** The fields of a target that are needed to reach it. */
function accountAndPlace(target: TargetConfig | undefined) {
  if (target?.account.kind !== 'password') return undefined;
  const { name, family, url, account } = target;
  return { name, family, url: url.href, username: account.username, password: account.password.reveal() };
}

let folder = '';
let simulation: Simulation | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx-exporter-test-'));
});
afterEach(async () => {
  await simulation?.stop();
  simulation = undefined;
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function simulatedConfig(
  families: readonly string[],
  faults: readonly string[] = [],
  peers = 6,
): Promise<string> {
  simulation = await startSimulation({
    families,
    count: 1,
    peers,
    trunks: 3,
    seed: 1,
    port: 0,
    faults,
    life: false,
  });
  return file('exporter.yml', simulationConfig(simulation.running, 'scrape: { interval: 30s, timeout: 5s }\n'));
}

const goodFile =
  'targets:\n  - { name: hq, family: asterisk, url: https://pbx.example.org:8089, username: exporter, password: geheim }\n';

describe('check', () => {
  test('a good file', async () => {
    const path = file('good.yml', goodFile);
    expect(await run('check', '--config.file', path)).toMatchObject({ code: 0, out: `OK: ${path}, 1 target\n` });
  });

  test('a bad file: all problems, exit code 1', async () => {
    const path = file('bad.yml', 'targets:\n  - { name: hq, familly: asterisk }\n');
    const { code, error } = await run('check', '--config.file', path);
    expect(code).toBe(1);
    expect(error).toContain('did you mean "family"?');
    expect(error).toMatch(/FAILED: \d problems in /);
  });

  test('hashed names without a key: serve would start, but this is an error', async () => {
    const path = file('hash.yml', goodFile.replace('geheim }', 'geheim, peers: { names: hash } }'));
    const { code, error, out } = await run('check', '--config.file', path);
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(/hash\.yml:2:\d+: names is hash, and there is no key/);
    expect(error).toContain(`FAILED: 1 problem in ${path}\n`);
    const misspelt = file('hash-misspelt.yml', `${readFileSync(path, 'utf8')}peers: { hash_keyfile: key }\n`);
    expect((await run('check', '--config.file', misspelt)).error).toContain(`FAILED: 2 problems in ${misspelt}\n`);
  });

  test('no file', async () => {
    const { code, error } = await run('check', '--config.file', join(folder, 'none.yml'));
    expect(code).toBe(1);
    expect(error).toContain('there is no such file; specify yours with --config.file');
  });

  test('checks the file of the web server too when it is named', async () => {
    const path = file('good.yml', goodFile);
    const web = file('web.yml', 'http_server_config: { headers: { X-Frame-Options: deny } }\n');
    expect(await run('check', '--config.file', path, '--web.config.file', web)).toMatchObject({
      code: 0,
      out: `OK: ${path}, 1 target\nOK: ${web}\n`,
    });
  });

  test('a bad file of the web server: what is wrong in both files, exit code 1', async () => {
    const path = file('good.yml', goodFile);
    const bad = file('bad.yml', 'targets:\n  - { name: hq, familly: asterisk }\n');
    const web = file('web.yml', 'basic_auth_users: { prometheus: geheim }\n');
    const { code, error, out } = await run('check', '--config.file', path, '--web.config.file', web);
    expect(code).toBe(1);
    expect(out).toBe(`OK: ${path}, 1 target\n`);
    expect(error).toMatch(/web\.yml:1:\d+: .*\n(.*\n)*FAILED: 1 problem in .*web\.yml\n/);
    const both = await run('check', '--config.file', bad, '--web.config.file', web);
    expect(both.error).toMatch(/FAILED: \d problems in .*bad\.yml\n(.*\n)*FAILED: 1 problem in .*web\.yml\n/);
  });

  test('the example of the project is good as it is', async () => {
    expect(await run('check', '--config.file', new URL('../../exporter.yml', import.meta.url).pathname)).toMatchObject({
      code: 0,
      error: '',
    });
  });
});

describe('once', () => {
  test('shows a PBX that is up as tables', async () => {
    const path = await simulatedConfig(['asterisk']);
    const { code, out } = await run('once', 'demo-asterisk', '--config.file', path);
    expect(code).toBe(0);
    expect(out).toMatch(/^demo-asterisk \(asterisk, 22[^)]*\): up, read in /);
    expect(out).toMatch(/\d trunks\ntrunk +host +roundtrip +state\n/);
    expect(out).toMatch(/\d peers\npeer +(name +)?contacts +roundtrip +state\n/);
    expect(simulation?.running[0]?.simulator.ledger.sessionsLive).toBe(0);
  });

  test('says the result once more below long tables', async () => {
    const path = await simulatedConfig(['asterisk'], [], 40);
    const { out } = await run('once', 'demo-asterisk', '--config.file', path);
    const [first = ''] = out.split('\n');
    expect(out.endsWith(`\n\n${first}\n`)).toBe(true);
  });

  test('as metrics and as CSV', async () => {
    const path = await simulatedConfig(['yeastar-s']);
    const { code, out } = await run('once', 'demo-yeastar-s', '--config.file', path, '--format', 'prometheus');
    expect(code).toBe(0);
    expect(out).toContain('pbx_up{pbx="demo-yeastar-s"} 1');
    const csv = await run('once', 'demo-yeastar-s', '--config.file', path, '--format', 'csv');
    expect(csv.out).toMatch(
      /^pbx,kind,id,name,state,.*\r\n(?:demo-yeastar-s,trunk,.*\r\n)+(?:demo-yeastar-s,peer,.*\r\n)+$/u,
    );
  });

  test('as JSON', async () => {
    const path = await simulatedConfig(['yeastar-p']);
    const { code, out } = await run('once', 'demo-yeastar-p', '--config.file', path, '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ up: true, collectors: { peers: { success: true } } });
  });

  test('as JSON keeps to peers.names', async () => {
    const path = await simulatedConfig(['yeastar-s']);
    file('key', 'made-up key of hashed names\n');
    const text = readFileSync(path, 'utf8');
    const once = async (peers: string): Promise<string> => {
      const shown = file('names.yml', text.replace(/^( *)family:.*$/m, `$&\n$1peers: ${peers}`));
      return (await run('once', 'demo-yeastar-s', '--config.file', shown, '--format', 'json')).out;
    };
    const [plain, none, hash] = [
      await once('{ names: plain }'),
      await once('{ names: none }'),
      await once('{ names: hash, hash_key_file: key }'),
    ];
    const people = simulation?.running[0]?.simulator.world.extensions.map(({ name }) => name).filter(Boolean) ?? [];
    expect(people.length).toBeGreaterThan(0);
    for (const person of people)
      expect([plain, none, hash].map((out) => out.includes(person))).toEqual([true, false, false]);
    const { peers } = JSON.parse(hash) as { peers: readonly { name?: string }[] };
    expect(peers.filter(({ name }) => /^[0-9a-f]{16}$/.test(name ?? ''))).toHaveLength(people.length);
  });

  test('a PBX that is down: reason, what to do, exit code 1', async () => {
    const path = await simulatedConfig(['webitel'], ['html-502']);
    const { code, out } = await run('once', 'demo-webitel', '--config.file', path);
    expect(code).toBe(1);
    expect(out).toMatch(
      /: down after [\d.]+ s: service_unavailable, .*\n {2}- .*Can people make calls\?\n {2}- Restart /,
    );
  });

  test('an unknown name says which there are', async () => {
    const path = await simulatedConfig(['asterisk']);
    const { code, error } = await run('once', 'nobody', '--config.file', path);
    expect(code).toBe(1);
    expect(error).toContain('Its targets: demo-asterisk');
  });

  test('without name and replay it says what to give', async () => {
    const path = await simulatedConfig(['asterisk', 'portsip']);
    expect(await run('once', '--config.file', path)).toMatchObject({
      code: 1,
      error: `Specify a target from ${path}: demo-asterisk, demo-portsip; or replay a capture with --replay FILE\n`,
    });
  });
});

describe('capture', () => {
  test('writes a file that plays again and holds no password', async () => {
    const path = await simulatedConfig(['mikopbx']);
    const output = join(folder, 'capture.json');
    const captured = await run('capture', 'demo-mikopbx', '--config.file', path, '--output', output);
    expect(captured).toMatchObject({ code: 0, out: `${output}\n` });
    const secret = simulation?.running[0]?.simulator.account;
    for (const value of Object.entries(secret ?? {}).filter(([name]) => name !== 'username'))
      expect(readFileSync(output, 'utf8')).not.toContain(value[1]);
    const replayed = await run('once', '--replay', output);
    expect(replayed.code).toBe(0);
    expect(replayed.out).toMatch(/^replay \(mikopbx.*\): up, /);
  });

  test('without a name it says which there are', async () => {
    const path = await simulatedConfig(['asterisk', 'portsip']);
    expect(await run('capture', '--config.file', path)).toMatchObject({
      code: 1,
      error: `Specify a target from ${path}: demo-asterisk, demo-portsip\n`,
    });
  });

  test('a file that is no capture', async () => {
    const path = file('no.json', '{}');
    expect((await run('once', '--replay', path)).error).toContain('it is not a capture of pbx-exporter');
  });
});

describe('simulate, serve, demo', () => {
  test('simulate prints a configuration that is good', async () => {
    const { out, running } = await run('simulate', '--port', '0', '--peers', '3', '--no-life');
    for (const one of running) await one.stop();
    expect(await run('check', '--config.file', file('simulated.yml', out))).toMatchObject({ code: 0 });
  });

  test('the first PBX of simulate is the target of the example, as it stands there', async () => {
    const { out, running } = await run('simulate', '--port', '0', '--peers', '3', '--no-life');
    for (const one of running) await one.stop();
    const [, port = ''] = /--port <number>[^(]*\(default: (\d+)\)/.exec((await run('simulate', '--help')).out) ?? [];
    const example = checkConfigText(readFileSync(new URL('../../exporter.yml', import.meta.url), 'utf8'), 'example');
    const simulated = checkConfigText(out.replace(/:\d+$/m, `:${port}`), 'simulated');
    const [one, other] = [example, simulated].map((file) => (file.ok ? file.config.targets[0] : undefined));
    expect(one).toBeDefined();
    expect(accountAndPlace(one)).toEqual(accountAndPlace(other));
  });

  test.each([
    [['simulate', '--family', 'nothing'], /Choose from asterisk, /],
    [['simulate', '--peers', 'many'], /Write a whole number/],
    [['serve', '--web.grafana-url', 'grafana.example.org'], /Write it as https:\/\/grafana/],
    [['serve', '--web.grafana-url', 'https://a:b@grafana.example.org'], /without an account/],
    [['serve', '--web.listen-address', '10560'], /Write it as host:port/],
    [['serve', '--web.listen-address', '127.1:0'], /four numbers .*: 127\.1 would be read as 127\.0\.0\.1/],
    [['demo', '--web.listen-address', '010.0.0.1:0'], /four numbers .*: 010\.0\.0\.1 would be read as 8\.0\.0\.1/],
    [['serve', '--web.grafana-url', 'http://10.0.5:3000'], /four numbers .*: 10\.0\.5 would be read as 10\.0\.0\.5/],
    [['serve', '--shard', '6/5'], /Write it as n\/m/],
    [['sevre'], /there is no command "sevre"\. Commands: serve, init, check, once, retry, capture, simulate, demo\n/],
    [['serve', 'pbx.yml'], /name the configuration file with --config\.file pbx\.yml\n/],
    [['check', 'conf/exporter.yaml'], /name the configuration file with --config\.file conf\/exporter\.yaml\n/],
    [['check', 'hq'], /too many arguments: hq; see pbx-exporter check --help\n/],
    [['once', 'hq', 'branch'], /too many arguments: branch; see pbx-exporter once --help\n/],
  ])('%j is refused with a reason', async (args, message) => {
    const { code, error } = await run(...args);
    expect(code).not.toBe(0);
    expect(error).toMatch(message);
  });

  test('serve answers, and stops without leaving a session', async () => {
    const path = await simulatedConfig(['asterisk', 'portsip']);
    const served = await run('serve', '--config.file', path, '--web.listen-address', '127.0.0.1:0');
    const { running } = served;
    const port = /address=127\.0\.0\.1:(\d+)/.exec(served.error)?.[1];
    const page = await fetch(`http://127.0.0.1:${port}/-/healthy`);
    expect(page.status).toBe(200);
    for (const one of running) await one.stop();
    expect(simulation?.running.map(({ simulator }) => simulator.ledger.sessionsLive)).toEqual([0, 0]);
    expect(served.error).toMatch(/ msg=stopping\n[^]* msg=stopped\n$/);
  });

  test('demo shows every family', async () => {
    const { out, running } = await run('demo', '--web.listen-address', '127.0.0.1:0', '--peers', '3');
    for (const one of running) await one.stop();
    expect(out).toContain('The demo is running.');
    expect(out.match(/^ {2}demo-/gm)).toHaveLength(simulators.length + 2);
  });
});
