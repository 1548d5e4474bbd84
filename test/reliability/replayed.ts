import type { Account, Family } from '../../src/drivers/driver.ts';
import { silentLog } from '../../src/log.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../src/transport/request.ts';
import type { Product } from '../support/products.ts';
import { createShiftingClock } from './shifting-clock.ts';

/** The requests and responses of the first round of a healthy PBX. */
export interface Conversation {
  readonly family: Family;
  readonly account: Account;
  readonly options: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly Exchanged[];
}

/** The key of a request and the response to it. */
export interface Exchanged {
  readonly key: string;
  readonly answer: ApiAnswer;
}

/** Changes the answer to one request. */
export interface Change {
  readonly exchange: Exchanged;
  readonly body: string;
}

function keyOf({ call, path, query, body }: ApiRequest): string {
  return JSON.stringify([call, path, query, body]);
}

/** Runs one round against the product's simulator and records the conversation. */
export async function listen({ family, simulate }: Product): Promise<Conversation> {
  const clock = createShiftingClock();
  const simulator = simulate({ clock, peers: 3, trunks: 2 });
  const url = await simulator.start();
  const real = createTransport({
    family: { ...family, idleConnectionMs: 0 },
    url,
    tls: { insecureSkipVerify: false },
    requestsPerTarget: 2,
    version: 'test',
  });
  const exchanges: Exchanged[] = [];
  const transport: Transport = {
    async send(request, signal) {
      const answer = await real.send(request, signal);
      exchanges.push({ key: keyOf(request), answer });
      return answer;
    },
    close: () => real.close(),
  };
  const account: Account =
    'token' in simulator.account ? { kind: 'token', ...simulator.account } : { kind: 'password', ...simulator.account };
  const options = family.options.parse(simulator.targetOptions ?? {});
  await targetFor({ family, account, options }, transport).poll();
  await simulator.stop();
  return { family, account, options, exchanges: [...exchanges] };
}

/**
 * Creates a target that receives the recorded responses, except for one change. Repeated requests receive their responses in the recorded
 * order.
 */
export function replay(conversation: Conversation, change?: Change): Target {
  const asked = new Map<string, number>();
  const transport: Transport = {
    send(request) {
      const key = keyOf(request);
      const before = asked.get(key) ?? 0;
      asked.set(key, before + 1);
      const same = conversation.exchanges.filter((one) => one.key === key);
      const found = same[before] ?? same.at(-1) ?? sameCall(conversation, request);
      if (found === undefined) return Promise.resolve({ status: 404, headers: {}, cookies: new Map(), body: '' });
      return Promise.resolve(change?.exchange === found ? { ...found.answer, body: change.body } : found.answer);
    },
    close() {},
  };
  return targetFor(conversation, transport);
}

/** Ignores the body, which may contain a number that changes with each request. */
function sameCall({ exchanges }: Conversation, { call, path }: ApiRequest): Exchanged | undefined {
  return exchanges.find(({ key }) => key.startsWith(JSON.stringify([call, path]).slice(0, -1)));
}

function targetFor(
  { family, account, options }: Pick<Conversation, 'family' | 'account' | 'options'>,
  transport: Transport,
): Target {
  return new Target({
    identity: {
      name: 'target',
      family: family.name,
      labels: {},
      peerNames: 'plain',
      peerLimit: 50,
      staleAfterMs: 90_000,
    },
    family,
    account,
    options,
    url: new URL('http://192.0.2.1'),
    collect: family.collectors,
    intervalMs: 30_000,
    timeoutMs: 20_000,
    requestsPerTarget: 2,
    transport,
    clock: createShiftingClock(),
    random: () => 0.5,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
}
