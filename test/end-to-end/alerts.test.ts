import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { setExtension, setTrunk } from '../../src/simulator/kit/world.ts';
import { type AlertingLab, startAlertingLab } from './alerting-lab.ts';
import { eventually, patience } from './eventually.ts';
import { describe as describeResult, projectFolder, testbed } from './testbed.ts';
import type { Message } from './webhook-receiver.ts';

const missing = inject('unavailable').prometheus;
describe.skipIf(missing !== '')('the files of deploy/', () => {
  test.each([
    'test rules deploy/prometheus/alerts.test.yml',
    'check rules --lint=all --lint-fatal deploy/prometheus/rules/alerts.yml',
    'check rules --lint=all --lint-fatal deploy/prometheus/rules/recording.yml',
    'check config --lint=all --lint-fatal deploy/prometheus/prometheus.yml',
    'check config --lint=all --lint-fatal deploy/prometheus/prometheus-probe.yml',
  ])('promtool %s', async (commandLine) => {
    const result = await testbed('prometheus', ['promtool', ...commandLine.split(' ')]);
    expect(describeResult(result)).toMatch(/^exit code 0\n/);
  });

  test('amtool accepts alertmanager.yml', async () => {
    const file = join(projectFolder, 'deploy/alertmanager/alertmanager.yml');
    const result = await testbed('prometheus', ['amtool', 'check-config', file]);
    expect(describeResult(result)).toMatch(/^exit code 0\n/);
  });
});

