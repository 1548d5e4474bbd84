import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority, makeCertificate } from '../../../src/simulator/kit/made-certificates.ts';

const notBefore = Date.UTC(2026, 10, 1, 12, 0, 0);

test.each([
  ['within the times that X.509 writes with two digits', Date.UTC(2026, 11, 7, 9, 5, 3)],
  ['after them', Date.UTC(2061, 1, 3, 4, 5, 6)],
])('a certificate for loopback is signed by itself and ends when it should: %s', (_, notAfter) => {
  const { certificate, key } = makeCertificate({ name: 'pbx.example.org', notBefore, notAfter });
  const read = new X509Certificate(certificate);
  expect(read.validFromDate.getTime()).toBe(notBefore);
  expect(read.validToDate.getTime()).toBe(notAfter);
  expect(read.subject).toBe('CN=pbx.example.org');
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkIssued(read)).toBe(true);
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});

test('each has a key and a number of its own', () => {
  const [one, other] = [1, 2].map(() => makeCertificate({ name: 'pbx', notBefore, notAfter: notBefore + 1000 }));
  expect(one?.key).not.toBe(other?.key);
  expect(new X509Certificate(one?.certificate ?? '').serialNumber).not.toBe(
    new X509Certificate(other?.certificate ?? '').serialNumber,
  );
});

test('an authority signs certificates for others, with a host name or the address', () => {
  const times = { notBefore, notAfter: notBefore + 1000 };
  const authority = makeAuthority({ name: 'Simulated authority', ...times });
  const signer = new X509Certificate(authority.certificate);
  expect(signer.ca).toBe(true);
  const named = new X509Certificate(
    makeCertificate({ name: 'a', host: 'a.example.org', ...times }, authority).certificate,
  );
  expect([named.ca, named.verify(signer.publicKey), named.checkIssued(signer)]).toEqual([false, true, true]);
  expect([named.checkHost('a.example.org'), named.checkIP('127.0.0.1')]).toEqual(['a.example.org', undefined]);
  expect(named.issuer).toBe('CN=Simulated authority');
});
