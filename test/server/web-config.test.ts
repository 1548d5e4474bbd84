import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWebConfigFile, type WebConfigReading } from '../../src/server/web-config/file.ts';
import { loadWebConfig } from '../../src/server/web-config/load.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';

const hash = `$2y$10$${'a'.repeat(53)}`;
const secretHash = `$2y$10$${'SECRETHASH'.padEnd(53, 'x')}`;

let folder: string;
let certificates: Certificates;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-config-'));
  certificates = await makeCertificates();
  writeFileSync(join(folder, 'server.crt'), certificates.server.cert);
  writeFileSync(join(folder, 'server.key'), certificates.server.key);
  writeFileSync(join(folder, 'other.key'), certificates.client.key);
  writeFileSync(join(folder, 'ca.pem'), certificates.authority);
  writeFileSync(join(folder, 'notes.txt'), 'no certificate');
  return () => rmSync(folder, { recursive: true });
});

function load(text: string): WebConfigReading {
  writeFileSync(join(folder, 'web.yml'), text);
  return createWebConfigFile(join(folder, 'web.yml')).read();
}

/** Reads a file that must be valid. */
function good(text: string): WebConfigReading & { readonly ok: true } {
  const reading = load(text);
  if (!reading.ok) throw new Error(reading.problems);
  return reading;
}

/** Returns the problems without the folder and the excerpts, one per line. */
function problemsOf(reading: WebConfigReading): string[] {
  const text = reading.ok ? reading.warnings : reading.problems;
  return text
    .replaceAll(`${folder}/`, '')
    .split('\n')
    .filter((line) => /^\S/.test(line));
}

const tls = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';

