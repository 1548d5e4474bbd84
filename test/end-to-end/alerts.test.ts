import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { setExtension, setTrunk } from '../../src/simulator/kit/world.ts';
import { type AlertingLab, sharedCarrier, startAlertingLab } from './alerting-lab.ts';
import { cluster } from './deployed-files.ts';
import { eventually, patience } from './eventually.ts';
import type { Message } from './webhook-receiver.ts';

const missing = inject('unavailable').prometheus;
describe.skipIf(missing !== '')('from a lost trunk to a message', () => {
  let lab: AlertingLab;
  /** Number of messages received before the current test. */
  let before = 0;
  const next = (fits: (message: Message) => boolean): Promise<Message> => lab.receiver.next(fits, patience, before);

  beforeAll(async () => {
    lab = await startAlertingLab();
    await eventually('every PBX is up', async () => {
      const up = await lab.prometheus.values('pbx_up', 'pbx');
      return Object.keys(lab.pbxs).every((name) => up[name] === 1);
    });
    await lab.settle();
  });

  beforeEach(() => {
    before = lab.receiver.messages().length;
  });

  afterAll(() => lab.close());

  test('a trunk is switched off: the message says which, where, and what to do', async () => {
    setTrunk(pbx('hq').world, 'northline', { state: 'rejected' });
    const message = await next(about('PbxTrunkNotRegistered', 'hq', 'firing'));
    expect(message.receiver).toBe('telephony');
    expect(message.groupLabels).toEqual({ alertname: 'PbxTrunkNotRegistered', cluster, pbx: 'hq' });
    expect(message.alerts.map(({ labels }) => labels)).toEqual([
      {
        alertname: 'PbxTrunkNotRegistered',
        cluster,
        severity: 'warning',
        pbx: 'hq',
        family: 'asterisk',
        site: 'berlin',
        trunk: 'northline',
        host: 'northline.example.net',
      },
    ]);
    const { summary = '', description = '', runbook_url: runbook } = message.alerts[0]?.annotations ?? {};
    expect(summary).toBe('Trunk northline of PBX hq (berlin) is not registered');
    expect(description).toContain('State reported by the PBX: Rejected. Other side: northline.example.net.');
    expect(description).toContain('Check the account with the carrier');
    expect(runbook).toBe('docs/runbooks/pbx-trunk-not-registered.md');
  });

  test('it is switched on: the resolved message arrives', async () => {
    setTrunk(pbx('hq').world, 'northline', { state: 'registered' });
    const message = await next(about('PbxTrunkNotRegistered', 'hq', 'resolved'));
    expect(message.alerts.map(({ labels }) => labels['trunk'])).toEqual(['northline']);
  });

  test('an address-based trunk does not answer: an alert of its own', async () => {
    setTrunk(pbx('hq').world, 'bluewire', { state: 'unreachable' });
    const message = await next(about('PbxTrunkOutOfService', 'hq', 'firing'));
    expect(message.alerts[0]?.annotations['summary']).toBe('Trunk bluewire of PBX hq (berlin) is out of service');
    setTrunk(pbx('hq').world, 'bluewire', { state: 'reachable', roundtripMicroseconds: 20_000 });
    await next(about('PbxTrunkOutOfService', 'hq', 'resolved'));
  });

  test('a trunk is disabled by the administrator: no alert of it, although it is not in service', async () => {
    const disabled = pbx('yeastar-s');
    setTrunk(disabled.world, 'northline', { state: 'disabled' });
    await eventually('Prometheus knows that it is disabled', async () => {
      const count = await lab.prometheus.value('pbx_trunks{pbx="yeastar-s",state="disabled"}');
      return count === 1;
    });
    // Another trunk is lost later. By the time its message arrives, an alert for the disabled trunk would have arrived as well.
    setTrunk(disabled.world, 'telvia', { state: 'unregistered' });
    const message = await next(about('PbxTrunkNotRegistered', 'yeastar-s', 'firing'));
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.annotations['summary']).toContain('telvia');
    setTrunk(disabled.world, 'telvia', { state: 'registered' });
    await next(about('PbxTrunkNotRegistered', 'yeastar-s', 'resolved'));
  });

  test('half of the phones go at once: one message', async () => {
    const { world } = pbx('hq');
    const reachable = world.extensions.filter(({ state }) => state === 'reachable');
    const lost = reachable.slice(0, Math.ceil(reachable.length / 2));
    for (const { number } of lost) setExtension(world, number, { state: 'unreachable' });
    const message = await next(about('PbxPeersUnreachable', 'hq', 'firing'));
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.annotations['summary']).toMatch(
      /^\d+ phones of PBX hq \(berlin\) were lost at the same time$/,
    );
    for (const { number } of lost) setExtension(world, number, { state: 'reachable' });
    await next(about('PbxPeersUnreachable', 'hq', 'resolved'));
  });

  test('most of the phones sign off, then a few stop answering: only the second is an outage', async () => {
    const { world } = pbx('depot');
    const reachable = world.extensions.filter(({ state }) => state === 'reachable');
    const signedOff = reachable.slice(0, Math.floor(reachable.length * 0.6));
    for (const { number } of signedOff) setExtension(world, number, { state: 'unregistered' });
    await eventually('Prometheus knows that they signed off', async () => {
      const left = await lab.prometheus.value('pbx_peers{pbx="depot",state="reachable"}');
      return left === reachable.length - signedOff.length;
    });
    // The phones of another PBX become unreachable later. By the time the message about them arrives, an alert for the phones that signed
    // off would have arrived as well.
    const lost = pbx('branch').world.extensions.filter(({ state }) => state === 'reachable');
    for (const { number } of lost) setExtension(pbx('branch').world, number, { state: 'unreachable' });
    await next(about('PbxPeersUnreachable', 'branch', 'firing'));
    for (const { number } of lost) setExtension(pbx('branch').world, number, { state: 'reachable' });
    await next(about('PbxPeersUnreachable', 'branch', 'resolved'));
    expect(lab.receiver.messages().filter((one) => concerns(one, 'depot'))).toEqual([]);
  });

  test('the carrier of three PBXs fails: one message about the carrier, none about the trunks', async () => {
    const carrier = (status: Message['status']) => (message: Message) =>
      message.status === status && message.groupLabels['alertname'] === 'PbxCarrierDown';
    for (const name of ['hq', 'branch', 'depot']) setTrunk(pbx(name).world, 'telvia', { state: 'unregistered' });
    const message = await next(carrier('firing'));
    expect(message.alerts.map(({ annotations }) => annotations['summary'])).toEqual([
      `Carrier ${sharedCarrier}: trunks of 3 PBXs are down`,
    ]);
    await eventually('the alerts of the trunks are there, and silent', async () => {
      const trunks = (await lab.heldAlerts()).filter(({ labels }) => labels['trunk'] === 'telvia');
      return trunks.length === 3 && trunks.every(({ inhibited }) => inhibited);
    });
    for (const name of ['hq', 'branch', 'depot'])
      setTrunk(pbx(name).world, 'telvia', { state: 'registered', roundtripMicroseconds: 20_000 });
    await next(carrier('resolved'));
    expect(lab.receiver.messages().slice(before).map(inShort)).toEqual([
      'PbxCarrierDown firing',
      'PbxCarrierDown resolved',
    ]);
  });

  test('the line of a PBX fails, and takes trunks and phones with it: one page', async () => {
    const { world } = pbx('annex');
    const phones = world.extensions.filter(({ state }) => state === 'reachable');
    const trunks = world.trunks.filter(({ state }) => state === 'registered' || state === 'reachable');
    for (const { number } of phones) setExtension(world, number, { state: 'unreachable' });
    for (const { name, kind } of trunks)
      setTrunk(world, name, { state: kind === 'address' ? 'unreachable' : 'unregistered' });
    const message = await next(about('PbxTrunksAllDown', 'annex', 'firing'));
    expect(message.groupLabels).toEqual({ alertname: 'PbxTrunksAllDown', cluster, pbx: 'annex' });
    await eventually('the alerts of trunks and phones are there, and silent', async () => {
      const held = (await lab.heldAlerts()).filter(({ labels }) => labels['pbx'] === 'annex');
      const silent = held.filter(({ inhibited }) => inhibited).map(({ labels }) => labels['alertname']);
      return (
        silent.includes('PbxPeersUnreachable') &&
        silent.includes('PbxTrunkNotRegistered') &&
        silent.length === held.length - 1
      );
    });
    for (const { number } of phones) setExtension(world, number, { state: 'reachable' });
    for (const { name, kind } of trunks)
      setTrunk(world, name, { state: kind === 'address' ? 'reachable' : 'registered', roundtripMicroseconds: 20_000 });
    await next(about('PbxTrunksAllDown', 'annex', 'resolved'));
    expect(lab.receiver.messages().slice(before).map(inShort)).toEqual([
      'PbxTrunksAllDown firing',
      'PbxTrunksAllDown resolved',
    ]);
  });

  test('two PBXs without a site die at the same time: a message for each', async () => {
    const names = ['annex', 'depot'];
    await Promise.all(names.map((name) => pbx(name).stop()));
    for (const name of names) {
      const message = await next(about('PbxDown', name, 'firing'));
      expect(message.receiver).toBe('on-call');
      expect(message.groupLabels).toEqual({ alertname: 'PbxDown', cluster, pbx: name });
      expect(message.alerts.map(({ annotations }) => annotations['summary'])).toEqual([`PBX ${name} is down`]);
    }
    await Promise.all(names.map((name) => pbx(name).start()));
    for (const name of names) await next(about('PbxDown', name, 'resolved'));
    expect(lab.receiver.messages().slice(before).map(inShort).toSorted()).toEqual([
      'PbxDown firing',
      'PbxDown firing',
      'PbxDown resolved',
      'PbxDown resolved',
    ]);
  });

  test('a PBX dies, then its exporter, which comes back first: one page and one "resolved", and nobody else is silenced', async () => {
    await pbx('branch').stop();
    const message = await next(about('PbxDown', 'branch', 'firing'));
    expect(message.alerts).toHaveLength(1);
    expect(message.groupLabels).toEqual({ alertname: 'PbxDown', cluster, site: 'hamburg' });
    expect(message.alerts[0]?.annotations['description']).toContain('Reason: connect.');

    const startAgain = await lab.endExporter();
    await next(exporterMissing('firing'));
    await lab.raise({ alertname: 'PbxDown', cluster: 'customer-b', pbx: 'theirs', severity: 'critical' });
    await next(about('PbxDown', 'theirs', 'firing'));
    await eventually('the alert of the PBX is there, and silent', async () => {
      const [down, ...more] = (await lab.heldAlerts()).filter(({ labels }) => labels['pbx'] === 'branch');
      return more.length === 0 && down?.labels['alertname'] === 'PbxDown' && down.inhibited;
    });
    await startAgain();
    await next(exporterMissing('resolved'));
    await pbx('branch').start();
    await next(about('PbxDown', 'branch', 'resolved'));
    expect(lab.receiver.messages().slice(before).map(inShort)).toEqual([
      'PbxDown firing',
      'PbxExporterMissing firing',
      'PbxDown firing',
      'PbxExporterMissing resolved',
      'PbxDown resolved',
    ]);
  });

  test('nothing else was said of any PBX, and the watchdog is there', async () => {
    const said = new Set(lab.receiver.messages().map(({ groupLabels }) => groupLabels['alertname']));
    expect(said).toEqual(
      new Set([
        'PbxCarrierDown',
        'PbxDown',
        'PbxExporterMissing',
        'PbxPeersUnreachable',
        'PbxTrunkNotRegistered',
        'PbxTrunkOutOfService',
        'PbxTrunksAllDown',
      ]),
    );
    const held = await lab.heldAlerts();
    expect(held.filter(({ labels, inhibited }) => labels['alertname'] === 'Watchdog' && !inhibited)).toHaveLength(1);
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

function exporterMissing(status: Message['status']): (message: Message) => boolean {
  return (message) => message.status === status && message.groupLabels['alertname'] === 'PbxExporterMissing';
}

function inShort({ status, groupLabels }: Message): string {
  return `${groupLabels['alertname']} ${status}`;
}
