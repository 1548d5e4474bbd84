import { z } from 'zod';
import { tlsVersions } from './config.ts';
import { key } from './key-facts.ts';
import { proxyUrl } from './proxy.ts';
import { choice, flag, level, literal, text } from './values.ts';

/** The way to a PBX. */
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
