// Run as a process of its own, to be killed at any moment: an exporter with one target, a state file and a hurried clock.
import { Secret } from '../../src/config/secret.ts';
import { families } from '../../src/drivers/index.ts';
import { createExporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import { hurriedClock } from './hurried-clock.ts';
import type { HurriedTarget } from './hurried-process.ts';

const target = JSON.parse(process.argv[2] ?? '') as HurriedTarget;
const family = families.find(({ name }) => name === target.family);
if (family === undefined) throw new Error('there is no such family');
const { fleet } = createExporter({
  config: {
    concurrency: 4,
    targets: [
      {
        name: 'hq',
        family: family.name,
        url: new URL(target.url),
        account: { kind: 'password', username: target.username, password: new Secret(target.password) },
        intervalMs: target.intervalMs,
        timeoutMs: target.timeoutMs,
        staleAfterMs: 3 * target.intervalMs,
        requestsPerTarget: 2,
        collect: ['system'],
        tls: { insecureSkipVerify: false },
        labels: {},
        peers: { names: 'plain', limit: 100 },
        trunks: {},
        options: family.options.parse(target.options),
      },
    ],
  },
  clock: hurriedClock(target.startedAt, target.speed),
  random: () => 0,
  log: silentLog,
  version: 'test',
  stateFile: target.stateFile,
});
fleet.start();
process.stdout.write('started\n');