describe('a web configuration', () => {
  test('as the documentation shows it is good', () => {
    const page = readFileSync(new URL('../../docs/web-configuration.md', import.meta.url), 'utf8');
    const example = /```yaml\n(tls_server_config:[^`]*)```/.exec(page)?.[1] ?? 'no example';
    const { config, warnings } = good(example.replace('clients-ca.pem', 'ca.pem'));
    expect(warnings).toBe('');
    expect([config.tls?.clientAuth, config.users.size]).toEqual(['RequireAndVerifyClientCert', 1]);
  });

  test('with nothing but headers is plain HTTP for everybody', () => {
    expect(good('http_server_config: { headers: { X-Frame-Options: deny } }\n').config).toEqual({
      headers: { 'X-Frame-Options': 'deny' },
      users: new Map(),
    });
  });

  const cutOff = ['http_server_config:\n', 'http_server_config: {}\n', 'http_server_config:\n  headers:\n'];
  test.each(['', '\n', '# only a comment\n', '{}\n', '---\n', ...cutOff])(
    'that is empty (%j) is refused: half-written, it would open the exporter to everybody',
    (text) => {
      expect(problemsOf(load(text))).toEqual([
        'web.yml:1:1: the file is empty, so nothing would be protected: add TLS or users, or start without --web.config.file',
      ]);
    },
  );

  test.each(['basic_auth_users:\n', 'basic_auth_users: {}\n'])(
    'with an empty list of users (%j) is refused',
    (text) => {
      expect(problemsOf(load(text))).toEqual([
        'web.yml:1:1: basic_auth_users is empty, which would open the exporter to everybody: remove the key if that is intended',
      ]);
    },
  );

  test('with everything that is supported', () => {
    const reading = good(`${tls}  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP384]
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
    X-XSS-Protection: 0
    Content-Security-Policy: ''
basic_auth_users:
  prometheus: ${hash}
  'anna.o''neil@example.org': ${hash}
`);
    expect(reading.warnings).toBe('');
    expect(reading.config.tls).toMatchObject({
      cert: certificates.server.cert,
      clientAuth: 'RequireAndVerifyClientCert',
      clientAuthorities: certificates.authority,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256',
      curves: 'X25519:P-384',
      prefersOwnCiphers: false,
    });
    expect(reading.config.headers).toEqual({
      'Strict-Transport-Security': 'max-age=31536000',
      'X-Frame-Options': 'deny',
      'X-XSS-Protection': '0',
    });
    expect([...reading.config.users.keys()]).toEqual(['prometheus', "anna.o'neil@example.org"]);
    expect(JSON.stringify([...reading.config.users])).not.toContain(hash);
  });

  test('may hold certificate and key itself', () => {
    const indented = (pem: string): string => pem.trim().replaceAll(/^/gm, '    ');
    const { cert, key } = certificates.server;
    const reading = load(`tls_server_config:\n  cert: |\n${indented(cert)}\n  key: |\n${indented(key)}\n`);
    expect(problemsOf(reading)).toEqual([]);
  });

  test.each([
    ['NoClientCert', ''],
    ['""', ''],
    ['VerifyClientCertIfGiven', '  client_ca_file: ca.pem\n'],
    ['RequireAndVerifyClientCert', '  client_ca_file: ca.pem\n'],
  ])('takes client_auth_type %s', (type, more) => {
    expect(problemsOf(load(`${tls}  client_auth_type: ${type}\n${more}`))).toEqual([]);
  });

  test.each(['RequestClientCert', 'RequireAnyClientCert', 'RequireClientCert'])(
    'takes client_auth_type %s and warns that it protects nothing',
    (type) => {
      const reading = load(`${tls}  client_auth_type: ${type}\n`);
      expect(reading.ok).toBe(true);
      expect(problemsOf(reading)).toEqual([expect.stringContaining('web.yml:4:3: warning: ')]);
    },
  );

  test('may ask for HTTP/2, with a warning', () => {
    const reading = load('http_server_config: { http2: true }\n');
    expect(reading.ok).toBe(true);
    expect(problemsOf(reading)).toEqual([
      'web.yml:1:30: warning: http2: this server supports only HTTP/1.1, which every client supports too',
    ]);
  });

  test('warns of a hash that takes seconds', () => {
    const reading = load(`basic_auth_users:\n  admin: ${hash.replace('$10$', '$16$')}\n`);
    expect(problemsOf(reading)).toEqual([expect.stringContaining('web.yml:2:10: warning: a cost of 16 ')]);
  });

  test.each([
    [
      'an unknown key',
      'tls_server_confg: {}\n',
      ['web.yml:1:1: unknown key "tls_server_confg" in the file; did you mean "tls_server_config"?'],
    ],
    [
      'a key of the format that is not supported',
      'rate_limit: { burst: 20 }\n',
      ['web.yml:1:1: rate_limit is not supported: the number of concurrent requests is limited anyway'],
    ],
    [
      'client_allowed_sans',
      `${tls}  client_allowed_sans: [a]\n`,
      ['web.yml:4:3: client_allowed_sans is not supported: use a separate authority to sign the client certificates'],
    ],
    [
      'an unknown header',
      'http_server_config:\n  headers: { X-Powered-By: me }\n',
      ['web.yml:2:14: unknown key "X-Powered-By" in headers'],
    ],
    [
      'a bad header',
      'http_server_config:\n  headers: { X-Frame-Options: allow }\n',
      ['web.yml:2:31: X-Frame-Options must be deny or sameorigin'],
    ],
    ['no key', 'tls_server_config:\n  cert_file: server.crt\n', ['web.yml:1:1: tls_server_config needs key_file']],
    [
      'no certificate',
      'tls_server_config: {}\n',
      ['web.yml:1:1: tls_server_config needs cert_file', 'web.yml:1:1: tls_server_config needs key_file'],
    ],
    [
      'a missing file',
      'tls_server_config: { cert_file: nowhere.crt, key_file: server.key }\n',
      ['web.yml:1:33: cert_file: the file nowhere.crt does not exist'],
    ],
    [
      'a file that is no certificate',
      'tls_server_config: { cert_file: notes.txt, key_file: server.key }\n',
      ['web.yml:1:33: cert_file: the file notes.txt contains no PEM text'],
    ],
    [
      'a key of another certificate',
      'tls_server_config: { cert_file: server.crt, key_file: other.key }\n',
      ['web.yml:1:1: tls_server_config: the key does not belong to the certificate'],
    ],
    ['both forms', `${tls}  cert: x\n`, ['web.yml:4:3: cert cannot be combined with cert_file: set one or the other']],
    [
      'old versions',
      `${tls}  min_version: TLS10\n`,
      ['web.yml:4:16: min_version must be one of TLS12, TLS13; did you mean "TLS12"?'],
    ],
    [
      'versions the wrong way round',
      `${tls}  min_version: TLS13\n  max_version: TLS12\n`,
      ['web.yml:5:16: max_version is lower than min_version'],
    ],
    [
      'an unknown suite',
      `${tls}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n`,
      [expect.stringContaining('web.yml:4:19: cipher_suites has an unsupported entry; supported: TLS_ECDHE_')],
    ],
    [
      'an unknown curve',
      `${tls}  curve_preferences: [CurveP265]\n`,
      [
        'web.yml:4:23: curve_preferences has an unsupported entry; supported: CurveP256, CurveP384, CurveP521, X25519; did you mean "CurveP256"?',
      ],
    ],
    [
      'a wrong word for clients',
      `${tls}  client_auth_type: RequireAndVerifyClientCerts\n`,
      [expect.stringContaining('did you mean "RequireAndVerifyClientCert"?')],
    ],
    [
      'verification without an authority',
      `${tls}  client_auth_type: RequireAndVerifyClientCert\n`,
      ['web.yml:4:3: RequireAndVerifyClientCert needs client_ca_file to verify client certificates'],
    ],
    [
      'an authority without verification',
      `${tls}  client_ca_file: ca.pem\n`,
      ['web.yml:1:1: client_ca_file has no effect without client_auth_type: RequireAndVerifyClientCert'],
    ],
    [
      'a password instead of a hash',
      'basic_auth_users:\n  admin: hunter2\n',
      [expect.stringContaining('web.yml:2:10: this is not a bcrypt hash')],
    ],
    [
      'several problems at once',
      `${tls}  min_version: 1\nbasic_auth_users: { a: b }\nrate_limit: {}\n`,
      [expect.stringContaining(':4:16: '), expect.stringContaining(':5:24: '), expect.stringContaining(':6:1: ')],
    ],
    ['broken YAML', 'basic_auth_users: [\n', [expect.stringMatching(/^web\.yml:\d+:\d+: /)]],
  ])('refuses %s, with its place', (_what, text, problems) => {
    const reading = load(text);
    expect(reading.ok).toBe(false);
    expect(problemsOf(reading)).toEqual(problems);
  });

  test('refuses a file that is not there', () => {
    const reading = createWebConfigFile(join(folder, 'missing.yml')).read();
    expect(problemsOf(reading)).toEqual(['--web.config.file: the file missing.yml does not exist']);
  });

  test.each([
    `basic_auth_users:\n  admin: ${secretHash}\n  http2: ${secretHash}x\nbogus: 1\n`,
    `basic_auth_users: { http2: ${secretHash} } }\n`,
    `tls_server_config:\n  key: SECRETHASH\n  cert_file: server.crt\n`,
    `basic_auth_users:\n  min_version: SECRETHASH\n  "a:b": SECRETHASH\n`,
  ])('never shows a hash or key in its problems: %#', (text) => {
    const reading = load(text);
    expect(reading.ok).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('SECRETHASH');
  });

  test('of any text is read without an exception', () => {
    const word = fc.constantFrom(
      'tls_server_config',
      'headers',
      'key',
      'basic_auth_users',
      ': ',
      '\n',
      '  ',
      '- ',
      '*a',
      '&a',
      '[',
      '{',
      '|',
      hash,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 30 }), (parts) => {
        const readFile = (): string => {
          throw new Error('no such file');
        };
        expect(typeof loadWebConfig(parts.join(''), { fileName: '/etc/web.yml', readFile }).ok).toBe('boolean');
      }),
    );
  });
});

describe('changes of the file', () => {
  test('are seen in the file itself and in those that it names', async () => {
    writeFileSync(join(folder, 'changing.crt'), certificates.server.cert);
    const file = createWebConfigFile(join(folder, 'watched.yml'));
    writeFileSync(join(folder, 'watched.yml'), tls.replace('server.crt', 'changing.crt'));
    const read = (): WebConfigReading => {
      const reading = file.read();
      file.commit();
      return reading;
    };
    read();
    expect(await file.difference()).toBe('');
    writeFileSync(join(folder, 'changing.crt'), `${certificates.server.cert}\n`);
    expect(await file.difference()).not.toBe('');
    file.read();
    // Read, but not committed.
    expect(await file.difference()).not.toBe('');
    read();
    expect(await file.difference()).toBe('');
    rmSync(join(folder, 'changing.crt'));
    expect(await file.difference()).not.toBe('');
    expect(read().ok).toBe(false);
    expect(await file.difference()).toBe('');
  });

  test('that need a restart are refused', () => {
    const plain = good('http_server_config: { http2: false }\n');
    const secured = good(tls);
    writeFileSync(join(folder, 'web.yml'), tls);
    const file = createWebConfigFile(join(folder, 'web.yml'));
    expect(problemsOf(file.read(plain.config))).toEqual([
      'web.yml: TLS cannot be switched on or off while the exporter runs: restart it',
    ]);
    expect(file.read(secured.config).ok).toBe(true);
    writeFileSync(join(folder, 'web.yml'), `${tls}  client_auth_type: RequestClientCert\n`);
    expect(problemsOf(file.read(secured.config))[0]).toContain('client_auth_type cannot be changed');
    const protectedByLogin = good(`${tls}basic_auth_users: { anna: ${hash} }\n`);
    writeFileSync(join(folder, 'web.yml'), tls);
    expect(problemsOf(file.read(protectedByLogin.config))).toEqual([
      'web.yml: the last user was removed, which would open the exporter to everybody: restart it if that is intended',
    ]);
  });
});
