#!/usr/bin/env node
/** Oldest version of Node.js that this program runs on: major and minor number. */
const oldestNode = [22, 18] as const;

/** Whether SIGHUP came before anybody could reload: without a listener it would end the process. */
let hangup = false;
const noteHangup = (): void => void (hangup = true);
const [, , command = 'serve'] = process.argv;
if (command === 'serve' || command.startsWith('-')) process.on('SIGHUP', noteHangup);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
  process.stderr.write(
    `pbx-exporter needs Node.js ${oldestNode.join('.')} or newer; this is ${process.version}. "npm start" uses the one that comes with the project.\n`,
  );
  process.exitCode = 1;
} else {
  // Loaded only now: older versions cannot even read what it imports.
  const { run } = await import('./run.ts');
  await run(process.argv, () => {
    process.off('SIGHUP', noteHangup);
    return hangup;
  });
}
