import { createHash, createHmac } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { AccountConfig, Config, TargetConfig } from './config/config.ts';
import type { Account, Family } from './drivers/driver.ts';
import { families } from './drivers/index.ts';
import { createOwnMetrics, type OwnMetrics } from './exposition/own.ts';
import { Exposition } from './exposition/page.ts';
import { Fleet } from './fleet/fleet.ts';
import type { Log } from './log.ts';
import { createTransport } from './target/create-transport.ts';
import { Target } from './target/target.ts';

/** What the parts of the program share. */
export interface ExporterSetup {
  readonly config: Config;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
}

/** The running parts, wired to each other: configuration to targets to fleet, records to exposition. */
export interface Exporter {
  readonly fleet: Fleet;
  readonly exposition: Exposition;
  readonly own: OwnMetrics;
}

/** Makes the exporter for a configuration; nothing runs before `fleet.start()`. */
export function createExporter(setup: ExporterSetup): Exporter {
  const { config, clock, random, version } = setup;
  const own = createOwnMetrics({ version, collectDefaults: true });
  const exposition = new Exposition({ clock, hashName: keyedHash(config), own });
  const targets = config.targets.map((target) => createTarget(target, setup, { own, exposition }));
  own.configReloaded(true, clock.wallTime());
  return { fleet: new Fleet({ concurrency: config.concurrency, clock, random }, targets), exposition, own };
}

/** A target for one entry of the configuration. */
export function createTarget(
  target: TargetConfig,
  { clock, random, log, version }: ExporterSetup,
  { own, exposition }: Pick<Exporter, 'own' | 'exposition'>,
): Target {
  const family = familyOf(target.family);
  const { name, url, tls, requestsPerTarget, peers } = target;
  return new Target({
    identity: {
      name,
      family: family.name,
      labels: target.labels,
      peerNames: peers.names,
      peerLimit: peers.limit,
      staleAfterMs: target.staleAfterMs,
    },
    family,
    account: revealed(target.account),
    options: target.options,
    url,
    collect: target.collect,
    intervalMs: target.intervalMs,
    timeoutMs: target.timeoutMs,
    requestsPerTarget,
    transport: createTransport({ family, url, tls, requestsPerTarget, version }),
    clock,
    random,
    log: log.with({ pbx: name, family: family.name }),
    observeRequest: (call, _result, seconds) => own.observeRequest(family.name, call, seconds),
    onRecord: (changed) => exposition.prepare(changed),
  });
}

function familyOf(name: string): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new Error(`unknown family ${name}`);
  return family;
}

function revealed(account: AccountConfig): Account {
  if (account.kind === 'token') return { kind: 'token', token: account.token.reveal() };
  return { kind: 'password', username: account.username, password: account.password.reveal() };
}

/**
 * Hash of a name of a person that cannot be undone by trying all names, because its key comes from the secrets of the
 * configuration; it stays the same over restarts, so that series go on.
 */
function keyedHash(config: Config): (name: string) => string {
  const secrets = config.targets.map(({ account }) =>
    (account.kind === 'token' ? account.token : account.password).reveal(),
  );
  const key = createHash('sha256').update(JSON.stringify(secrets)).digest();
  return (name) => createHmac('sha256', key).update(name).digest('hex').slice(0, 16);
}
