import { readFileSync } from 'node:fs';

/** Version of the exporter, from its package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const description: unknown = JSON.parse(text);
  const isObject = typeof description === 'object' && description !== null;
  return isObject && 'version' in description && typeof description.version === 'string'
    ? description.version
    : 'unknown';
}
