import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder, run } from './testbed.ts';

/** Returns the major version of a Node.js; undefined if it does not run. */
async function majorVersion(node: string): Promise<number | undefined> {
  const result = await run(node, ['--version']);
  return result.code === 0 ? Number(/^v(\d+)/u.exec(result.stdout)?.[1]) : undefined;
}

/** Returns the Node.js of this machine if it is too old for the exporter, otherwise an old one from npm. */
async function findOldNode(folder: string): Promise<string> {
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  for (const entry of outside) {
    const version = await majorVersion(join(entry, 'node'));
    if (version !== undefined && version < 22) return join(entry, 'node');
  }
  const name = `node-linux-${process.arch}`;
  const install = await run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@20`]);
  expect(install).toMatchObject({ code: 0 });
  return join(folder, 'node_modules', name, 'bin', 'node');
}

describe('under a Node.js that is too old', () => {
  let folder: string;
  let oldNode: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-old-node-'));
    oldNode = await findOldNode(folder);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test.each([[['serve', '--config.file', 'exporter.yml']], [['check']], [['--help']], [[]]])(
    'the built program says so in one line and ends: %j',
    async (commandArguments) => {
      const result = await run(oldNode, [join(projectFolder, 'dist/main.js'), ...commandArguments], {
        timeoutMs: 20_000,
      });
      expect(result.code).toBe(1);
      expect(result.stdout).toBe('');
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(result.stderr).toMatch(/Node\.js.*22/u);
      expect(result.stderr).toContain((await run(oldNode, ['--version'])).stdout.trim().replace(/^v/u, ''));
    },
  );
});