describe.skipIf(missing !== '')('from a lost trunk to a message', () => {
  let lab: AlertingLab;

  beforeAll(async () => {
    lab = await startAlertingLab();
    await eventually('every PBX is up', async () => {
      const up = await lab.prometheus.values('pbx_up', 'pbx');
      return Object.keys(lab.pbxs).every((name) => up[name] === 1);
    });
  });

  afterAll(() => lab.close());

  test('a trunk is switched off: the message says which, where, and what to do', async () => {
    setTrunk(pbx('hq').world, 'northline', { state: 'rejected' });
    const message = await lab.receiver.next(about('PbxTrunkNotRegistered', 'hq', 'firing'), patience);
    expect(message.receiver).toBe('on-call');
    expect(message.groupLabels).toEqual({ alertname: 'PbxTrunkNotRegistered', pbx: 'hq' });
    expect(message.alerts.map(({ labels }) => labels)).toEqual([
      {
        alertname: 'PbxTrunkNotRegistered',
        severity: 'critical',
        pbx: 'hq',
        family: 'asterisk',
        site: 'berlin',
        trunk: 'northline',
      },
    ]);
    const { summary = '', description = '', runbook_url: runbook } = message.alerts[0]?.annotations ?? {};
    expect(summary).toBe('Trunk northline of PBX hq is not registered');
    expect(description).toContain('The PBX says: Rejected. Provider: northline.example.net.');
    expect(description).toContain('Check the Internet line of the PBX');
    expect(runbook).toBe('docs/runbooks/pbx-trunk-not-registered.md');
  });

  test('it is switched on: the resolved message arrives', async () => {
    setTrunk(pbx('hq').world, 'northline', { state: 'registered' });
    const message = await lab.receiver.next(about('PbxTrunkNotRegistered', 'hq', 'resolved'), patience);
    expect(message.alerts.map(({ labels }) => labels['trunk'])).toEqual(['northline']);
  });

  test('an address-based trunk does not answer: an alert of its own', async () => {
    setTrunk(pbx('hq').world, 'bluewire', { state: 'unreachable' });
    const message = await lab.receiver.next(about('PbxTrunkOutOfService', 'hq', 'firing'), patience);
    expect(message.alerts[0]?.annotations['summary']).toBe('Trunk bluewire of PBX hq is out of service');
    setTrunk(pbx('hq').world, 'bluewire', { state: 'reachable', roundtripMicroseconds: 20_000 });
    await lab.receiver.next(about('PbxTrunkOutOfService', 'hq', 'resolved'), patience);
  });

  test('a trunk is disabled by the administrator: no alert of it, although it is not in service', async () => {
    const disabled = pbx('yeastar-s');
    setTrunk(disabled.world, 'northline', { state: 'disabled' });
    await eventually('Prometheus knows that it is disabled', async () => {
      const count = await lab.prometheus.value('pbx_trunks{pbx="yeastar-s",state="disabled"}');
      return count === 1;
    });
    // Another one is lost later: once its message is here, the disabled one has had its time.
    setTrunk(disabled.world, 'telvia', { state: 'unregistered' });
    const message = await lab.receiver.next(about('PbxTrunkNotRegistered', 'yeastar-s', 'firing'), patience);
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.annotations['summary']).toContain('telvia');
    setTrunk(disabled.world, 'telvia', { state: 'registered' });
    await lab.receiver.next(about('PbxTrunkNotRegistered', 'yeastar-s', 'resolved'), patience);
  });

  test('half of the phones go at once: one message', async () => {
    const { world } = pbx('hq');
    const reachable = world.extensions.filter(({ state }) => state === 'reachable');
    const lost = reachable.slice(0, Math.ceil(reachable.length / 2));
    for (const { number } of lost) setExtension(world, number, { state: 'unreachable' });
    const message = await lab.receiver.next(about('PbxPeersUnreachable', 'hq', 'firing'), patience);
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.annotations['summary']).toMatch(/^\d+ phones of PBX hq cannot be reached$/);
    for (const { number } of lost) setExtension(world, number, { state: 'reachable' });
    await lab.receiver.next(about('PbxPeersUnreachable', 'hq', 'resolved'), patience);
  });

  test('a whole PBX with failing trunks is stopped: one message, and one when it is back', async () => {
    const branch = pbx('branch');
    for (const { name, kind } of branch.world.trunks) {
      if (kind === 'register') setTrunk(branch.world, name, { state: 'unregistered' });
    }
    await eventually('Prometheus knows of the lost trunks', async () => {
      const lost = await lab.prometheus.value('count(pbx_trunk_registered{pbx="branch"} == 0)');
      return lost === 3;
    });
    await branch.stop();

    const message = await lab.receiver.next(about('PbxDown', 'branch', 'firing'), patience);
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.labels).toMatchObject({ site: 'hamburg', family: 'asterisk', severity: 'critical' });
    expect(message.alerts[0]?.annotations['description']).toContain('Reason: connect.');
    await eventually('the alerts of its trunks are there, and silent', async () => {
      const trunks = (await lab.heldAlerts()).filter(({ labels }) => labels['alertname'] === 'PbxTrunkNotRegistered');
      return trunks.length === 3 && trunks.every(({ labels, inhibited }) => labels['pbx'] === 'branch' && inhibited);
    });

    for (const { name, kind } of branch.world.trunks) {
      if (kind === 'register') setTrunk(branch.world, name, { state: 'registered', roundtripMicroseconds: 20_000 });
    }
    await branch.start();
    await lab.receiver.next(about('PbxDown', 'branch', 'resolved'), patience);
    const messages = lab.receiver.messages().filter((one) => concerns(one, 'branch'));
    expect(messages.map(({ status, groupLabels }) => `${groupLabels['alertname']} ${status}`)).toEqual([
      'PbxDown firing',
      'PbxDown resolved',
    ]);
  });

  test('nothing else was said of any PBX', () => {
    const said = new Set(lab.receiver.messages().map(({ groupLabels }) => groupLabels['alertname']));
    expect(said).toEqual(new Set(['PbxDown', 'PbxPeersUnreachable', 'PbxTrunkNotRegistered', 'PbxTrunkOutOfService']));
  });

  function pbx(name: string): AlertingLab['pbxs'][string] {
    const found = lab.pbxs[name];
    if (found === undefined) throw new Error(`no simulated PBX ${name}`);
    return found;
  }
});

function about(alert: string, pbx: string, status: Message['status']): (message: Message) => boolean {
  return (message) => message.status === status && message.groupLabels['alertname'] === alert && concerns(message, pbx);
}

function concerns({ alerts }: Message, pbx: string): boolean {
  return alerts.some(({ labels }) => labels['pbx'] === pbx);
}
