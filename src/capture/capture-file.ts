import { z } from 'zod';
import { collectors } from '../snapshot/reading.ts';
import { failureReasons } from '../snapshot/failure-reason.ts';
import { Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport/request.ts';

const answer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  cookies: z.record(z.string(), z.string()),
  body: z.string(),
});

const exchange = z.strictObject({
  call: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  /** The query if it is not a list of parameters. */
  exactQuery: z.string().optional(),
  /** Body as sent, with secrets replaced: form fields or a JSON value. */
  body: z.unknown().optional(),
  milliseconds: z.number(),
  answer: answer.optional(),
  failure: z.strictObject({ reason: z.enum(failureReasons), message: z.string() }).optional(),
});

const captureFile = z.strictObject({
  format: z.literal('pbx-exporter capture 1'),
  version: z.string(),
  /** Wall clock (ms since 1970) of the round, because responses can contain absolute times. */
  takenAt: z.number(),
  family: z.string(),
  /** Path of the base URL; its host is not kept. */
  basePath: z.string(),
  account: z.enum(['password', 'token']),
  options: z.record(z.string(), z.unknown()),
  collect: z.array(z.enum(collectors)),
  exchanges: z.array(exchange),
});

/** One request to a PBX and its result, redacted. */
export type CapturedExchange = z.infer<typeof exchange>;
/** One round of a PBX, redacted; written by `capture` and read by `once --replay`. */
export type CaptureFile = z.infer<typeof captureFile>;

/** Format identifier of {@link CaptureFile}. */
export const captureFormat = 'pbx-exporter capture 1';

/** Returns the text of a capture file. */
export function writeCapture(capture: CaptureFile): string {
  return `${JSON.stringify(capture, null, 2)}\n`;
}

/** Parses the text of a capture file, or returns a sentence about the fault. Never throws. */
export function readCapture(text: string): CaptureFile | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const parsed = captureFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { problem: `it is not a capture of pbx-exporter (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})` };
}

/**
 * Creates a transport that answers from a capture. Each request gets the next response with the same call and path or, if
 * there is none, with the same call. A call without a remaining response fails with `protocol`.
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
