import { describe, expect, test } from 'vitest';
import { isSuspending } from '../../src/polling/login-guard/login-rules.ts';
import { translateError } from '../../src/transport/translate.ts';

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error('planted'), { code }, more);

describe('the phase names the failure, whatever its code', () => {
  test.each([
    ['resolving', 'EWHATEVER', 'dns: the host name cannot be resolved (EWHATEVER)'],
    ['resolving', 'ETIMEOUT', 'dns: the name server did not answer in time'],
    ['connecting', 'EHOSTUNREACH', 'connect: the connection failed (EHOSTUNREACH)'],
    ['handshake', 'UNSPECIFIED', 'tls: the TLS handshake failed (UNSPECIFIED)'],
    ['handshake', 'CERT_HAS_EXPIRED', 'tls: the certificate has expired (CERT_HAS_EXPIRED)'],
    ['reading', 'ECONNRESET', 'protocol: the answer was cut off before its end'],
    ['asking', 'EPIPE', 'connect: the connection was closed without an answer (ECONNRESET)'],
  ] as const)('%s, %s', (phase, code, expected) => {
    const { reason, message } = translateError(withCode(code), { phase });
    expect(`${reason}: ${message}`).toBe(expected);
  });
});

test('https to the port of AMI names the port to use, and holds back no login', () => {
  const error = withCode('ERR_SSL_WRONG_VERSION_NUMBER', { reason: 'wrong version number' });
  const failure = translateError(error, { phase: 'handshake', port: '5038', webPorts: '8088 (http) or 8089 (https)' });
  expect(failure).toMatchObject({
    reason: 'config',
    message:
      'this is the port of the manager interface of Asterisk (AMI), not of a web server: use port 8088 (http) or 8089 (https)',
  });
  expect(isSuspending(failure)).toBe(false);
});

describe('https:// on a port without TLS', () => {
  test.each([
    [undefined, ''],
    ['8088 (http) or 8089 (https)', ': 8088 (http) or 8089 (https)'],
  ])('asks for the right port where the family has %s', (webPorts, tail) => {
    const error = withCode('EPROTO', { reason: 'wrong version number' });
    const failure = translateError(error, {
      phase: 'handshake',
      port: '8088',
      ...(webPorts === undefined ? {} : { webPorts }),
    });
    expect(`${failure.reason}: ${failure.message}`).toBe(
      `tls: this port does not use TLS (wrong version number): use http:// in the url, or the port for https${tail}`,
    );
  });
});

test('an expired certificate is told with its end', () => {
  const certificateEnd = Date.UTC(2025, 2, 1, 12, 30) / 1000;
  const { message } = translateError(withCode('CERT_HAS_EXPIRED'), { phase: 'handshake', certificateEnd });
  expect(message).toBe(
    'the certificate has expired (CERT_HAS_EXPIRED): it was valid until 2025-03-01 12:30 UTC, renew it on the PBX',
  );
});

test('a connection that is closed asks for https where the url begins with http:// and nothing was ever answered', () => {
  const { message } = translateError(withCode('ECONNRESET'), { phase: 'asking', isFirstPlain: true });
  expect(message).toBe(
    'the connection was closed without an answer (ECONNRESET): the url begins with http://, does the PBX expect https:// here?',
  );
});

describe('a certificate for another host name', () => {
  test.each([
    ['DNS:pbx.local, IP Address:192.0.2.7', 'it is valid for pbx.local, 192.0.2.7: '],
    ['DNS:a, DNS:b, DNS:c, DNS:d, DNS:e, DNS:f', 'it is valid for a, b, c, d, e: '],
    ['DNS:"bad\u001b[31m, DNS:*.example.org', 'it is valid for *.example.org: '],
  ])('%s', (subjectaltname, names) => {
    const error = withCode('ERR_TLS_CERT_ALTNAME_INVALID', { cert: { subjectaltname } });
    expect(translateError(error, { phase: 'handshake' }).message).toBe(
      `the certificate is for another host name (ERR_TLS_CERT_ALTNAME_INVALID), ${names}put it into tls.ca_file, or set tls.server_name`,
    );
  });

  test('whose names are not known', () => {
    const error = withCode('ERR_TLS_CERT_ALTNAME_INVALID', { cert: 'none' });
    expect(translateError(error, { phase: 'handshake' }).message).toMatch(/^the certificate is for another host name/);
  });
});
