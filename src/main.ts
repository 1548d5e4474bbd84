#!/usr/bin/env node
/** Oldest supported version of Node.js: major and minor number. */
const oldestNode = [22, 18] as const;

/** Whether SIGHUP arrived before a reload was possible. Without a listener, the signal would end the process. */
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
  // Imported only now, because older versions cannot even parse the imported modules.
  const { run } = await import('./run.ts');
  await run(process.argv, () => {
    process.off('SIGHUP', noteHangup);
    return hangup;
  });
}
