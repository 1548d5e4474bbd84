import { asFailure, Failure } from '../../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../../transport/request.ts';
import type { Conversation } from '../../driver.ts';
import { SessionCheckedCalls } from '../shared/session-check.ts';
import { isRecord, textOf } from '../../kit/fields.ts';
import { sharedAnswer } from '../../kit/collectors.ts';
import type { LicenceExpiry } from '../shared/licences.ts';
import type { Settings } from '../shared/settings.ts';
import { readBody, readPayload } from './errors.ts';
import type { ColumnOrder } from './column-order.ts';
import { checkReplies, type ConsoleQueue } from './console-queue.ts';
import { type Identity, readIdentity } from './rights.ts';
import { type EngineStatus, readStatus } from './system.ts';

/** Data that a driver keeps between rounds, and shares with the other targets on its engine. */
export interface Engine {
  readonly settings: Settings;
  readonly consoleQueue: ConsoleQueue;
  readonly order: ColumnOrder;
  readonly licenceExpiry: LicenceExpiry;
  /** The account's data as last returned by the engine, kept so that one failed request does not make the rights unknown. */
  identity?: Identity;
}

/** Requests and data that the collectors of one round share. */
export interface EngineRound {
  readonly engine: Engine;
  /** Requests a path below `/api/v2/` from the engine, within our own time limit. Throws a `Failure`. */
  ask<T>(request: EngineRequest<T>): Promise<T>;
  /**
   * Like `ask`, for data that the engine requests from its console. Call it only in turn. Fails without a request while
   * replies are mixed up.
   */
  readonly askConsole: <T>(request: EngineRequest<T>) => Promise<T>;
  /** The first status of the round. Throws a `Failure`. */
  status(): Promise<EngineStatus>;
  /** Requests the current status. Throws a `Failure`. */
  readonly sample: () => Promise<EngineStatus>;
  /** Returns our account, as far as the engine reports it. Throws a `Failure` if the account belongs to another domain. */
  identity(): Promise<Identity>;
  /** Throws a `Failure` unless an empty list can be trusted: root may request domains that do not exist. Call it only in turn. */
  requireKnownDomain(): Promise<void>;
}

/** One request to a path below `/api/v2/`. */
export interface EngineRequest<T> {
  readonly call: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly read: (answer: ApiAnswer) => T;
}

/** Share of the round that a request to the engine may take: while the console hangs, requests that need it are never answered. */
const shareOfRound = 1 / 4;
/** Share of the round for the status, which all other requests wait for. */
const shareOfStatus = 1 / 8;

const whoami = { call: 'whoami', path: '/api/v2/whoami' } as const;
const unknownIdentity: Identity = { accounts: 'unknown', gateways: 'unknown' };

/** Starts a round: requests the status and, if a collector needs it, our account. */
export function startRound(conversation: Conversation, engine: Engine): EngineRound {
  const { settings, consoleQueue } = engine;
  const [timeoutMs, statusMs] = [shareOfRound, shareOfStatus].map((share) => conversation.remainingMs() * share);
  const check = (answer: ApiAnswer): void =>
    void readBody(answer, 'the engine refused to return the data of the account');
  const calls = new SessionCheckedCalls(conversation, { request: whoami, check });
  const send = <T>({ call, path, query, read }: EngineRequest<T>, limitMs: number | undefined): Promise<T> => {
    const request: ApiRequest = { call, path: `/api/v2/${path}`, ...(query && { query }) };
    return calls.ask({ request: { ...request, ...(limitMs !== undefined && { timeoutMs: limitMs }) }, read });
  };
  const ask: EngineRound['ask'] = (request) => send(request, timeoutMs);
  const sample = (): Promise<EngineStatus> => send({ call: 'status', path: 'status', read: readStatus }, statusMs);
  let consoleFailure: Failure | undefined;
  const askConsole: EngineRound['askConsole'] = async (request) => {
    if (consoleFailure !== undefined) throw consoleFailure;
    if (consoleQueue.isDoubtful)
      await checkReplies(consoleQueue, sample).catch((thrown: unknown) => {
        throw (consoleFailure = asFailure(thrown));
      });
    return ask(request).catch((thrown: unknown) => {
      const failure = asFailure(thrown);
      if (leavesDoubt(failure)) consoleQueue.isDoubtful = true;
      throw failure;
    });
  };
  const wanted = [...conversation.collectors];
  const first = wanted.every((name) => name === 'calls') ? undefined : sharedAnswer(sample());
  const identity = wanted.every((name) => name === 'system')
    ? undefined
    : sharedAnswer(askIdentity(conversation, engine));
  let known: Promise<void> | undefined;
  return {
    engine,
    ask,
    askConsole,
    sample,
    status: () => first?.() ?? sample(),
    async identity() {
      const reported = (await identity?.()) ?? unknownIdentity;
      requireSameDomain(reported, settings);
      return reported;
    },
    async requireKnownDomain() {
      const reported = (await identity?.()) ?? unknownIdentity;
      if (settings.domain === undefined || ownDomain(reported, settings) !== undefined) return;
      await (known ??= askDomains(askConsole, settings.domain));
    },
  };
}

/** Reports whether a reply may still come, or may have belonged to another request. */
function leavesDoubt({ reason, status }: Failure): boolean {
  if (reason === 'service_unavailable') return status === undefined || status === 401;
  return reason === 'timeout' || reason === 'connect' || reason === 'protocol';
}

/** Requests our account. After a failure, the identity last read is kept. */
async function askIdentity(conversation: Conversation, engine: Engine): Promise<Identity> {
  const reported = await conversation.ask({ request: whoami, read: readIdentity }).catch(() => undefined);
  if (reported !== undefined) engine.identity = reported;
  return engine.identity ?? unknownIdentity;
}

async function askDomains(askConsole: EngineRound['askConsole'], domain: string): Promise<void> {
  const missingRight = 'the engine does not show its domains, so options.domain cannot be checked';
  const read = (answer: ApiAnswer): unknown => readPayload(answer, missingRight);
  const payload = await askConsole({ call: 'domains', path: 'domains', read });
  const rows = isRecord(payload) ? Object.values(payload).filter(isRecord) : [];
  const names = rows.map((row) => textOf(row['domain']).toLowerCase());
  if (names.includes(domain.toLowerCase())) return;
  throw new Failure('config', 'the engine does not know this domain: check options.domain');
}

/**
 * Throws a `Failure` if the account belongs to another domain than `options.domain`: the engine would ignore the
 * requested domain and answer for the account's own one.
 */
function requireSameDomain({ domain }: Identity, settings: Settings): void {
  if (domain === undefined || settings.domain === undefined) return;
  if (domain.toLowerCase() === settings.domain.toLowerCase()) return;
  throw new Failure(
    'config',
    'the account belongs to another domain than options.domain: remove the option or use another account',
  );
}

/**
 * Returns the account's own domain; undefined for root, or if it is not reported. For a static token, returns an empty
 * text: it always belongs to a domain.
 */
function ownDomain({ domain }: Identity, { account }: Settings): string | undefined {
  if (domain !== undefined) return domain;
  return account.kind === 'token' ? '' : account.username.split('@')[1];
}

/** Returns the domain to read; undefined for root without `options.domain`, or if it is not known. */
export function domainOf({ settings, identity = unknownIdentity }: Engine): string | undefined {
  const own = ownDomain(identity, settings);
  return settings.domain ?? (own === '' ? undefined : own);
}

/** Returns the query for a domain; empty without a domain. */
export function domainQuery(domain: string | undefined): Readonly<Record<string, string>> {
  return domain === undefined ? {} : { domain };
}
