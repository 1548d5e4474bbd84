import type { ApiRequest } from './request.ts';

/** The body of a POST as it is sent. */
export interface SentBody {
  /** Empty if the request has none. */
  readonly text: string;
  /** The headers that describe it. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The body of a POST, and its `Content-Type` unless one of the `common` headers (names in lower case) is the type already. */
export function sentBody({ body }: ApiRequest, common: Readonly<Record<string, string>>): SentBody {
  if (body === undefined) return { text: '', headers: { 'content-length': '0' } };
  const text = body.kind === 'json' ? JSON.stringify(body.value) : new URLSearchParams(body.fields).toString();
  const type = body.kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    text,
    headers: {
      ...(common['content-type'] === undefined ? { 'content-type': type } : {}),
      'content-length': String(Buffer.byteLength(text)),
    },
  };
}
