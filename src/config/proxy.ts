import { z } from 'zod';
import type { ProxyConfig } from './config.ts';
import { Secret } from './secret.ts';
import { addressFault, urlFacts } from './url.ts';
import { text, valueFacts } from './values.ts';

/** The proxy of a target. Messages never repeat the URL: it may hold a password. */
export const proxyUrl = text()
  .transform((written, context): ProxyConfig => {
    const fault = proxyFault(written);
    if (fault === undefined) return proxyOf(written);
    context.addIssue({ code: 'custom', message: `{key} ${fault}` });
    return z.NEVER;
  })
  .register(valueFacts, urlFacts);

function proxyOf(written: string): ProxyConfig {
  const url = new URL(written);
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
