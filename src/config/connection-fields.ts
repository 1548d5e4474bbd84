import { z } from 'zod';
import { tlsVersions } from './config.ts';
import { key } from './key-facts.ts';
import { proxyUrl } from './proxy.ts';
import { choice, flag, level, literal, text } from './values.ts';

/** The way to a PBX. */
export const proxyKey = key(proxyUrl, {
  fallback: 'none; `HTTP_PROXY` and the like are not looked at',
  example: 'http://proxy.example.org:3128',
  about:
    'Proxy through which this PBX is reached; may hold an account (`http://user:password@...`), which is shown nowhere. https:// goes through it with CONNECT. The name of the PBX is then resolved by the proxy.',
});

/** Keys under `tls:`. */
export const tlsSchema = z.strictObject({
  ca_file: key(text('path of a PEM file'), {
    fallback: "the authorities that come with Node.js and those of the machine's own store",
    example: '/etc/pbx/ca.pem',
    about:
      "Certificates to trust: the PBX's own authority, or its self-signed certificate. The very certificate of the PBX in this file is pinned: its name does not matter.",
  }),
  server_name: key(literal('host name'), {
    fallback: 'the host of `url`',
    example: 'pbx.local',
    about:
      'The name that the certificate bears, where the URL has another or an address. Not needed for a pinned certificate.',
  }),
  insecure_skip_verify: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Accept every certificate: anyone on the way can then read the login.',
  }),
  min_version: key(choice(tlsVersions), {
    fallback: 'TLS12',
    example: 'TLS11',
    about:
      'Lowest version of TLS that is accepted. TLS10 and TLS11, for old firmware, also lower the security level to 0, without which OpenSSL refuses them all the same.',
  }),
  security_level: key(level([0, 1, 2]), {
    fallback: "OpenSSL's own: 2 with Node.js 24, 1 with Node.js 22",
    example: '1',
    about:
      "OpenSSL's security level: 1 accepts RSA and Diffie-Hellman keys of 1024 bits, 0 everything that OpenSSL still knows, as signatures with SHA-1.",
  }),
  legacy_renegotiation: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Accept a PBX that does not know secure renegotiation (RFC 5746, of 2010).',
  }),
});
