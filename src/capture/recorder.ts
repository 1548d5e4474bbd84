import type { Clock } from '../clock.ts';
import { asFailure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport/request.ts';
import type { CapturedExchange } from './capture-file.ts';
import { Redaction } from './redaction.ts';

interface Recorded {
  readonly request: ApiRequest;
  readonly milliseconds: number;
  readonly answer?: ApiAnswer;
  readonly failure?: { readonly reason: ReturnType<typeof asFailure>['reason']; readonly message: string };
}

/** A transport that records all exchanges. They are redacted at the end, when all secrets are known. */
export interface Recorder {
  readonly transport: Transport;
  /** Returns all exchanges so far, redacted. */
  exchanges(): readonly CapturedExchange[];
  /** Returns a configuration value, redacted with the secrets from the exchanges. */
  redacted(value: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Additional inputs of a recorder. */
export interface RecorderFacts {
  /** Hosts and domains of the configuration. */
  readonly hosts?: readonly string[];
  /** An unguessable value; see {@link Redaction}. */
  readonly salt?: string;
}

/** Creates a recorder for the exchanges of `transport`; `secrets` are the secrets in the configuration. */
export function createRecorder(
  transport: Transport,
  secrets: readonly string[],
  clock: Clock,
  { hosts = [], salt = '' }: RecorderFacts = {},
): Recorder {
  const recorded: Recorded[] = [];
  return {
    transport: {
      ...transport,
      async send(request, signal) {
        const startedAt = clock.monotonicTime();
        const spent = (): number => Math.round(clock.monotonicTime() - startedAt);
        try {
          const answer = await transport.send(request, signal);
          recorded.push({ request: keptRequest(request), milliseconds: spent(), answer: keptAnswer(request, answer) });
          return answer;
        } catch (thrown) {
          const { reason, message } = asFailure(thrown);
          recorded.push({ request: keptRequest(request), milliseconds: spent(), failure: { reason, message } });
          throw thrown;
        }
      },
      close: () => transport.close(),
    },
    exchanges: () => redactAll(recorded, redactionOf(recorded, new Redaction(secrets, hosts, salt))),
    redacted(value) {
      const shown: unknown = redactionOf(recorded, new Redaction(secrets, hosts, salt)).value(value);
      return typeof shown === 'object' && shown !== null ? { ...shown } : {};
    },
  };
}

function keptAnswer({ confidential, captureFilter }: ApiRequest, answer: ApiAnswer): ApiAnswer {
  if (confidential === true) return { ...answer, body: '' };
  return captureFilter === undefined ? answer : { ...answer, body: captureFilter.answer(answer.body) };
}

function keptRequest(request: ApiRequest): ApiRequest {
  const { captureFilter, body } = request;
  if (captureFilter === undefined || body?.kind !== 'form') return request;
  const fields = Object.entries(body.fields).map(([name, value]) => [name, captureFilter.field(name, value)]);
  return { ...request, body: { kind: 'form', fields: Object.fromEntries(fields) } };
}

/** A redaction that knows the secrets of all exchanges. */
function redactionOf(recorded: readonly Recorded[], redaction: Redaction): Redaction {
  for (const { request, answer } of recorded) {
    redaction.learnFromRequest(request);
    if (answer !== undefined) redaction.learnFromAnswer(answer);
  }
  return redaction;
}

function redactAll(recorded: readonly Recorded[], redaction: Redaction): readonly CapturedExchange[] {
  return recorded.map(({ request, milliseconds, answer, failure }) => ({
    ...redaction.request(request),
    milliseconds,
    ...(answer === undefined ? {} : { answer: redaction.answer(answer) }),
    ...(failure === undefined ? {} : { failure }),
  }));
}
