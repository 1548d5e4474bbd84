import { Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport/request.ts';
import type { CapturedExchange } from './capture-file.ts';

/**
 * A transport that answers from a capture: each request gets the next answer of the same call and path, then of the same
 * call. What was not asked in the captured round fails with `protocol`.
 */
export function createReplay(exchanges: readonly CapturedExchange[]): Transport {
  const left = [...exchanges];
  return {
    send(request) {
      const index = bestMatch(left, request);
      const [exchange] = index === -1 ? [] : left.splice(index, 1);
      return exchange === undefined
        ? Promise.reject(new Failure('protocol', `the capture has no answer to the call "${request.call}"`))
        : play(exchange);
    },
    close() {},
  };
}

function bestMatch(exchanges: readonly CapturedExchange[], request: ApiRequest): number {
  const sameCall = (exchange: CapturedExchange): boolean => exchange.call === request.call;
  const body = bodyText(request);
  const exact = exchanges.findIndex(
    (one) =>
      sameCall(one) &&
      one.path === request.path &&
      one.exactQuery === request.exactQuery &&
      JSON.stringify(one.body) === body,
  );
  if (exact !== -1) return exact;
  const byPath = exchanges.findIndex((one) => sameCall(one) && one.path === request.path);
  return byPath === -1 ? exchanges.findIndex(sameCall) : byPath;
}

function bodyText({ body }: ApiRequest): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body.kind === 'json' ? body.value : body.fields);
}

async function play({ answer, failure }: CapturedExchange): Promise<ApiAnswer> {
  if (failure !== undefined) throw new Failure(failure.reason, failure.message);
  if (answer === undefined) throw new Failure('connect', 'the connection was closed without an answer');
  return Promise.resolve({ ...answer, cookies: new Map(Object.entries(answer.cookies)) });
}
