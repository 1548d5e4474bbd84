import type { Collector } from '../snapshot/reading.ts';

/** The purpose of a request: the session itself, the collectors that depend on it, or details that nothing depends on. */
export type Purpose = 'session' | 'auxiliary' | Collector | readonly Collector[];

/** One kind of request that a family may send. Requests that are not in the family's list are never sent. */
export interface AllowedRequest {
  /** Name of the call: label `call`. Lower case with underscores. */
  readonly call: string;
  readonly method: 'GET' | 'POST';
  /**
   * `session`: begins, renews, keeps or ends the session. A collector (or several): supplies its rows or values, so if
   * the request fails, the collector fails. `auxiliary`: supplies only names, rights, versions or details of single rows,
   * so its failure affects nothing else.
   */
  readonly serves: Purpose;
  /** Path below the target's base URL; `{word}` stands for exactly one encoded path segment (or part of one). */
  readonly path: string;
  /** Form fields that must have exactly these values, for a path that serves both harmless and harmful actions. */
  readonly fields?: Readonly<Record<string, string>>;
  /**
   * The complete query, percent-encoded, for an API in which the query is the command. The query of a request must match
   * it exactly; empty: the request must have no query. `{word}` stands for one name, see `exactQueryWord`. Absent: any
   * query is allowed.
   */
  readonly exactQuery?: string;
}

/** Body of a request. */
export type RequestBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> };

/** Removes the parts of an exchange that must not be stored, and leaves the rest readable. */
export interface CaptureFilter {
  /** Filters the body of the answer. */
  readonly answer: (body: string) => string;
  /** Filters the value of a field in the form that was sent. */
  readonly field: (name: string, value: string) => string;
}

/** A request to the PBX of one target, before the session's authorization is added. */
export interface ApiRequest {
  /** Which of the family's allowed requests this is. */
  readonly call: string;
  /** Path below the base URL, beginning with `/`; segments from answers must be encoded with `encodeURIComponent`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** The query as sent, percent-encoded, if it is not a list of parameters; see {@link AllowedRequest.exactQuery}. */
  readonly exactQuery?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Whether the answer is a page whose text must never be stored, not even by `capture` with its secrets replaced. */
  readonly confidential?: boolean;
  /**
   * Removes the parts of the exchange that `capture` must not store, before it replaces secrets. Default: everything is
   * stored.
   */
  readonly captureFilter?: CaptureFilter;
  /** Size limit of the answer in bytes, if it is lower than the limit of the family. */
  readonly maximumBytes?: number;
  /** Time limit of this request in milliseconds. Default: half of the round, but never more than the time left. */
  readonly timeoutMs?: number;
  /**
   * Called before a request is sent again because its kept connection closed before the first byte of the answer. If it
   * returns `false`, the request fails instead. Default: it is repeated. The PBX may have processed the first attempt, so
   * a repeated login counts twice.
   */
  readonly mayRepeat?: () => boolean;
}

/** An answer that arrived completely, with any HTTP status. */
export interface ApiAnswer {
  readonly status: number;
  /** The target's base URL, without account and query, for messages; absent if the answer did not come over HTTP. */
  readonly baseUrl?: string;
  /** Local address of the connection. Absent if it is not known or a proxy was used. */
  readonly localAddress?: string;
  /** Header names in lower case. Repeated headers are joined by `, `; `set-cookie` is only in `cookies`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Cookies that the answer sets, by name, values as sent. */
  readonly cookies: ReadonlyMap<string, string>;
  /** `Max-Age` of those cookies that have one, by name, in seconds; absent if the answer did not come over HTTP. */
  readonly cookieAges?: ReadonlyMap<string, number>;
  /** The whole body as text. If it is not valid UTF-8, each text in it is decoded separately; see `decodeText`. */
  readonly body: string;
}

/** Sends requests to one PBX and returns complete answers. Throws a `Failure` if there is no complete answer. */
export interface Transport {
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
  /**
   * The earliest expiry (seconds since 1970) in the certificate chain sent by the PBX, as seen since the last call.
   * Undefined if no TLS connection was used.
   */
  takeCertificateExpiry?(): number | undefined;
  /** Closes idle connections. */
  close(): void;
}
