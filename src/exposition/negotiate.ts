import Negotiator from 'negotiator';

/** The supported formats: the Prometheus text format 0.0.4 and OpenMetrics 1.0. */
export type TextFormat = 'text' | 'openmetrics';
/** Encoding of the body. */
export type ContentEncoding = 'identity' | 'gzip';

/** `Content-Type` of each format. */
export const contentTypes: Readonly<Record<TextFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * Escaping schemes for non-ASCII names that Prometheus 3 requests. Our names are ASCII, so the page is the same with every
 * scheme.
 */
const escapings = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** Media types that clients can request, and the resulting format. Text comes first, for clients that accept both. */
const offers: ReadonlyMap<string, TextFormat> = new Map(
  (['text', 'openmetrics'] as const).flatMap((format) => {
    const type = contentTypes[format];
    return [type, ...escapings.map((escaping) => `${type}; escaping=${escaping}`)].map((offer) => [offer, format]);
  }),
);

/** Returns the format for an `Accept` header. If the client accepts neither format, it gets text, which is better than an error. */
export function negotiateFormat(accept: string | undefined): TextFormat {
  const chosen = new Negotiator({ headers: { accept } }).mediaType([...offers.keys()]);
  return offers.get(chosen ?? '') ?? 'text';
}

/** Returns the encoding for an `Accept-Encoding` header: gzip if the client accepts it and does not prefer plain bytes. */
export function negotiateEncoding(acceptEncoding = ''): ContentEncoding {
  // `x-gzip` is equivalent to `gzip` (RFC 9110, section 8.4.1.3).
  const headers = { 'accept-encoding': acceptEncoding.replaceAll(/\bx-gzip\b/gi, 'gzip') };
  const chosen = new Negotiator({ headers }).encoding(['gzip', 'identity']);
  return chosen === 'gzip' ? 'gzip' : 'identity';
}

/** Returns the headers for a page in this format and encoding. */
export function pageHeaders(format: TextFormat, encoding: ContentEncoding): Record<string, string> {
  const headers = { 'Content-Type': contentTypes[format], Vary: 'Accept, Accept-Encoding' };
  return encoding === 'gzip' ? { ...headers, 'Content-Encoding': 'gzip' } : headers;
}
