// npm run release:check -- v0.2.0: checks that all files have the version of a tag or, without a tag, equal versions. Exits with 1 if not.
import { readReleaseFiles, releaseProblems } from './versions.ts';

const problems = releaseProblems(readReleaseFiles(), process.argv[2]);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
