#!/usr/bin/env node
/** Oldest major version of Node.js that this program runs on. */
const oldestNode = 22;

const [major = '0'] = process.versions.node.split('.', 1);
if (Number(major) < oldestNode) {
  process.stderr.write(
    `pbx-exporter needs Node.js ${oldestNode} or newer; this is ${process.version}. "npm start" uses the one that comes with the project.\n`,
  );
  process.exitCode = 1;
} else {
  // Loaded only now: older versions cannot even read what it imports.
  const { run } = await import('./run.ts');
  await run(process.argv);
}
