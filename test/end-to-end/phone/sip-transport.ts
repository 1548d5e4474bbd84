import { randomBytes } from 'node:crypto';
import type { Place } from './session-description.ts';
import {
  formatSip,
  header,
  headersOf,
  methodOf,
  parseSip,
  type SipHeader,
  type SipMessage,
  statusOf,
} from './sip-message.ts';
import { openUdpSocket, type UdpSocket } from './udp-socket.ts';

/** Time (ms) until the first retransmission, doubled each time, and until a request times out (RFC 3261, timers A, B, E, F). */
const timers = { firstMs: 500, giveUpMs: 32_000 } as const;

/** The response of a phone to a request. */
export interface SipReply {
  readonly status: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** A request without the headers that its transaction adds. */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body?: string;
}

/**
 * SIP over UDP between one phone and one PBX. Matches final responses to requests, and answers retransmitted requests with the same
 * response.
 */
export class SipTransport {
  readonly #server: Place;
  readonly #waiting = new Map<string, (response: SipMessage) => void>();
  readonly #replies = new Map<string, string>();
  #socket: UdpSocket | undefined;

  constructor(server: Place) {
    this.#server = server;
  }

  /** Opens the socket. `answer` is called once for each request except ACK. */
  async open(place: Place, answer: (request: SipMessage) => SipReply): Promise<void> {
    this.#socket = await openUdpSocket(place, (data) => {
      const message = parseSip(data.toString('latin1'));
      if (message === undefined) return;
      if (statusOf(message) === undefined) this.#answer(message, answer);
      else this.#waiting.get(transactionOf(message))?.(message);
    });
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }

  /** Sends a request and retransmits it until there is a response. Resolves with the final response; rejects on a timeout. */
  request(request: SipRequest): Promise<SipMessage> {
    const branch = newBranch();
    const text = this.#format(request, branch);
    const key = `${branch} ${request.method}`;
    return new Promise((resolve, reject) => {
      let pause: number = timers.firstMs;
      let timer = setTimeout(repeat, pause, this);
      const giveUp = setTimeout(() => {
        finish();
        reject(new Error(`no answer to ${request.method} ${request.uri}`));
      }, timers.giveUpMs);
      const finish = (): void => {
        clearTimeout(timer);
        clearTimeout(giveUp);
        this.#waiting.delete(key);
      };
      function repeat(transport: SipTransport): void {
        transport.#send(text);
        pause *= 2;
        timer = setTimeout(repeat, pause, transport);
      }
      this.#waiting.set(key, (response) => {
        // Any response confirms that the request has arrived, so it is no longer retransmitted.
        clearTimeout(timer);
        if ((statusOf(response) ?? 0) < 200) return;
        finish();
        if (request.method === 'INVITE' && (statusOf(response) ?? 0) >= 300) this.#refused(request, response, branch);
        resolve(response);
      });
      this.#send(text);
    });
  }

  /** Sends a request without a response: the ACK of a 2xx. */
  tell(request: SipRequest): void {
    this.#send(this.#format(request, newBranch()));
  }

  /** Acknowledges a rejected INVITE; this ACK belongs to the transaction of the INVITE. */
  #refused(request: SipRequest, response: SipMessage, branch: string): void {
    const kept = request.headers.filter(([name]) => ['from', 'call-id', 'max-forwards'].includes(name));
    const sequence = header(response, 'cseq').replace('INVITE', 'ACK');
    const headers: readonly SipHeader[] = [...kept, ['to', header(response, 'to')], ['cseq', sequence]];
    this.#send(this.#format({ method: 'ACK', uri: request.uri, headers }, branch));
  }

  #answer(request: SipMessage, answer: (request: SipMessage) => SipReply): void {
    if (request.start.startsWith('ACK ')) return;
    const key = `${header(request, 'via')} ${methodOf(request)}`;
    const text = this.#replies.get(key) ?? formatReply(request, answer(request));
    this.#replies.set(key, text);
    this.#send(text);
  }

  #format({ method, uri, headers, body = '' }: SipRequest, branch: string): string {
    const { address, port } = this.#socket?.place ?? { address: '', port: 0 };
    const via: SipHeader = ['via', `SIP/2.0/UDP ${address}:${port};branch=${branch};rport`];
    return formatSip({ start: `${method} ${uri} SIP/2.0`, headers: [via, ...headers], body });
  }

  #send(text: string): void {
    this.#socket?.send(Buffer.from(text, 'latin1'), this.#server);
  }
}

function transactionOf(response: SipMessage): string {
  const branch = /branch=([^;,\s]+)/.exec(header(response, 'via'))?.[1] ?? '';
  return `${branch} ${methodOf(response)}`;
}

function formatReply(request: SipMessage, { status, headers = [], body = '' }: SipReply): string {
  const kept = headersOf(request, 'via', 'from', 'to', 'call-id', 'cseq', 'record-route');
  const ours = new Set(headers.map(([name]) => name));
  return formatSip({
    start: `SIP/2.0 ${status}`,
    headers: [...kept.filter(([name]) => !ours.has(name)), ...headers],
    body,
  });
}

function newBranch(): string {
  return `z9hG4bK${randomBytes(8).toString('hex')}`;
}
