import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'bcrypt';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { readConfigFile } from '../../src/commands/read-config.ts';
import { type RunningExporter, serve } from '../../src/commands/serve.ts';
import { silentLog } from '../../src/log.ts';
import { createWebConfigFile } from '../../src/server/web-config/file.ts';
import { startPbx } from '../support/exporter-bench.ts';
import { makeCertificates } from '../support/certificates.ts';
import { eventually } from './eventually.ts';
import { startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances } from './testbed.ts';

const password = 'scrape me gently';

describe.skipIf(inject('unavailable').prometheus !== '')('an exporter with --web.config.file', () => {
  test('is found by /sd and probed by Prometheus, over TLS with a client certificate and a password', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'end-to-end-protected-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const pbxs = await Promise.all(['hq', 'branch'].map(async (name) => (await startPbx(systemClock)).target(name)));
    await writeFile(join(folder, 'exporter.yml'), `scrape: { interval: 1m }\ntargets:\n${pbxs.join('')}`);
    await writeProtection(folder);
    const exporter = await serveProtected(folder);
    onTestFinished(() => exporter.stop());
    const address = `127.0.0.1:${exporter.port}`;
    await writeFile(join(folder, 'prometheus.yml'), prometheusFile(folder, address));
    const ports = { prometheus: await freePort(), alertmanager: await freePort() };
    const prometheus = await startPrometheusIn(folder, ports, instances.prometheus);
    onTestFinished(() => prometheus.close());
    await eventually('both PBXs are up', async () => {
      const up = await prometheus.values('pbx_up', 'pbx');
      return up['hq'] === 1 && up['branch'] === 1;
    });
    expect(await prometheus.values('up', 'instance')).toEqual({ hq: 1, branch: 1 });
  });
});

async function serveProtected(folder: string): Promise<RunningExporter> {
  const configuration = readConfigFile(join(folder, 'exporter.yml'));
  const file = createWebConfigFile(join(folder, 'web.yml'));
  const web = file.read();
  if (!configuration.ok) throw new Error(configuration.problems);
  if (!web.ok) throw new Error(web.problems);
  const address = { host: '127.0.0.1', port: 0 };
  return serve({ config: configuration.config, web: { file, config: web.config }, address, log: silentLog });
}

async function writeProtection(folder: string): Promise<void> {
  const certificates = await makeCertificates();
  const files = {
    'ca.pem': certificates.authority,
    'server.crt': certificates.server.cert,
    'server.key': certificates.server.key,
    'client.crt': certificates.client.cert,
    'client.key': certificates.client.key,
    password,
    'web.yml': `tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  min_version: TLS13
basic_auth_users:
  prometheus: ${await hash(password, 10)}
`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function prometheusFile(folder: string, address: string): string {
  const access = `tls_config: { ca_file: ${folder}/ca.pem, cert_file: ${folder}/client.crt, key_file: ${folder}/client.key }
    basic_auth: { username: prometheus, password_file: ${folder}/password }`;
  return `global: { scrape_interval: 5s, scrape_timeout: 5s }
scrape_configs:
  - job_name: pbx
    ${access}
    http_sd_configs:
      - url: https://${address}/sd
        refresh_interval: 1s
        ${access.replace('\n    ', '\n        ')}
`;
}
