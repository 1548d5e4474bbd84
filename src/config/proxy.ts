import type { ProxyConfig } from './config.ts';
import { readText } from './read.ts';
import type { Report } from './report.ts';
import { Secret } from './secret.ts';
import type { Entry } from './tree.ts';
import { addressFault } from './url.ts';

/** The proxy of a target, or undefined after a report. Messages never repeat the URL: it may hold a password. */
export function readProxy(report: Report, entry: Entry): ProxyConfig | undefined {
  const text = readText(report, entry);
  if (text === undefined) return undefined;
  const fault = proxyFault(text);
  if (fault !== undefined) {
    report.error(entry.value, `proxy_url ${fault}`);
    return undefined;
  }
  const url = new URL(text);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  [url.username, url.password] = ['', ''];
  return username === '' && password === '' ? { url } : { url, account: { username, password: new Secret(password) } };
}

function proxyFault(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return 'must start with http:// or https://';
  const address = addressFault(text);
  if (address !== undefined) return address.message;
  if (!URL.canParse(text) || /[\s\\]/.test(text)) return 'is not a valid URL: check the host and the port';
  const { pathname, search, hash, username, password } = new URL(text);
  if (pathname !== '/' || search !== '' || hash !== '') return 'must end behind the host and the port';
  return isEncoded(username) && isEncoded(password)
    ? undefined
    : 'holds a "%" that begins no encoded character: write it as %25';
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}
