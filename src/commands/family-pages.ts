import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../docs/families/', import.meta.url);

/** Families whose documentation came with the program. */
export function documentedFamilies(): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder).flatMap((name) => /^([a-z0-9-]+)\.md$/.exec(name)?.[1] ?? []));
  } catch {
    return new Set();
  }
}

/** The documentation of a family, as Markdown. Throws where there is none. */
export function readFamilyPage(family: string): string {
  return readFileSync(new URL(`${family}.md`, folder), 'utf8');
}
