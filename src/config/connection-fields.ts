import { z } from 'zod';
import { type ProxyConfig, tlsVersions } from './config.ts';
import { Secret } from './secret.ts';
import { addressFault, urlFacts } from './url.ts';
import { choice, flag, inlineSecret, key, level, literal, text, valueFacts } from './values.ts';

/** The proxy of a target. Messages never repeat the URL, because it may contain a password. */
const proxyUrl = text()
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

/** The key `proxy_url` of a target. */
export const proxyKey = key(proxyUrl, {
  fallback: 'none; `HTTP_PROXY` and similar variables are ignored',
  example: 'http://proxy.example.org:3128',
  about:
    'Proxy to use for this PBX; can contain an account (`http://user:password@...`), which is never shown. https:// uses CONNECT. The proxy resolves the host name of the PBX.',
});

/** Keys under `tls:`. */
export const tlsSchema = z.strictObject({
  ca_file: key(text('path of a PEM file'), {
    fallback: "the authorities included in Node.js and those in the machine's own store",
    example: '/etc/pbx/ca.pem',
    about:
      "Certificates to trust: the PBX's own authority, or its self-signed certificate. If the file contains the certificate of the PBX itself, that certificate is pinned, and its name does not matter.",
  }),
  server_name: key(literal('host name'), {
    fallback: 'the host of `url`',
    example: 'pbx.local',
    about:
      'The name in the certificate, if the URL contains a different name or an address. Not needed for a pinned certificate.',
  }),
  insecure_skip_verify: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Accept every certificate; anyone on the network path can then read the login.',
  }),
  min_version: key(choice(tlsVersions), {
    fallback: 'TLS12',
    example: 'TLS11',
    about:
      'Lowest accepted version of TLS. TLS10 and TLS11, for old firmware, also lower the security level to 0, because OpenSSL refuses them otherwise.',
  }),
  security_level: key(level([0, 1, 2]), {
    fallback: "OpenSSL's own: 2 with Node.js 24, 1 with Node.js 22",
    example: '1',
    about:
      "OpenSSL's security level: 1 accepts RSA and Diffie-Hellman keys of 1024 bits; 0 accepts everything that OpenSSL still supports, such as SHA-1 signatures.",
  }),
  legacy_renegotiation: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Accept a PBX that does not support secure renegotiation (RFC 5746, from 2010).',
  }),
});

/** Keys of an account. */
export const accountKeys = {
  username: key(literal(), {
    fallback: 'none',
    example: 'exporter',
    about: 'The account on the PBX; requires a password.',
  }),
  password: key(inlineSecret(), {
    fallback: 'none',
    example: '"example"',
    about: 'Its password, written into this file.',
  }),
  password_file: key(text('path of a file'), {
    fallback: 'none',
    example: 'secrets/pbx',
    about: 'A file that contains only the password.',
  }),
  password_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HQ_PASSWORD',
    about: 'An environment variable with the password.',
  }),
  token: key(inlineSecret(), {
    fallback: 'none',
    example: '"example"',
    about: 'An API key or static token, instead of username and password.',
  }),
  token_file: key(text('path of a file'), {
    fallback: 'none',
    example: 'secrets/pbx',
    about: 'A file that contains only the token.',
  }),
  token_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HQ_TOKEN',
    about: 'An environment variable with the token.',
  }),
};

/** Keys for the key of hashed names; `fallback` describes what applies if no key is set. */
export const hashKeys = (fallback: string) => ({
  hash_key_file: key(text('path of a file'), {
    fallback,
    example: 'secrets/hash-key',
    about:
      'A file that contains only the key of hashed names, 16 characters or more. Without a key, no names are exported, and `check` reports an error.',
  }),
  hash_key_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HASH_KEY',
    about: 'An environment variable with the key of hashed names.',
  }),
});
