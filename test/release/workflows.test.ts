import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { families } from '../../src/drivers/index.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): string => readFileSync(join(top, file), 'utf8');

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const step = z
  .object({
    uses: z.string().optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    env: z.record(z.string(), z.string()).optional(),
  })
  .strict()
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'either an action or a command');
const job = z
  .object({
    needs: z.union([z.string(), z.array(z.string())]).optional(),
    'runs-on': z.string().optional(),
    'timeout-minutes': z.number().optional(),
    environment: z.string().optional(),
    strategy: z.object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())) }) }).optional(),
    container: z.object({ image: z.string(), options: z.string() }).optional(),
    env: z.record(z.string(), z.string()).optional(),
    permissions,
    uses: z.string().optional(),
    steps: z.array(step).optional(),
  })
  .strict();
const workflow = z
  .object({
    name: z.string(),
    on: z.record(z.string(), z.unknown()),
    permissions,
    concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]) }),
    jobs: z.record(z.string(), job),
  })
  .strict();

const names = readdirSync(join(top, '.github/workflows'));
const workflows = names.map((name) => [name, workflow.parse(parse(text(`.github/workflows/${name}`)))] as const);
const jobs = workflows.flatMap(([file, { jobs: all }]) =>
  Object.entries(all).map(([name, one]) => [`${file}: ${name}`, one] as const),
);
const ci = workflow.parse(parse(text('.github/workflows/ci.yml')));
const release = workflow.parse(parse(text('.github/workflows/release.yml')));
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text('package.json')));

