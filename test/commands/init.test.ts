import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Prompts } from '../../src/commands/init-answers.ts';
import { init, type InitOptions, withTarget } from '../../src/commands/init.ts';
import { checkConfigText } from '../../src/commands/read-config.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { silentLog } from '../../src/log.ts';
import { createYeastarSSimulator } from '../../src/simulator/yeastar/index.ts';

function folderWith(): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `init` and records its output. */
async function run(changes: Partial<InitOptions> & { readonly configFile: string }) {
  const said = { out: '', error: '' };
  const terminal: Terminal = {
    out: (text) => (said.out += text),
    error: (text) => (said.error += text),
    colour: false,
    watched: false,
  };
  const options: InitOptions = {
    add: false,
    answers: {},
    options: {},
    findProduct: () => Promise.resolve(undefined),
    tryIt: false,
    log: silentLog,
    interruptible: () => {},
    ...changes,
  };
  return { code: await init(options, terminal), ...said };
}

/** A simulated user who gives these answers in order, and records the prompts. */
function person(...answers: readonly (string | undefined)[]): {
  prompts: Prompts;
  asked: string[];
  problems: unknown[];
  offered: string[][];
} {
  const asked: string[] = [];
  const problems: unknown[] = [];
  const offered: string[][] = [];
  const left = [...answers];
  const answer = (question: string): Promise<string | undefined> => {
    asked.push(question);
    return Promise.resolve(left.shift());
  };
  const prompts: Prompts = {
    isInteractive: true,
    choose: (question, choices) => {
      offered.push(choices.map(({ value }) => value));
      return answer(question);
    },
    async text(question, _preset, problem) {
      const said = await answer(question);
      problems.push(said === undefined ? undefined : problem(said));
      return said;
    },
    secret: (question) => answer(question),
  };
  return { prompts, asked, problems, offered };
}

async function startPbx() {
  const pbx = createYeastarSSimulator({ clock: systemClock, peers: 3, trunks: 1 });
  const url = (await pbx.start()).href;
  onTestFinished(() => pbx.stop());
  const { username, password } = pbx.account as { username: string; password: string };
  return { pbx, url, username, password };
}

const existing = `# Our PBXs.
targets:
  # The headquarters.
  - name: hq # on the roof
    family: asterisk
    url: http://127.0.0.1:8088
    username: metrics
    password: "made-up"

# The end.
`;

describe('on a terminal', () => {
  test('asks for everything, writes a configuration and a secret of its own, and shows the PBX', async () => {
    const { pbx, url, username, password } = await startPbx();
    const configFile = join(folderWith(), 'exporter.yml');
    const { prompts, asked, problems } = person(url, 'yeastar-s', 'hq', username, password);
    const { code, out, error } = await run({ configFile, prompts, tryIt: true });
    expect(asked).toEqual([
      'Its address, as in the browser (http:// or https://)',
      'Which PBX is it?',
      'A name for it, shown in graphs and alerts',
      'Account on the PBX',
      'Its password',
    ]);
    expect(problems).toEqual([undefined, undefined, undefined]);
    expect(code).toBe(0);
    expect(out).toContain('hq');
    expect(error).toContain('It works.');
    const text = readFileSync(configFile, 'utf8');
    expect(text).not.toContain(password);
    expect(text).toContain('password_file: secrets/hq');
    const secretFile = join(configFile, '../secrets/hq');
    expect(readFileSync(secretFile, 'utf8')).toBe(`${password}\n`);
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    expect(checkConfigText(text, configFile)).toMatchObject({ ok: true });
    expect(pbx.ledger).toMatchObject({ loginsGood: 1, sessionsLive: 0 });
  });

  test('a PBX that refuses leaves the files, says what to do, and counts the refusal in the state file', async () => {
    const { url, username } = await startPbx();
    const folder = folderWith();
    const [configFile, stateFile] = [join(folder, 'exporter.yml'), join(folder, 'state.json')];
    const { prompts } = person(url, 'yeastar-s', 'hq', username, 'not the password');
    const { code, error } = await run({ configFile, prompts, tryIt: true, stateFile });
    expect(code).toBe(1);
    expect(error).toContain('pbx-exporter once hq');
    expect(error).toMatch(/1 of at most \d+ refused logins/);
    expect(existsSync(configFile)).toBe(true);
    expect(readFileSync(stateFile, 'utf8')).toContain('bad_credentials');
  });

  test('who breaks off has written nothing', async () => {
    const folder = folderWith();
    const configFile = join(folder, 'exporter.yml');
    const { prompts } = person('http://127.0.0.1:8088', 'asterisk', undefined);
    expect(await run({ configFile, prompts })).toMatchObject({ code: 1, error: 'Nothing was written.\n' });
    expect(existsSync(configFile)).toBe(false);
  });

  test('a wrong address is told with the words of "check" while it is asked for', async () => {
    const { prompts, problems } = person('ftp://pbx.example.org', undefined);
    await run({ configFile: join(folderWith(), 'exporter.yml'), prompts });
    expect(problems[0]).toContain('url must start with http:// or https://');
  });
});

/** The detected product, and the resulting question for the family. */
const kinds = [
  ['one family is taken', { name: 'Asterisk', families: ['asterisk'] }, [], 'This looks like Asterisk.\n'],
  [
    'of several the person chooses',
    { name: 'a Yeastar S-Series or K2', families: ['yeastar-s', 'yeastar-k2'] },
    [['yeastar-k2', 'yeastar-s']],
    'This looks like a Yeastar S-Series or K2.\n',
  ],
  [
    'a product at the wrong place is told so',
    { name: 'the web page of FreePBX', families: ['asterisk'], advice: 'Asterisk itself answers on another port' },
    [],
    'This looks like the web page of FreePBX: Asterisk itself answers on another port.\n',
  ],
] as const;

