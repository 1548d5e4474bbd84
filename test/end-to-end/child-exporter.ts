import type { Clock } from '../../src/clock.ts';
import { Secret } from '../../src/config/secret.ts';
import { defaultPeers } from '../../src/config/defaults.ts';
import { families } from '../../src/drivers/index.ts';
import { createExporter, type Exporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';

/** The target of an exporter that runs as a separate process. Times are in milliseconds of its own clock. */
export interface ChildTarget {
  readonly family: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** As in the configuration. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly stateFile: string;
}

/** Creates an exporter with this single target, named `hq`, and its state file. */
export function createChildExporter(target: ChildTarget, clock: Clock): Exporter {
  const { intervalMs, timeoutMs, stateFile, username } = target;
  const family = families.find(({ name }) => name === target.family);
  if (family === undefined) throw new Error('there is no such family');
  return createExporter({
    config: {
      concurrency: 4,
      targets: [
        {
          name: 'hq',
          family: family.name,
          url: new URL(target.url),
          account: { kind: 'password', username, password: new Secret(target.password) },
          intervalMs,
          timeoutMs,
          staleAfterMs: 3 * intervalMs,
          requestsPerTarget: 2,
          collect: ['system'],
          tls: { insecureSkipVerify: false },
          labels: {},
          peers: { ...defaultPeers, names: 'plain', limit: 100 },
          trunks: {},
          options: family.options.parse(target.options),
        },
      ],
    },
    clock,
    random: () => 0,
    log: silentLog,
    version: 'test',
    stateFile,
  });
}
