import { randomBytes } from 'node:crypto';
import { answerChallenge, type SipAccount } from './digest.ts';
import { MediaRelay, type RelayPlan } from './media-relay.ts';
import { type MediaBehaviour, MediaSession } from './media-session.ts';
import { formatAudio, type MediaDirection, parseAudio, type Place } from './session-description.ts';
import { header, methodOf, type SipHeader, type SipMessage, uriOf } from './sip-message.ts';
import { type SipReply, SipTransport } from './sip-transport.ts';

/** Ports of a phone and its relay, which share an address that nothing else uses. */
const ports = { sip: 15_060, rtp: 30_200 } as const;

/** A phone, its account on the PBX and the line between them. */
export interface PhoneOptions {
  readonly account: SipAccount;
  /** An address on loopback that no other phone has. */
  readonly address: string;
  /** The SIP address of the PBX. */
  readonly pbx: Place;
  readonly media: MediaBehaviour;
  readonly line: RelayPlan;
  /** SSRC, 32 bits. */
  readonly source: number;
}

/** The state that requests within a call need. */
interface Dialog {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  /** The URI to which requests of this call are addressed. */
  readonly target: string;
}

/**
 * A SIP phone with one line (RFC 3261): registers, makes and receives calls, holds and hangs up. Its media pass through its own relay.
 * Answers every call immediately.
 */
export class Phone {
  readonly media: MediaSession;
  readonly relay: MediaRelay;
  readonly #options: PhoneOptions;
  readonly #transport: SipTransport;
  readonly #ended = Promise.withResolvers<void>();
  #sequence = 1;
  #version = 1;
  #dialog: Dialog | undefined;
  #direction: MediaDirection = 'sendrecv';

  constructor(options: PhoneOptions) {
    const { address, pbx, line, media, source } = options;
    const place = { address, port: ports.rtp };
    this.#options = options;
    this.#transport = new SipTransport(pbx);
    this.relay = new MediaRelay(address, place, line);
    this.media = new MediaSession(place, this.relay.phoneSide, media, source);
  }

