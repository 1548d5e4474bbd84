import { z } from 'zod';
import type { Conversation, Driver, Family, LoginGuard, Session } from '../../src/drivers/driver.ts';
import { attempt, goodPart } from '../../src/drivers/kit/collectors.ts';
import { Failure } from '../../src/transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../src/transport/request.ts';

/** Answers a request, fails, or waits until `signal` is aborted. */
export type Behaviour = (request: ApiRequest, signal: AbortSignal) => Promise<Partial<ApiAnswer>> | Partial<ApiAnswer>;

/** A transport without a network. It records every request and answers with a function that a test can replace. */
export class FakeTransport implements Transport {
  readonly requests: ApiRequest[] = [];
  readonly #awaited: { readonly call: string; readonly resolve: () => void }[] = [];
  closed = false;
  behaviour: Behaviour;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
  }

  /** Returns how often a call was sent. */
  count(call: string): number {
    return this.requests.filter((request) => request.call === call).length;
  }

  /** Resolves when the next request for that call is sent. */
  sent(call: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.push({ call, resolve });
    });
  }

  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    this.requests.push(request);
    for (const { call, resolve } of this.#awaited) if (call === request.call) resolve();
    return { status: 200, headers: {}, cookies: new Map(), body: '', ...(await this.behaviour(request, signal)) };
  }

  close(): void {
    this.closed = true;
  }
}

/** Returns a promise that is rejected when the signal is aborted, and never resolved. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Settings of the fake family that a test can change. */
export interface FakeFamilyChanges {
  readonly guard?: LoginGuard;
  readonly renewable?: boolean;
  readonly session?: Partial<Session>;
  readonly collect?: Driver['collect'];
}

/** A minimal family: sessions are tokens, and the status of a response determines the failure. */
export function fakeFamily(changes: FakeFamilyChanges = {}): Family {
  return {
    name: 'fake',
    title: 'Fake',
    accounts: ['password'],
    collectors: ['peers', 'trunks', 'system'],
    requests: [],
    guard: changes.guard ?? {},
    idleConnectionMs: 0,
    options: z.strictObject({}),
    create: () => fakeDriver(changes),
  };
}

function fakeDriver({ renewable = false, session = {}, collect = collectAll }: FakeFamilyChanges): Driver {
  const open = (answer: ApiAnswer): Session => {
    check(answer);
    return { headers: { token: answer.body } };
  };
  return {
    login: (sender) => sender.ask({ call: 'login', path: '/login' }, (answer) => ({ ...open(answer), ...session })),
    ...(renewable
      ? { renew: (sender, old) => sender.ask({ call: 'renew', path: '/renew', headers: { ...old.headers } }, open) }
      : {}),
    logout: (sender, old) => sender.ask({ call: 'logout', path: '/logout', headers: { ...old.headers } }, check),
    collect,
  };
}

/** Reads peers and trunks with one request each. */
export async function collectAll(conversation: Conversation): ReturnType<Driver['collect']> {
  const [peers, trunks] = await Promise.all([
    attempt(async () => {
      await conversation.ask({ request: { call: 'peers', path: '/peers' }, read: check });
      return goodPart([{ id: '100', state: 'reachable' as const }]);
    }),
    attempt(async () => {
      await conversation.ask({ request: { call: 'trunks', path: '/trunks' }, read: check });
      return goodPart([{ id: 'carrier', state: 'registered' as const, registered: true }]);
    }),
  ]);
  return { peers, trunks };
}

function check(answer: ApiAnswer): void {
  if (answer.status === 401) throw new Failure('session_lost', 'session unknown');
  if (answer.status === 403) throw new Failure('forbidden', 'right missing');
  if (answer.status === 407) throw new Failure('bad_credentials', 'password refused');
  if (answer.status === 500) throw new Failure('http_status', 'broken');
}
