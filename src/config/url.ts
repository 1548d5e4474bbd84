import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { Report } from './problem.ts';
import type { Entry } from './tree.ts';
import { containsVariable, text, valueFacts } from './values.ts';

const addressSchema = { type: 'string', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' };

/** The facts shared by all URL schemas. */
export const urlFacts = { description: 'http:// or https:// URL', wanted: 'text', json: addressSchema };

/** The base URL of a PBX. Messages never repeat the URL, because it may contain a password. */
export const baseUrl = text()
  .transform((written, context) => {
    const address = written.slice(0, written.length - webPageOf(written).length);
    const fault = urlFault(address);
    if (fault === undefined) return new URL(address);
    const { message, suggestion } = fault;
    context.addIssue({ code: 'custom', message: `{key} ${message}`, params: { suggestion } });
    return z.NEVER;
  })
  .register(valueFacts, { ...urlFacts, warning: webPageWarning });

/** The address of a web page. It can have a query and a fragment, but no account. */
export const webUrl = text()
  .transform((written, context) => {
    const url = /^https?:\/\//i.test(written) && !containsVariable(written) ? URL.parse(written) : null;
    const address = addressFault(written);
    if (url !== null && url.username === '' && url.password === '' && address === undefined) return url;
    const message = address?.message ?? 'must be an http:// or https:// URL without an account in it';
    context.addIssue({ code: 'custom', message: `{key} ${message}` });
    return z.NEVER;
  })
  .register(valueFacts, urlFacts);

/**
 * The part of a URL that web pages of a PBX add in the browser: MikoPBX, Yeastar S-Series and K2, FreePBX, and single-page
 * applications (`/#/login`). Everything after it is removed as well.
 */
const webPage = /(?:\/admin-cabinet|\/cgi-bin\/webcgi|\/admin\/config\.php)(?=[/?#]|$)|\/?#\//i;

/** The end of the text from the path of the web page on; empty if there is none. URLs with an account are left to the account check. */
function webPageOf(written: string): string {
  const [start = ''] = /^https?:\/\/[^/?#@\s]+/i.exec(written) ?? [];
  const found = start === '' || written.includes('@') ? null : webPage.exec(written.slice(start.length));
  return found === null ? '' : written.slice(start.length + found.index);
}

/** The warning quotes only the known part of the path, because the rest may contain a token. */
function webPageWarning(written: string): string | undefined {
  const [known] = webPage.exec(webPageOf(written)) ?? [];
  return known === undefined
    ? undefined
    : `{key}: ${known} and what follows is cut off, because it is the web page's address`;
}

function urlFault(text: string): { message: string; suggestion?: string } | undefined {
  if (containsVariable(text)) return { message: 'is used as written: variables such as ${NAME} are not replaced' };
  if (!/^https?:\/\//i.test(text)) return schemeFault(text);
  const address = addressFault(text);
  if (address !== undefined) return address;
  if (!URL.canParse(text) || /[\s\\]/.test(text)) return { message: 'is not a valid URL: check the host and the port' };
  const { username, password } = new URL(text);
  if (username !== '' || password !== '' || /^https?:\/\/[^/]*@/i.test(text)) {
    return { message: 'must not hold an account: use username and password, password_file or password_env' };
  }
  if (text.includes('?')) return { message: 'must not have a query (the part from "?" on)' };
  if (text.includes('#')) return { message: 'must not have a fragment (the part from "#" on)' };
  return undefined;
}

/**
 * Returns the fault of an IPv4 address that is not written as four plain numbers. URL parsers read `010` as 8 and `10.0.5`
 * as 10.0.0.5 (WHATWG URL, IPv4 parser), as old C libraries do. A login would then go to an unintended machine.
 */
export function addressFault(text: string): { message: string; suggestion?: string } | undefined {
  const [start = '', host = ''] = /^https?:\/\/+(?:[^/?#]*@)?([^/?#@:[\]\\\s]+)(?=[/?#:]|$)/i.exec(text) ?? [];
  const isNumbers = /^(?:0x[\da-f]*|\d+)(?:\.(?:0x[\da-f]*|\d*))*$/i.test(host);
  const read = URL.parse(text)?.hostname;
  // URL parsers also accept other Unicode digits and encoded digits in an address.
  if (!(isNumbers || isIPv4(read ?? '')) || read === host || `${read}.` === host) return undefined;
  const plain = host.split('.').map(Number);
  const isMeant = /^\d+(?:\.\d+){3}$/.test(host) && plain.every((part) => part <= 255);
  const message = `must have four numbers from 0 to 255 without leading zeros for an address: ${host} ${
    read === undefined ? 'is none' : `would be read as ${read}`
  }`;
  const scheme = start.slice(0, start.length - host.length);
  return isMeant && !scheme.includes('@')
    ? { message, suggestion: `${scheme}${plain.join('.')}${text.slice(start.length)}` }
    : { message };
}

function schemeFault(text: string): { message: string; suggestion?: string } {
  const message = 'must start with http:// or https://';
  const host = text.replace(/^[a-z]*:?\/+/i, '');
  const plain = /^[\w.-]+(:\d{1,5})?(\/[\w./-]*)?$/.test(host) && URL.canParse(`https://${host}`);
  return plain ? { message, suggestion: `https://${host}` } : { message };
}

/** Returns the URL without a path ending that the driver adds itself. A removed ending causes a warning. */
export function withoutAddedPath(report: Report, entry: Entry, url: URL, addedPaths: readonly string[]): URL {
  const path = url.pathname.replace(/\/+$/, '');
  const added = addedPaths.find((end) => path.toLowerCase().endsWith(end));
  if (added === undefined) return url;
  report.warn(entry.value, `url: ${added} is cut off, because the exporter adds the path itself`);
  const base = new URL(url);
  base.pathname = path.slice(0, -added.length);
  return base;
}

/** Reports whether the host of the URL is this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname) || /(^|\.)localhost$/.test(hostname);
}
