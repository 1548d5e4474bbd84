import { readFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { secretIn } from './config/account.ts';
import {
  type AccountConfig,
  type Config,
  type ProxyConfig,
  sameConnection,
  sameTarget,
  type TargetConfig,
} from './config/config.ts';
import { defaults } from './config/defaults.ts';
import type { Account, Family } from './drivers/driver.ts';
import { families } from './drivers/index.ts';
import { createOwnMetrics, type OwnMetrics } from './exposition/exporter-registry.ts';
import { Exposition } from './exposition/page.ts';
import { Fleet } from './fleet/fleet.ts';
import { Journal } from './journal/journal.ts';
import type { Log } from './log.ts';
import { NameHashes, targetsWithoutKey } from './config/name-hashes.ts';
import type { NameHash } from './snapshot/peer-name.ts';
import { LoginGuards } from './polling/login-guard/login-guards.ts';
import { StateFile } from './polling/login-guard/state-file.ts';
import { createTransport } from './polling/create-transport.ts';
import { Identities } from './polling/identities.ts';
import { createReloadedAccount } from './polling/reloaded-account.ts';
import { SeenPeersStore } from './polling/seen-peers-store.ts';
import { Target } from './polling/target.ts';
import { presentationOf } from './target-presentation.ts';
import type { Transport } from './transport/request.ts';

/** Dependencies shared by the parts of the program. */
export interface ExporterSetup {
  readonly config: Config;
  readonly clock: Clock;
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
  /** Path of the file in which the login guards keep refused logins. By default, they are kept in memory only. */
  readonly stateFile?: string | undefined;
  /** Wraps the transport of a target, e.g. to record its exchanges. */
  readonly wrapTransport?: (transport: Transport, target: TargetConfig) => Transport;
}

/** Numbers of targets that a new configuration left unchanged, added, changed and removed. */
export interface ConfigChanges {
  readonly unchanged: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** The running parts, connected to each other: configuration to targets to fleet, records to exposition. */
export interface Exporter {
  readonly fleet: Fleet;
  readonly exposition: Exposition;
  readonly own: OwnMetrics;
  readonly hashName: NameHash;
  /** The events of the PBXs since the start. */
  readonly journal: Journal;
  /** The guards of all logins. */
  readonly guards: LoginGuards;
  /** Known peers of PBXs that list only connected peers. */
  readonly seenPeers: SeenPeersStore;
  /** The configuration in use. */
  readonly config: Config;
  /**
   * Applies another configuration. Unchanged targets continue undisturbed, with their session, values and schedule. Targets
   * with changes only to presentation or polling times keep their session and values. All others are logged out before the
   * new ones start. Resolves when that is done; one call at a time.
   */
  apply(config: Config): Promise<ConfigChanges>;
}

/** Creates the exporter for a configuration; nothing runs before `fleet.start()`. */
export function createExporter(setup: ExporterSetup): Exporter {
  const { clock, random, version } = setup;
  let config = setup.config;
  const hashes = new NameHashes(config.targets);
  const own = createOwnMetrics({ version, collectDefaults: true, wallTime: () => clock.wallTime() });
  const hashName: NameHash = (name, pbx) => hashes.hash(name, pbx);
  const exposition = new Exposition({ clock, hashName, own });
  const guards = new LoginGuards(clock, openStateFile(setup));
  const identities = new Identities(clock, version, families);
  const journal = new Journal(config.journal ?? defaults.journal, clock.wallTime());
  const seenPeers = new SeenPeersStore({
    clock,
    log: setup.log,
    path: setup.stateFile === undefined ? undefined : `${setup.stateFile}.seen-peers`,
  });
  const create = (target: TargetConfig): Target =>
    createTarget(target, setup, { own, exposition, guards, seenPeers, journal, identities });
  const fleet = new Fleet({ concurrency: config.concurrency, clock, random }, config.targets.map(create));
  own.configReloaded(true, clock.wallTime());
  journal.noteExporter({ to: 'started', detail: `version ${version}` }, clock.wallTime());
  tellOfMissingKeys(config, setup.log);
  return {
    fleet,
    exposition,
    own,
    hashName,
    journal,
    guards,
    seenPeers,
    get config() {
      return config;
    },
    async apply(next) {
      const before = new Map(config.targets.map((target) => [target.name, target]));
      const isSame = (target: TargetConfig): boolean => {
        const old = before.get(target.name);
        return old !== undefined && sameTarget(old, target);
      };
      const changes = countChanges(before, next.targets, isSame);
      const targets = next.targets.map((target) => {
        const old = before.get(target.name);
        const kept = old !== undefined && sameConnection(old, target) ? fleet.get(target.name) : undefined;
        if (kept !== undefined && !isSame(target)) kept.present(presentationOf(target, setup.log));
        return kept ?? create(target);
      });
      config = next;
      if (hashes.replace(next.targets)) exposition.hashesChanged();
      tellOfMissingKeys(next, setup.log);
      const changed = next.targets.filter((target) => !isSame(target));
      hideExcluded(journal, changed);
      await fleet.replace(targets, next.concurrency);
      hideExcluded(journal, changed);
      journal.limit(next.journal ?? defaults.journal);
      seenPeers.keepOnly(next.targets);
      journal.keepTargets(next.targets.map(({ name }) => name));
      journal.noteExporter({ to: 'reloaded', detail: inWords(changes) }, clock.wallTime());
      return changes;
    },
  };
}

/** Removes rows excluded by the new configuration from the journal, because they are not in any list either. */
function hideExcluded(journal: Journal, targets: readonly TargetConfig[]): void {
  for (const { name, peers, trunks } of targets)
    journal.exclude(name, (kind, id) => (kind === 'peer' ? peers : trunks).exclude?.test(id) === true);
}

function inWords({ unchanged, added, changed, removed }: ConfigChanges): string {
  return `PBXs: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged`;
}

function tellOfMissingKeys({ targets }: Config, log: Log): void {
  const names = targetsWithoutKey(targets);
  const [first] = names;
  if (first === undefined) return;
  log.warn('no names are exported: peers.names is hash, and there is no hash key', { targets: names.length, first });
}

function countChanges(
  before: ReadonlyMap<string, TargetConfig>,
  targets: readonly TargetConfig[],
  isSame: (target: TargetConfig) => boolean,
): ConfigChanges {
  const known = targets.filter(({ name }) => before.has(name));
  const unchanged = known.filter(isSame).length;
  return {
    unchanged,
    added: targets.length - known.length,
    changed: known.length - unchanged,
    removed: before.size - known.length,
  };
}

type SharedParts = Pick<Exporter, 'own' | 'exposition' | 'guards' | 'seenPeers' | 'journal'> & {
  readonly identities: Identities;
};

/** Creates the target for one entry of the configuration. */
function createTarget(
  target: TargetConfig,
  { clock, random, log, version, wrapTransport }: ExporterSetup,
  { own, exposition, guards, seenPeers, journal, identities }: SharedParts,
): Target {
  const family = familyOf(target.family);
  const { name, url, tls, requestsPerTarget } = target;
  const { account, refresh } = createReloadedAccount(revealed(target.account), secretReader(target.account));
  const proxyUrl = revealedProxy(target.proxy);
  const transport = createTransport({ family, url, tls, requestsPerTarget, proxyUrl, version });
  return new Target({
    ...presentationOf(target, log.with({ pbx: name, family: family.name })),
    family,
    account,
    refreshSecret: refresh,
    options: target.options,
    url,
    collect: target.collect,
    requestsPerTarget,
    transport: wrapTransport?.(transport, target) ?? transport,
    // A wrapped transport replays or records exchanges, so no additional requests are possible or wanted.
    ...(wrapTransport === undefined && {
      identify: () => identities.explain({ family: family.name, url, tls, proxyUrl }),
    }),
    guards,
    seenPeers: seenPeers.of(target),
    tls,
    clock,
    random,
    log: log.with({ pbx: name, family: family.name }),
    observeRequest: (call, _result, seconds) => own.observeRequest(family.name, call, seconds),
    onRecord(changed) {
      exposition.prepare(changed);
      journal.note(changed);
    },
  });
}

function openStateFile({ stateFile, clock, log }: ExporterSetup): StateFile | undefined {
  return stateFile === undefined ? undefined : new StateFile({ path: stateFile, clock, log });
}

function familyOf(name: string): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new Error(`unknown family ${name}`);
  return family;
}

/** Returns a function that reads the secret from its file again; undefined if it has another source. */
function secretReader({ secretFile }: AccountConfig): (() => Promise<string | undefined>) | undefined {
  return secretFile === undefined ? undefined : async () => secretIn(await readFile(secretFile, 'utf8'));
}

function revealedProxy(proxy: ProxyConfig | undefined): URL | undefined {
  if (proxy?.account === undefined) return proxy?.url;
  const url = new URL(proxy.url);
  url.username = encodeURIComponent(proxy.account.username);
  url.password = encodeURIComponent(proxy.account.password.reveal());
  return url;
}

function revealed(account: AccountConfig): Account {
  if (account.kind === 'token') return { kind: 'token', token: account.token.reveal() };
  return { kind: 'password', username: account.username, password: account.password.reveal() };
}
