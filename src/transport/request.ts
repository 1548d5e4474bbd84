import type { Collector } from '../snapshot/reading.ts';

/** What a request is there for: the session itself, the collectors that cannot do without it, or what nobody depends on. */
export type Purpose = 'session' | 'auxiliary' | Collector | readonly Collector[];

/** One kind of request that a family may send. What is not in the family's list cannot leave the program. */
export interface AllowedRequest {
  /** Name of the call: label `call`. Lower case with underscores. */
  readonly call: string;
  readonly method: 'GET' | 'POST';
  /**
   * `session`: begins, renews, ends or keeps it. A collector (or several): its rows or values come from here, so a failure
   * is a failure of that collector. `auxiliary`: only names, rights, versions or details of single rows, which may fail in
   * any way without costing anything else.
   */
  readonly serves: Purpose;
  /** Path below the target's base URL; `{word}` stands for exactly one encoded path segment (or part of one). */
  readonly path: string;
  /** Form fields that must have exactly these values, for a path that serves both harmless and harmful actions. */
  readonly fields?: Readonly<Record<string, string>>;
  /**
   * The whole query, where the query is the command: letter by letter, percent-encoded, nothing before or behind it; empty: there must
   * be none. `{word}` stands for one name, see `exactQueryWord`. Left out: any query.
   */
  readonly exactQuery?: string;
}

/** Body of a request. */
export type RequestBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> };

/** Removes from an exchange what nobody may store, and leaves the text readable. */
export interface KeptText {
  /** The body of the answer. */
  readonly answer: (body: string) => string;
  /** The value of a field of the form that was sent. */
  readonly field: (name: string, value: string) => string;
}

/** A request to the PBX of one target, before the session's authorization is added. */
export interface ApiRequest {
  /** Which of the family's allowed requests this is. */
  readonly call: string;
  /** Path below the base URL, beginning with `/`; segments from answers must be encoded with `encodeURIComponent`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** The query as it is sent, percent-encoded, where it is no list of parameters; see {@link AllowedRequest.exactQuery}. */
  readonly exactQuery?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Whether the answer is a page whose text must not be kept by anybody, not even by `capture` with its secrets replaced. */
  readonly confidential?: boolean;
  /** What of the exchange may be kept by `capture`, before its secrets are replaced. Default: all of it. */
  readonly kept?: KeptText;
  /** Largest answer in bytes, where it is less than the family's. */
  readonly maximumBytes?: number;
  /** Deadline of this one request in milliseconds; default: half of the round's time, never more than what is left of it. */
  readonly timeoutMs?: number;
  /**
   * Called before the request is sent again because its kept connection died before the first byte of an answer; with `false`,
   * the request fails instead. Default: it may be repeated. The PBX may have processed the first one: a login counts twice.
   */
  readonly mayRepeat?: () => boolean;
}

/** An answer that arrived whole, with any HTTP status. */
export interface ApiAnswer {
  readonly status: number;
  /** The target's base URL, without account and query, for messages; absent if the answer did not come over HTTP. */
  readonly baseUrl?: string;
  /** Address of our side of the connection, where there was one. */
  readonly localAddress?: string;
  /** Header names in lower case. Repeated headers are joined by `, `, `set-cookie` is in `cookies` only. */
  readonly headers: Readonly<Record<string, string>>;
  /** Cookies that the answer sets, by name, values as sent. */
  readonly cookies: ReadonlyMap<string, string>;
  /** `Max-Age` of those cookies that have one, by name, in seconds; absent if the answer did not come over HTTP. */
  readonly cookieAges?: ReadonlyMap<string, number>;
  /** The whole body as text. What is no UTF-8 in it was decoded text by text; see `decodeText`. */
  readonly body: string;
}

/** Sends one request and gives its whole answer; throws a `Failure` for everything that is not an answer. */
export interface Transport {
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
  /**
   * The earliest expiry (seconds since 1970) in the certificate chain sent by the PBX, as seen since the last call.
   * Undefined if no connection with TLS was used.
   */
  takeCertificateExpiry?(): number | undefined;
  /** Closes idle connections. */
  close(): void;
}
