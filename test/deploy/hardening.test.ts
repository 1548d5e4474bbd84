import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runtimeEnvironment, runtimeFlags } from '../../bench/runtime-flags.ts';

const text = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test.each(['exporter', 'demo'])(
  'compose runs %s without rights, on a read-only file system, without core dumps',
  (name) => {
    const compose: unknown = parse(text('deploy/compose.yaml'), { merge: true });
    const { services } = z.object({ services: z.record(z.string(), z.unknown()) }).parse(compose);
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      ulimits: { core: 0 },
    });
  },
);

test('Kubernetes runs it without rights, on a read-only file system', () => {
  const pod = z.object({ spec: z.object({ template: z.object({ spec: z.unknown() }) }) });
  const { spec } = pod.parse(parse(text('deploy/kubernetes/stateful-set.yaml')));
  expect(spec.template.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  });
});

test('systemd runs it without rights, on a read-only file system, without core dumps', () => {
  const lines = text('deploy/systemd/pbx-exporter.service').split('\n');
  const wanted = [
    'User=pbx-exporter',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'ProtectSystem=strict',
    'LimitCORE=0',
    // Without this address family, the service manager could not be notified that the program is ready.
    'Type=notify',
    'NotifyAccess=all',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  ];
  expect(wanted.filter((line) => !lines.includes(line))).toEqual([]);
});

test.each(['Dockerfile', 'deploy/systemd/pbx-exporter.service'])(
  '%s: no signal opens the debugger of Node.js',
  (file) => {
    const starts = text(file)
      .split('\n')
      .filter((line) => /^(ENTRYPOINT|ExecStart=).*main\.js/.test(line));
    expect(starts).toHaveLength(1);
    expect(starts[0]).toContain('--disable-sigusr1');
  },
);

test.each<[string, (name: string, value: string) => string]>([
  ['Dockerfile', (name, value) => `ENV ${name}=${value}`],
  ['deploy/systemd/pbx-exporter.service', (name, value) => `Environment=${name}=${value}`],
  ['deploy/package/build', (name, value) => `export ${name}="\\\${${name}:-${value}}"`],
])('%s: Node.js is started as the bench starts it', (file, setting) => {
  const lines = text(file).split('\n');
  const start = lines.find((line) => /^(ENTRYPOINT|ExecStart=|exec ).*main\.js/.test(line));
  expect(start?.split(/[\s",[\]]+/)).toEqual(expect.arrayContaining([...runtimeFlags]));
  const settings = Object.entries(runtimeEnvironment).map(([name, value]) => setting(name, value));
  expect(lines).toEqual(expect.arrayContaining(settings));
});

test('the image ends as an ordinary user, starts without a shell and has no package manager', () => {
  const lines = text('Dockerfile').split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  expect(last).toContain('USER node');
  const commands = last.filter((line) => /^(ENTRYPOINT|CMD|\s+CMD) /.test(line));
  expect(commands.length).toBe(3);
  expect(commands.filter((line) => !/^\s*\w+ \["/.test(line))).toEqual([]);
  expect(last.join('\n')).toContain('rm -rf /usr/local/lib/node_modules /usr/local/bin/npm');
});

test.each([
  ['deploy/systemd/pbx-exporter.service', /^ExecStart=.* --state\.file \/var\/lib\/pbx-exporter\/state\.json$/m],
  ['deploy/systemd/pbx-exporter.service', /^StateDirectory=pbx-exporter$/m],
  ['deploy/kubernetes/stateful-set.yaml', /- --state\.file=\/var\/lib\/pbx-exporter\/state\.json$/m],
  ['deploy/kubernetes/stateful-set.yaml', /name: state, mountPath: \/var\/lib\/pbx-exporter /],
  ['deploy/compose.yaml', /--state\.file, \/var\/lib\/pbx-exporter\/state\.json\]/],
  ['Dockerfile', /install -d -o node -g node -m 0700 \/var\/lib\/pbx-exporter/],
])('%s keeps refused logins over restarts: %s', (file, line) => {
  expect(text(file)).toMatch(line);
});
