/** The two formats that Prometheus reads: its own text format 0.0.4, and OpenMetrics 1.0. */
export type TextFormat = 'text' | 'openmetrics';
/** How the body is packed. */
export type ContentEncoding = 'identity' | 'gzip';

/** `Content-Type` of each format. */
export const contentTypes: Readonly<Record<TextFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

interface AcceptItem {
  /** Lower case, e.g. `text/plain` or `gzip`. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 means "not this one". */
  readonly quality: number;
}

/**
 * The format for an `Accept` header. OpenMetrics only for clients that name it in the version we write, and that do not
 * like the text format better; a browser, curl, a missing header or a version we do not know gets the text format.
 */
export function negotiateFormat(accept: string | undefined): TextFormat {
  const items = parseAccept(accept);
  const openMetrics = bestQuality(items, 'application/openmetrics-text', '1.0.0');
  if (openMetrics === undefined || openMetrics === 0) return 'text';
  return openMetrics >= textQuality(items) ? 'openmetrics' : 'text';
}

/** The encoding for an `Accept-Encoding` header: gzip where the client names it and does not like plain bytes better. */
export function negotiateEncoding(acceptEncoding: string | undefined): ContentEncoding {
  const items = parseAccept(acceptEncoding);
  const quality = (name: string): number | undefined => items.find((item) => item.value === name)?.quality;
  const gzip = quality('gzip') ?? quality('x-gzip') ?? quality('*') ?? 0;
  if (gzip === 0) return 'identity';
  return gzip >= (quality('identity') ?? 0) ? 'gzip' : 'identity';
}

/** The headers that go with a page of this format and encoding. */
export function pageHeaders(format: TextFormat, encoding: ContentEncoding): Record<string, string> {
  const headers = { 'Content-Type': contentTypes[format], Vary: 'Accept, Accept-Encoding' };
  return encoding === 'gzip' ? { ...headers, 'Content-Encoding': 'gzip' } : headers;
}

/** How much the text format is wanted: by name, or by the narrowest pattern that covers it. */
function textQuality(items: readonly AcceptItem[]): number {
  return bestQuality(items, 'text/plain', '0.0.4') ?? bestQuality(items, 'text/*') ?? bestQuality(items, '*/*') ?? 0;
}

/** Best quality of the items of this type whose version is ours or left open; undefined when none is. */
function bestQuality(items: readonly AcceptItem[], type: string, version?: string): number | undefined {
  const qualities = items
    .filter((item) => item.value === type && (item.parameters.get('version') ?? version) === version)
    .map((item) => item.quality);
  return qualities.length === 0 ? undefined : Math.max(...qualities);
}

function parseAccept(header: string | undefined): readonly AcceptItem[] {
  return (header ?? '').split(',').map(parseItem);
}

function parseItem(text: string): AcceptItem {
  const [value = '', ...rest] = text.split(';').map((piece) => piece.trim());
  const parameters = new Map(rest.map(parseParameter));
  return { value: value.toLowerCase(), parameters, quality: parseQuality(parameters.get('q')) };
}

function parseParameter(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 0) return [text.toLowerCase(), ''];
  const value = text.slice(at + 1).trim();
  return [text.slice(0, at).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
}

/** A quality that is no number counts as 1, as if it were not there: a garbled header must not cost the client its page. */
function parseQuality(text: string | undefined): number {
  if (text === undefined || !/^\d*\.?\d+$|^\d+\.$/.test(text)) return 1;
  return Math.min(1, Number(text));
}
