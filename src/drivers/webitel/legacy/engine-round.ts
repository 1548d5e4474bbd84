import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Conversation } from '../../driver.ts';
import { settle } from '../settle.ts';
import type { Settings } from '../settings.ts';
import { type Identity, readIdentity } from './rights.ts';

/** What the collectors of one round share. */
export interface EngineRound {
  readonly settings: Settings;
  /** Asks the engine for a path below `/api/v2/`, within our own time limit. Throws a `Failure`. */
  ask<T>(
    call: string,
    path: string,
    read: (answer: ApiAnswer) => T,
    query?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** Who we are; asked for once per round. Throws a `Failure`, also when the account belongs to another domain. */
  identity(): Promise<Identity>;
}

/** A request to the engine may take this part of the round: when the console hangs, its requests are never answered. */
const shareOfRound = 1 / 4;

/** Begins a round: asks who we are where a collector needs to know. */
export function startRound(conversation: Conversation, settings: Settings): EngineRound {
  const timeoutMs = conversation.remainingMs() * shareOfRound;
  const ask: EngineRound['ask'] = (call, path, read, query = {}) =>
    conversation.ask({ request: { call, path: `/api/v2/${path}`, query, timeoutMs }, read });
  const onlySystem = [...conversation.collectors].every((name) => name === 'system');
  const identity = onlySystem ? undefined : settle(ask('whoami', 'whoami', readIdentity));
  return {
    settings,
    ask,
    async identity() {
      const known = (await identity?.()) ?? { accounts: 'untold', gateways: 'untold' };
      demandSameDomain(known, settings);
      return known;
    },
  };
}

/** The engine ignores a foreign domain in the query and answers for the account's own one. */
function demandSameDomain({ domain }: Identity, settings: Settings): void {
  if (domain === undefined || settings.domain === undefined) return;
  if (domain.toLowerCase() === settings.domain.toLowerCase()) return;
  throw new Failure(
    'config',
    'the account belongs to another domain than options.domain: remove the option or use another account',
  );
}

/** The domain to read and what to send for it; undefined for root without `options.domain`. */
export function domainOf(identity: Identity, settings: Settings): string | undefined {
  return settings.domain ?? identity.domain;
}

/** The domain, where the engine cannot do without one. Throws a `Failure` (`config`). */
export function demandDomainOf(identity: Identity, settings: Settings): string {
  const domain = domainOf(identity, settings);
  if (domain !== undefined) return domain;
  throw new Failure('config', 'this account sees all domains: set options.domain to the one to read');
}

/** The query for a domain; empty where none is known. */
export function domainQuery(domain: string | undefined): Readonly<Record<string, string>> {
  return domain === undefined ? {} : { domain };
}
