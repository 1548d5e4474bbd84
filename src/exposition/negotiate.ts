import Negotiator from 'negotiator';

/** The two formats that Prometheus reads: its own text format 0.0.4, and OpenMetrics 1.0. */
export type TextFormat = 'text' | 'openmetrics';
/** How the body is packed. */
export type ContentEncoding = 'identity' | 'gzip';

/** `Content-Type` of each format. */
export const contentTypes: Readonly<Record<TextFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * Escaping schemes for names outside ASCII that Prometheus 3 asks for. Our names have none, so each scheme gives the
 * same page as no scheme.
 */
const escapings = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** What a client can ask for, and what it gets. The text format comes first: it is for clients that take either. */
const offers: ReadonlyMap<string, TextFormat> = new Map(
  (['text', 'openmetrics'] as const).flatMap((format) => {
    const type = contentTypes[format];
    return [type, ...escapings.map((escaping) => `${type}; escaping=${escaping}`)].map((offer) => [offer, format]);
  }),
);

/** The format for an `Accept` header; the text format where the client takes neither, since an answer is better than none. */
export function negotiateFormat(accept: string | undefined): TextFormat {
  const chosen = new Negotiator({ headers: { accept } }).mediaType([...offers.keys()]);
  return offers.get(chosen ?? '') ?? 'text';
}

/** The encoding for an `Accept-Encoding` header: gzip where the client takes it and does not like plain bytes better. */
export function negotiateEncoding(acceptEncoding = ''): ContentEncoding {
  // Another name of the same (RFC 9110, 8.4.1.3).
  const headers = { 'accept-encoding': acceptEncoding.replaceAll(/\bx-gzip\b/gi, 'gzip') };
  const chosen = new Negotiator({ headers }).encoding(['gzip', 'identity']);
  return chosen === 'gzip' ? 'gzip' : 'identity';
}

/** The headers that go with a page of this format and encoding. */
export function pageHeaders(format: TextFormat, encoding: ContentEncoding): Record<string, string> {
  const headers = { 'Content-Type': contentTypes[format], Vary: 'Accept, Accept-Encoding' };
  return encoding === 'gzip' ? { ...headers, 'Content-Encoding': 'gzip' } : headers;
}