test.each(kinds)('what answers at the address: %s', async (_what, product, choices, said) => {
  const { prompts, offered } = person('http://192.0.2.1', ...(choices.length === 0 ? [] : ['yeastar-s']), undefined);
  const findProduct = () => Promise.resolve(product);
  const { error } = await run({ configFile: join(folderWith(), 'exporter.yml'), prompts, findProduct });
  expect(offered).toEqual(choices);
  expect(error).toBe(`${said}Nothing was written.\n`);
});

describe('without a terminal', () => {
  test('the family is found at the url, or asked for by its flag', async () => {
    const folder = folderWith();
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'made-up\n');
    const answers = { url: 'http://192.0.2.1', username: 'metrics', passwordFile };
    const configFile = join(folder, 'exporter.yml');
    expect((await run({ configFile, answers })).error).toMatch(/set --family to one of asterisk, /);
    const findProduct = () => Promise.resolve({ name: 'a MikoPBX', families: ['mikopbx'] });
    expect((await run({ configFile, answers, findProduct })).code).toBe(0);
    expect(readFileSync(configFile, 'utf8')).toContain('family: mikopbx');
  });

  const flags = { family: 'asterisk', url: 'http://127.0.0.1:8088', username: 'metrics' };

  test('flags say everything, and what is missing is named', async () => {
    const folder = folderWith();
    const [configFile, passwordFile] = [join(folder, 'exporter.yml'), join(folder, 'password')];
    writeFileSync(passwordFile, 'made-up\n');
    expect(await run({ configFile })).toMatchObject({
      code: 1,
      error:
        'there is no terminal for questions, so these flags are required: --url, --family (or detected from the url), --username, --password.file (or --token.file)\n',
    });
    const { code, error } = await run({ configFile, answers: { ...flags, passwordFile } });
    expect([code, error]).toEqual([0, `written: ${configFile}\n`]);
    const checked = checkConfigText(readFileSync(configFile, 'utf8'), configFile);
    expect(checked.ok && checked.config.targets).toMatchObject([{ name: '127.0.0.1', family: 'asterisk' }]);
  });

  test('an existing file is never written over, and what "check" finds wrong is not written', async () => {
    const folder = folderWith();
    const configFile = join(folder, 'exporter.yml');
    writeFileSync(configFile, existing);
    const passwordFile = join(folder, 'missing');
    expect(await run({ configFile, answers: { ...flags, passwordFile } })).toMatchObject({
      code: 1,
      error: expect.stringContaining('already exists: add a PBX to it with --add'),
    });
    const { code, error } = await run({ configFile, add: true, answers: { ...flags, passwordFile, name: 'second' } });
    expect([code, error]).toEqual([1, expect.stringMatching(/does not exist[\s\S]*Nothing was written\.\n$/)]);
    expect(readFileSync(configFile, 'utf8')).toBe(existing);
  });

  test('--add puts the new PBX behind the last one and leaves every other character as it is', async () => {
    const folder = folderWith();
    const configFile = join(folder, 'exporter.yml');
    writeFileSync(configFile, existing, { mode: 0o640 });
    mkdirSync(join(folder, 'keys'));
    const passwordFile = join(folder, 'keys', 'branch');
    writeFileSync(passwordFile, 'made-up\n');
    const answers = { ...flags, passwordFile, name: 'branch', url: 'https://192.0.2.7:8089' };
    expect((await run({ configFile, add: true, answers })).code).toBe(0);
    expect(readFileSync(configFile, 'utf8')).toBe(
      existing.replace(
        '\n# The end.',
        `  - name: branch
    family: asterisk
    url: https://192.0.2.7:8089
    username: metrics
    password_file: ${passwordFile}

# The end.`,
      ),
    );
    expect(statSync(configFile).mode & 0o777).toBe(0o640);
  });

  test('an unknown family is told with what was probably meant', async () => {
    const answers = { ...flags, family: 'asterix', passwordFile: 'x' };
    const { error } = await run({ configFile: join(folderWith(), 'exporter.yml'), answers });
    expect(error).toBe('there is no family "asterix": did you mean asterisk?\n');
  });
});

describe('an entry is added to', () => {
  const target = {
    name: 'new',
    family: 'asterisk',
    url: 'http://192.0.2.1',
    username: 'a',
    secretFile: '/x',
    options: { trunk_pattern: '^t' },
  };

  test.each([
    [
      'a list without indentation',
      'targets:\n- name: a\n  family: b\nscrape:\n  interval: 1m\n',
      'targets:\n- name: a\n  family: b\n- name: new\n',
    ],
    [
      'a list that ends the file without a line break',
      'targets:\n  - name: a',
      'targets:\n  - name: a\n  - name: new\n',
    ],
    ['a list in brackets', 'targets: [{ name: a }]\n', 'name: new'],
    ['an empty list', 'targets: []\n', 'targets:\n  - name: new\n'],
    [
      'a file without targets',
      '# Files.\ntarget_files: [a.yml]\n',
      '# Files.\ntarget_files: [ a.yml ]\ntargets:\n  - name: new\n',
    ],
    ['an empty file', '', 'targets:\n  - name: new\n'],
  ])('%s', (_kind, text, expected) => {
    const added = withTarget(text, target);
    expect(added).toContain(expected);
    expect(added).toContain('trunk_pattern: ^t');
  });

  test.each(['- a\n', 'a: [', '"text"'])('but not to what is no configuration: %s', (text) => {
    expect(withTarget(text, target)).toBeUndefined();
  });
});
