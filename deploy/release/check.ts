// npm run release:check -- v0.2.0: whether all files agree on the version of a tag; without a tag, on one version at all. Ends with 1 if not.
import { readReleaseFiles, releaseProblems } from './versions.ts';

const problems = releaseProblems(readReleaseFiles(), process.argv[2]);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
