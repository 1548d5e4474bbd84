import { expect, test } from 'vitest';
import { type ReloadContext, reloadCommand } from '../../src/commands/status-pages.ts';

const inFront: ReloadContext = {
  processId: 4711,
  platform: 'linux',
  controlGroups: '0::/user.slice/user-1000.slice/session-2.scope\n',
  isService: false,
  port: 10_560,
  web: { tls: false, login: false },
};
const service = '0::/system.slice/pbx-exporter.service\n';
const container = { ...inFront, processId: 1, controlGroups: '0::/\n' };

test.each<[string, ReloadContext, string]>([
  ['in a terminal', inFront, 'kill -HUP 4711'],
  [
    'as a service',
    { ...inFront, isService: true, controlGroups: service },
    'sudo systemctl reload pbx-exporter.service',
  ],
  [
    'as one of several services',
    { ...inFront, isService: true, controlGroups: '0::/system.slice/system-pbx.slice/pbx-exporter@2.service' },
    'sudo systemctl reload pbx-exporter@2.service',
  ],
  [
    'in a service that hears no messages, such as a terminal of the desktop',
    { ...inFront, controlGroups: service },
    'kill -HUP 4711',
  ],
  ['where no service is named', { ...inFront, isService: true, controlGroups: undefined }, 'kill -HUP 4711'],
  ['in a container', container, 'curl --request POST http://localhost:10560/-/reload'],
  [
    'in a container, protected',
    { ...container, web: { tls: true, login: true } },
    'curl --request POST --insecure --user NAME https://localhost:10560/-/reload',
  ],
  ['on Windows', { ...inFront, platform: 'win32' }, 'curl --request POST http://localhost:10560/-/reload'],
])('%s', (_where, context, command) => {
  expect(reloadCommand(context)).toBe(command);
});