  /** Resolves when the call is over, no matter which side ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async open(): Promise<void> {
    await this.#transport.open({ address: this.#options.address, port: ports.sip }, (request) => this.#reply(request));
    await this.relay.open();
    await this.media.open();
  }

  async register(): Promise<void> {
    await this.#register(300);
  }

  async unregister(): Promise<void> {
    await this.#register(0);
  }

  async #register(seconds: number): Promise<void> {
    const { pbx } = this.#options;
    const us = `<${this.#address()}>`;
    await this.#ask('REGISTER', `sip:${pbx.address}:${pbx.port}`, [
      ['from', `${us};tag=${newTag()}`],
      ['to', us],
      ['call-id', newTag()],
      ['expires', String(seconds)],
    ]);
  }

  /** Calls an extension; resolves when it has answered. */
  async call(extension: string): Promise<void> {
    const { pbx } = this.#options;
    const uri = `sip:${extension}@${pbx.address}:${pbx.port}`;
    const [local, callId] = [`<${this.#address()}>;tag=${newTag()}`, newTag()];
    const answer = await this.#ask(
      'INVITE',
      uri,
      [
        ['from', local],
        ['to', `<${uri}>`],
        ['call-id', callId],
      ],
      this.#offer(),
    );
    this.#dialog = { callId, local, remote: header(answer, 'to'), target: uriOf(header(answer, 'contact')) };
    this.#acknowledge(answer);
    this.#connect(answer.body);
    this.media.start();
  }

  /** Puts the far side on hold: no media in either direction. */
  async hold(): Promise<void> {
    await this.#offerAnew('sendonly');
    this.media.send(false);
  }

  async resume(): Promise<void> {
    await this.#offerAnew('sendrecv');
    this.media.send(true);
  }

  async hangUp(): Promise<void> {
    this.media.stop();
    await this.#askInDialog('BYE');
    this.#ended.resolve();
  }

  async close(): Promise<void> {
    await this.media.close();
    await this.relay.close();
    await this.#transport.close();
  }

  async #offerAnew(direction: MediaDirection): Promise<void> {
    this.#direction = direction;
    const answer = await this.#askInDialog('INVITE', this.#offer());
    this.#acknowledge(answer);
    this.#connect(answer.body);
  }

  #askInDialog(method: string, body?: string): Promise<SipMessage> {
    const dialog = this.#dialog;
    if (dialog === undefined) throw new Error(`${method} without a call`);
    return this.#ask(method, dialog.target, headersOf(dialog), body);
  }

  /** Sends a request, and repeats it with credentials if challenged. Throws unless the response is a 2xx. */
  async #ask(method: string, uri: string, headers: readonly SipHeader[], body?: string): Promise<SipMessage> {
    const first = await this.#askOnce(method, uri, headers, body);
    const proof = answerChallenge(first, uri, this.#options.account);
    const last = proof === undefined ? first : await this.#askOnce(method, uri, [...headers, proof], body);
    if (!/^SIP\/2\.0 2\d\d/.test(last.start)) throw new Error(`${method} ${uri}: ${last.start}`);
    return last;
  }

  #askOnce(method: string, uri: string, headers: readonly SipHeader[], body?: string): Promise<SipMessage> {
    this.#sequence += 1;
    const ours: readonly SipHeader[] = [
      ['max-forwards', '70'],
      ['cseq', `${this.#sequence} ${method}`],
      ['contact', `<${this.#contact()}>`],
      ...(body === undefined ? [] : [['content-type', 'application/sdp'] as const]),
    ];
    return this.#transport.request({
      method,
      uri,
      headers: [...headers, ...ours],
      ...(body === undefined ? {} : { body }),
    });
  }

  #acknowledge(answer: SipMessage): void {
    const dialog = this.#dialog;
    if (dialog === undefined) return;
    const sequence = header(answer, 'cseq').replace('INVITE', 'ACK');
    const headers: readonly SipHeader[] = [...headersOf(dialog), ['max-forwards', '70'], ['cseq', sequence]];
    this.#transport.tell({ method: 'ACK', uri: dialog.target, headers });
  }

  #reply(request: SipMessage): SipReply {
    const method = methodOf(request);
    if (method === 'INVITE') return this.#take(request);
    if (method === 'BYE') {
      this.media.stop();
      this.#ended.resolve();
    }
    return { status: '200 OK' };
  }

  /** Accepts a new call, or a change of the current one. */
  #take(request: SipMessage): SipReply {
    const isNew = this.#dialog === undefined;
    const to = header(request, 'to');
    const local = isNew ? `${to};tag=${newTag()}` : to;
    this.#dialog = {
      callId: header(request, 'call-id'),
      local,
      remote: header(request, 'from'),
      target: uriOf(header(request, 'contact')),
    };
    this.#connect(request.body);
    this.media.start();
    const headers: readonly SipHeader[] = [
      ['to', local],
      ['contact', `<${this.#contact()}>`],
      ['content-type', 'application/sdp'],
    ];
    return { status: '200 OK', headers, body: this.#offer() };
  }

  #offer(): string {
    const audio = { place: this.relay.pbxSide, codec: this.#options.media.codec, direction: this.#direction };
    this.#version += 1;
    return formatAudio(audio, this.#version);
  }

  #connect(description: string): void {
    const audio = parseAudio(description);
    if (audio !== undefined) this.relay.connect(audio.place);
  }

  #address(): string {
    const { account, pbx } = this.#options;
    return `sip:${account.username}@${pbx.address}:${pbx.port}`;
  }

  #contact(): string {
    return `sip:${this.#options.account.username}@${this.#options.address}:${ports.sip}`;
  }
}

function headersOf({ callId, local, remote }: Dialog): readonly SipHeader[] {
  return [
    ['from', local],
    ['to', remote],
    ['call-id', callId],
  ];
}

function newTag(): string {
  return randomBytes(8).toString('hex');
}