describe.each(names)('%s', (name) => {
  test('every action is pinned to a commit, with its version beside it', () => {
    const lines = text(`.github/workflows/${name}`)
      .split('\n')
      .filter((line) => /\buses:/.test(line) && !line.includes('uses: ./'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('one action is the same commit everywhere', () => {
    const pins = names.flatMap((other) => [...text(`.github/workflows/${other}`).matchAll(/uses: (\S+@\S+ # \S+)/g)]);
    const versions = new Set(pins.map(([, pin = '']) => pin));
    expect(new Set([...versions].map((pin) => pin.split('@')[0])).size).toBe(versions.size);
  });

  test('no text of strangers reaches a shell or a run with rights', () => {
    const lines = text(`.github/workflows/${name}`);
    expect(lines).not.toMatch(/pull_request_target|workflow_run|issue_comment/);
    const commands = [...lines.matchAll(/run: (.*)/g)].map(([, command = '']) => command);
    expect(commands.filter((command) => /\$\{\{(?! matrix\.)/.test(command))).toEqual([]);
  });
});

describe('jobs', () => {
  test('a workflow has no rights but those of its jobs', () => {
    expect(workflows.map(([, { permissions: rights }]) => rights)).toEqual(workflows.map(() => ({})));
  });

  test.each(jobs)('%s has the least rights', (name, one) => {
    const written = Object.entries(one.permissions).filter(([, right]) => right === 'write');
    expect(written.map(([right]) => right)).toEqual(writeRights[name] ?? []);
  });

  test.each(jobs.filter(([, { steps }]) => steps !== undefined))('%s has an end, and forgets its login', (_, one) => {
    expect(one['timeout-minutes']).toBeGreaterThan(0);
    const checkout = one.steps?.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with).toMatchObject({ 'persist-credentials': false });
  });

  test.each(jobs)('%s: who writes asks the people of the environment "release" first', (_, one) => {
    const writes = Object.values(one.permissions).includes('write');
    expect(one.environment).toBe(writes ? 'release' : undefined);
  });

  test.each(jobs)('%s runs scripts of this repository and nothing else, and they exist', (_, one) => {
    const commands = (one.steps ?? []).flatMap(({ run }) => run ?? []).filter((run) => run !== 'npm ci');
    const files = commands.filter((command) => !command.startsWith('npm run ')).map((command) => command.split(' ')[0]);
    expect(files.filter((file = '') => !isProgram(file))).toEqual([]);
    const named = commands.flatMap((command) => /^npm run ([\w:-]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    expect([...files, ...named].length + (one.uses === undefined ? 0 : 1)).toBeGreaterThan(0);
    expect([one.uses ?? '.ci/run'].filter((file) => !existsSync(join(top, file)))).toEqual([]);
  });

  test.each(workflows)('%s: what a job waits for exists', (_, { jobs: all }) => {
    const waitedFor = Object.values(all).flatMap(({ needs = [] }) => needs);
    expect(waitedFor.filter((name) => !Object.hasOwn(all, name))).toEqual([]);
  });
});

test('CI is .ci/run and nothing else, for main and for every pull request', () => {
  expect(Object.keys(ci.on)).toEqual(['push', 'pull_request', 'workflow_call']);
  const commands = Object.values(ci.jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toEqual(['.ci/run']);
});

test('a release begins with a tag only, and is published after CI and everything that is published with it', () => {
  expect(release.on).toEqual({ push: { tags: ['v[0-9]*'] } });
  expect(release.jobs['test']?.uses).toBe('./.github/workflows/ci.yml');
  const publishing = Object.keys(release.jobs).filter((name) => release.jobs[name]?.environment !== undefined);
  expect(publishing.filter((name) => !before(name).includes('check') || !before(name).includes('test'))).toEqual([]);
  expect(before('npm')).toContain('packages');
  expect(before('release')).toEqual(
    expect.arrayContaining(['check', 'test', 'packages', 'image', 'image-of-all', 'npm']),
  );
  expect(release.jobs['image']?.strategy?.matrix.include.map(({ architecture }) => architecture)).toEqual([
    'amd64',
    'arm64',
  ]);
});

test('what is uploaded is what is downloaded, and the checksums that are signed are those that are made', () => {
  const steps = Object.values(release.jobs).flatMap((one) => one.steps ?? []);
  const artifacts = steps.filter(({ uses }) => /^actions\/(?:up|down)load-artifact@/.test(uses ?? ''));
  expect(artifacts.map((one) => [one.with?.['name'], one.with?.['path']])).toEqual([
    ['packages', 'packages/'],
    ['packages', 'packages/'],
  ]);
  const signed = steps.find(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'));
  expect(signed?.with).toEqual({ 'subject-checksums': 'packages/SHA256SUMS' });
  expect(text('deploy/release/files')).toContain('> packages/SHA256SUMS\n');
});

test('dependabot looks after npm, actions and the base image', () => {
  const schema = z.object({
    version: z.literal(2),
    updates: z.array(
      z.looseObject({
        'package-ecosystem': z.string(),
        directory: z.string(),
        schedule: z.object({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
      }),
    ),
  });
  const { updates } = schema.parse(parse(text('.github/dependabot.yml')));
  expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions', 'docker']);
  for (const { directory } of updates) expect(existsSync(join(top, directory))).toBe(true);
});

describe('issue forms', () => {
  const element = z.discriminatedUnion('type', [
    z.object({ type: z.literal('markdown'), attributes: z.object({ value: z.string() }).strict() }).strict(),
    z
      .object({
        type: z.enum(['input', 'textarea']),
        ...field(z.object({ placeholder: z.string().optional(), render: z.string().optional() })),
      })
      .strict(),
    z.object({ type: z.literal('dropdown'), ...field(z.object({ options: z.array(z.string()).min(2) })) }).strict(),
    z
      .object({
        type: z.literal('checkboxes'),
        ...field(z.object({ options: z.array(z.object({ label: z.string() }).strict()) })),
      })
      .strict(),
  ]);
  const form = z
    .object({ name: z.string(), description: z.string(), labels: z.array(z.string()), body: z.array(element).min(1) })
    .strict();
  const read = (name: string): z.infer<typeof form> => form.parse(parse(text(`.github/ISSUE_TEMPLATE/${name}`)));
  const forms = readdirSync(join(top, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml');

  test.each(forms)('%s has the shape of a form, and every field a name of its own', (name) => {
    const ids = read(name).body.flatMap((one) => (one.type === 'markdown' ? [] : one.id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the form for bugs asks for a capture and for the family, and knows all of them', () => {
    const { body } = read('bug.yml');
    const find = (id: string): (typeof body)[number] | undefined =>
      body.find((one) => one.type !== 'markdown' && one.id === id);
    expect(find('capture')).toMatchObject({
      validations: { required: true },
      attributes: { description: expect.stringContaining('pbx-exporter capture NAME') as string },
    });
    const field = find('family');
    const options = field?.type === 'dropdown' ? field.attributes.options : [];
    const known = families.map(({ name }) => name);
    expect(options.toSorted()).toEqual([...known, 'none of them or all'].toSorted());
  });

  test('links of forms lead to files that exist', () => {
    const links = forms.flatMap((name) => [
      ...text(`.github/ISSUE_TEMPLATE/${name}`).matchAll(/\.\.\/blob\/main\/([\w./-]+)/g),
    ]);
    expect(links.length).toBeGreaterThan(0);
    expect(links.map(([, path = '']) => path).filter((path) => !existsSync(join(top, path)))).toEqual([]);
  });

  function field<T extends z.ZodRawShape>(attributes: z.ZodObject<T>) {
    return {
      id: z.string().regex(/^[a-z]+$/),
      attributes: z.object({ label: z.string(), description: z.string().optional(), ...attributes.shape }).strict(),
      validations: z.object({ required: z.boolean() }).strict().optional(),
    };
  }
});

test('SECURITY.md says how to report, and supports the version of today', () => {
  const policy = text('SECURITY.md');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text('package.json')));
  expect(policy).toContain('Report a vulnerability');
  expect(policy).toContain(`(now ${version.split('.').slice(0, 2).join('.')})`);
});

/** Write permissions that jobs need; all other jobs have none. */
const writeRights: Readonly<Record<string, readonly string[]>> = {
  'release.yml: image': ['packages'],
  'release.yml: image-of-all': ['packages'],
  'release.yml: npm': ['id-token'],
  'release.yml: release': ['contents', 'id-token', 'attestations'],
};

/** Returns all jobs of a release that run before a job. */
function before(name: string): readonly string[] {
  const needs = [release.jobs[name]?.needs ?? []].flat();
  return [...needs, ...needs.flatMap(before)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(join(top, path), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
