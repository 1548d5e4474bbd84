// npm run --silent release:notes -- 0.2.0: prints the text of CHANGELOG.md for a version. Exits with 1 if there is none.
import { readFileSync } from 'node:fs';
import { releaseNotes } from './changelog.ts';

const [, , version = ''] = process.argv;
const notes = releaseNotes(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8'), version);

if (notes === undefined) {
  process.stderr.write(`CHANGELOG.md says nothing of version "${version}"\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(notes);
}
