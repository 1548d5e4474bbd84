import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRunTimePackages } from '../../docs/supply/lock-file.ts';
import { nativeParts } from './native-parts.ts';
import { copySources, git } from './source-copy.ts';
import { projectFolder, run } from './testbed.ts';

/** The npm package, built by its own scripts in a copy, and installed as by a user, but without install scripts. */
describe('the package for npm', () => {
  let folder: string;
  let prefix: string;
  let revision: string;
  /** Files in the copy after packing. */
  let left: readonly string[];
  // The Node.js of the project: the one found next to "npm" may be too old for the program.
  const environment = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-npm-'));
    prefix = join(folder, 'prefix');
    const copy = join(folder, 'copy');
    await copySources(copy);
    revision = await git('rev-parse', 'HEAD');
    // The copy is not a git repository: as in a workflow, the commit comes from the environment.
    await mustRun('npm', ['--prefix', copy, 'pack', '--pack-destination', folder, copy], {
      ...environment,
      GITHUB_SHA: revision,
    });
    left = await readdir(copy);
    const file = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await mustRun(
      'npm',
      ['install', '--global', '--prefix', prefix, '--ignore-scripts', join(folder, file)],
      environment,
    );
    return () => rm(folder, { recursive: true });
  }, 300_000);

  async function mustRun(
    command: string,
    commandArguments: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const result = await run(command, commandArguments, { environment: env });
    expect(result).toMatchObject({ code: 0 });
    return result.stdout;
  }

  const installed = () => join(prefix, 'lib/node_modules/pbx-exporter');
  const program = () => join(prefix, 'bin/pbx-exporter');

  test('is packed without leaving anything behind', () => {
    expect(left).toContain('dist');
    expect(left).not.toContain('npm-shrinkwrap.json');
  });

  test('says its version and its commit', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')));
    const output = await mustRun(program(), ['--version'], environment);
    expect(output).toContain(`pbx-exporter ${version} (commit ${revision.slice(0, 12)}; `);
  });

  test('takes the example that it brings', async () => {
    const { code } = await run(program(), ['check', '--config.file', join(installed(), 'exporter.yml')], {
      environment,
    });
    expect(code).toBe(0);
  });

  test('its native parts load without a compiler or an install script', async () => {
    const output = await mustRun('node', ['--input-type=module', '--eval', nativeParts(installed())], environment);
    expect(output.trim()).toBe('yes');
  });

  test('brings exactly the versions that were tested, and nothing that is for development', async () => {
    const wanted = readRunTimePackages();
    for (const { place, version } of wanted) {
      const text = await readFile(join(installed(), place, 'package.json'), 'utf8');
      expect(z.object({ version: z.string() }).parse(JSON.parse(text)).version).toBe(version);
    }
    const entries = await readdir(join(installed(), 'node_modules'));
    const names = new Set(wanted.map(({ name }) => name.split('/')[0]));
    expect(entries.filter((name) => !name.startsWith('.') && !names.has(name))).toEqual([]);
  });
});
