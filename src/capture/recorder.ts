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

/** A transport that keeps what is said, and tells it redacted once everything is known that has to be hidden. */
export interface Recorder {
  readonly transport: Transport;
  /** All exchanges so far, redacted. */
  exchanges(): readonly CapturedExchange[];
}

/** Records what passes through `transport`; `secrets` are the ones of the configuration. */
export function createRecorder(transport: Transport, secrets: readonly string[], clock: Clock): Recorder {
  const recorded: Recorded[] = [];
  return {
    transport: {
      async send(request, signal) {
        const startedAt = clock.monotonicTime();
        const spent = (): number => Math.round(clock.monotonicTime() - startedAt);
        try {
          const answer = await transport.send(request, signal);
          recorded.push({ request, milliseconds: spent(), answer });
          return answer;
        } catch (thrown) {
          const { reason, message } = asFailure(thrown);
          recorded.push({ request, milliseconds: spent(), failure: { reason, message } });
          throw thrown;
        }
      },
      close: () => transport.close(),
    },
    exchanges: () => redactAll(recorded, secrets),
  };
}

function redactAll(recorded: readonly Recorded[], secrets: readonly string[]): readonly CapturedExchange[] {
  const redaction = new Redaction(secrets);
  for (const { request, answer } of recorded) {
    redaction.learnFromRequest(request);
    if (answer !== undefined) redaction.learnFromAnswer(answer);
  }
  return recorded.map(({ request, milliseconds, answer, failure }) => ({
    ...redaction.request(request),
    milliseconds,
    ...(answer === undefined ? {} : { answer: redaction.answer(answer) }),
    ...(failure === undefined ? {} : { failure }),
  }));
}
