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
