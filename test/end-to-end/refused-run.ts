// Run as a process of its own, to be killed at any moment: an exporter with a wrong password, a state file and a hurried clock.
import { Secret } from '../../src/config/secret.ts';
import { createExporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import { hurriedClock } from './hurried-clock.ts';

const [url = '', stateFile = '', startedAt = '', speed = '', password = ''] = process.argv.slice(2);
const { fleet } = createExporter({
  config: {
    concurrency: 4,
    targets: [
      {
        name: 'tenant',
        family: 'portsip',
        url: new URL(url),
        account: { kind: 'password', username: 'metrics', password: new Secret(password) },
        intervalMs: 60_000,
        timeoutMs: 20 * 60_000,
        staleAfterMs: 180_000,
        requestsPerTarget: 2,
        collect: ['system'],
        tls: { insecureSkipVerify: false },
        labels: {},
        peers: { names: 'plain', limit: 100 },
        trunks: {},
        options: { domain: 'tenant1.example.net', login_flow: 'login', requests_per_second: 10, push: 'reachable' },
      },
    ],
  },
  clock: hurriedClock(Number(startedAt), Number(speed)),
  random: () => 0,
  log: silentLog,
  version: 'test',
  stateFile,
});
fleet.start();
process.stdout.write('started\n');
