import { readFileSync } from 'node:fs';

/** Returns the version of the exporter from its package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const description: unknown = JSON.parse(text);
  const isObject = typeof description === 'object' && description !== null;
  return isObject && 'version' in description && typeof description.version === 'string'
    ? description.version
    : 'unknown';
}

/** Returns version, commit and platform in one line, e.g. for a bug report. */
export function describeVersion(): string {
  const commit = readRevision()?.slice(0, 12) ?? 'unknown, run from the sources';
  return `pbx-exporter ${readVersion()} (commit ${commit}; Node.js ${process.versions.node}, ${process.platform} ${process.arch})`;
}

/** The commit of a package or image, from a file that is written when it is built; undefined if there is none. */
function readRevision(): string | undefined {
  try {
    const text = readFileSync(new URL('./revision', import.meta.url), 'utf8').trim();
    return /^[0-9a-f]{7,64}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
