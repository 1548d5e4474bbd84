import type { ApiAnswer } from '../../transport/request.ts';

const longestShown = 200;

/**
 * One sentence for a redirect: the origin that it points to (never its path or query, which can hold a token), and the line
 * for `url` where nothing but the scheme differs.
 */
export function redirectMessage({ status, headers, baseUrl }: ApiAnswer): string {
  const asked = baseUrl === undefined ? null : URL.parse(baseUrl);
  const location = headers['location'];
  const wanted = location === undefined ? null : URL.parse(location, asked?.href);
  if (wanted === null || !/^https?:$/.test(wanted.protocol) || wanted.host.length > longestShown)
    return `the PBX redirects to another address (HTTP ${status})`;
  if (wanted.origin === asked?.origin) return `the PBX redirects to another page of its own (HTTP ${status})`;
  const message = `the PBX redirects to ${wanted.origin} (HTTP ${status})`;
  if (asked === null || !differInSchemeOnly(asked, wanted)) return message;
  return `${message}: write url: ${wanted.origin}${asked.pathname.replace(/\/+$/, '')}`;
}

/** `http://pbx` and `https://pbx`; a port that is written counts. */
function differInSchemeOnly(asked: URL, wanted: URL): boolean {
  return asked.host === wanted.host && asked.protocol !== wanted.protocol;
}

/** One sentence for a status without a meaning; a 404 below a path of the url doubts that path. */
export function unexpectedMessage({ status, baseUrl = '' }: ApiAnswer): string {
  const message = `unexpected answer (HTTP ${status})`;
  const path = URL.parse(baseUrl)?.pathname.replace(/\/+$/, '') ?? '';
  if (status !== 404 || path === '' || path.length > longestShown) return message;
  return `${message}: the url ends in ${path}, is that the web page's address?`;
}
