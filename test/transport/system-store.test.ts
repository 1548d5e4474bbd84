import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeCertificates } from '../support/certificates.ts';

const program = `
  import { createHttpTransport } from ${JSON.stringify(new URL('../../src/transport/http.ts', import.meta.url).href)};
  import { retry } from ${JSON.stringify(new URL('../../src/commands/retry.ts', import.meta.url).href)};
  const transport = createHttpTransport({
    baseUrl: new URL(process.argv[1]), allowed: [{ call: 'read', method: 'GET', path: '/', serves: 'session' }],
    tls: { insecureSkipVerify: false }, headers: {}, userAgent: 'test', idleConnectionMs: 0, maximumConnections: 1,
  });
  const answer = transport.send({ call: 'read', path: '/' }, new AbortController().signal);
  console.log(await answer.then(({ body }) => body, ({ reason }) => reason));
  const error = (text) => console.log(/not trusted/.test(text) ? 'not trusted' : text);
  await retry({ name: 'hq', exporterUrl: process.argv[1] }, { out: (text) => console.log(text), error });
`;

test.skipIf(process.platform === 'darwin' || process.platform === 'win32')(
  "a certificate of the machine's own store is trusted, beside those of Node.js: of a PBX, and of the exporter by retry",
  async () => {
    const { authority, server: identity } = await makeCertificates();
    const folder = mkdtempSync(join(tmpdir(), 'pbx-exporter-'));
    const server = createServer(identity, (_request, response) => response.end('fine'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (store: string): Promise<string> => {
      const parameters = ['--input-type=module', '--eval', program, url];
      const env = { ...process.env, SSL_CERT_FILE: store, SSL_CERT_DIR: join(folder, 'none') };
      const { stdout } = await promisify(execFile)(process.execPath, parameters, { env });
      return stdout.trim();
    };
    try {
      const file = join(folder, 'store.pem');
      writeFileSync(file, authority);
      expect(await Promise.all([ask(file), ask(join(folder, 'missing.pem'))])).toEqual([
        'fine\nfine',
        'tls\nnot trusted',
      ]);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  },
);
