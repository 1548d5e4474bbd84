import type { Conversation, Driver } from '../../src/drivers/driver.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { Failure } from '../../src/transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../src/transport/request.ts';

/** Recorded exchanges between the exporter and a PBX. */
export class Exchanges implements Transport {
  /** The last response to each request. */
  readonly answers = new Map<string, ApiAnswer>();
  /** Requests since {@link forget}. */
  requests: ApiRequest[] = [];
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    this.requests.push(request);
    const answer = await this.#transport.send(request, signal);
    this.answers.set(keyOf(request), answer);
    return answer;
  }

  close(): void {
    this.#transport.close();
  }

  forget(): void {
    this.requests = [];
  }
}

/** A key without session parameters, which the floor takes from the recorded round. */
function keyOf({ call, path, exactQuery, body }: ApiRequest): string {
  return JSON.stringify([call, path, exactQuery, body]);
}

/** Lets a driver log in with recorded responses, because some families detect the kind of PBX during the login. */
export async function loginRecorded(driver: Driver, answers: ReadonlyMap<string, ApiAnswer>): Promise<void> {
  await driver.login({
    ask(request, read) {
      const answer = answers.get(keyOf(request));
      if (answer === undefined) return Promise.reject(new Failure('protocol', 'not recorded'));
      return Promise.resolve(read(answer));
    },
  });
}

/** Lets the driver parse the recorded responses, without a PBX, a session or other parts of the core. */
export async function parseRecorded(
  driver: Driver,
  collectors: ReadonlySet<Collector>,
  answers: ReadonlyMap<string, ApiAnswer>,
): Promise<void> {
  const conversation: Conversation = {
    collectors,
    remainingMs: () => 20_000,
    ask(call) {
      const answer = answers.get(keyOf(call.request));
      if (answer === undefined) return Promise.reject(new Failure('protocol', 'not recorded'));
      return Promise.resolve(call.read(answer, {}));
    },
  };
  await driver.collect(conversation);
}
