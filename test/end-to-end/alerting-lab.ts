import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/clock.ts';
import { simulators } from '../../src/simulator/index.ts';
import { type AsteriskSimulator, createAsteriskSimulator } from '../../src/simulator/asterisk/index.ts';
import { makeCertificate } from '../../src/simulator/kit/made-certificates.ts';
import { setTrunk } from '../../src/simulator/kit/world.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { writeDeployedFiles } from './deployed-files.ts';
import { eventually } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { playLossyCalls } from './lossy-calls.ts';
import { type PrometheusServer, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances } from './testbed.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** An alert held by Alertmanager, whether it was sent or not. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** Whether another alert inhibits it. */
  readonly inhibited: boolean;
}

/** Simulated PBXs, the built exporter, a real Prometheus and a real Alertmanager with the files of `deploy/`, and a webhook receiver. */
export interface AlertingLab {
  /** By target name. */
  readonly pbxs: Readonly<Record<string, Simulator>>;
  readonly exporter: ExporterProcess;
  readonly prometheus: PrometheusServer;
  readonly receiver: WebhookReceiver;
  /** Ends the exporter; returns a function that starts it again at the same address. */
  endExporter(): Promise<() => Promise<void>>;
  /** Sends an alert of another Prometheus that shares the Alertmanager. */
  raise(labels: Readonly<Record<string, string>>): Promise<void>;
  /** Returns the alerts that Alertmanager holds now. */
  heldAlerts(): Promise<readonly HeldAlert[]>;
  /** Waits until no alert of the start is left: on a slow machine it can look like an outage. Returns the number of messages so far. */
  settle(): Promise<number>;
  close(): Promise<void>;
}

/** Options of the laboratory. */
interface LabOptions {
  /** The committed configuration with which Prometheus runs. */
  readonly prometheusFile?: 'prometheus.yml' | 'prometheus-probe.yml';
  /**
   * Whether there are faults from the start: an additional target, `locked`, uses a wrong password for the PBX `hq`; the target `yeastar-s`
   * collects queues, which this PBX does not have; the `yeastar-p` has more phones than the limit allows; calls of `annex` lose packets.
   */
  readonly troubled?: boolean;
}

/**
 * Starts everything. `hq`, `branch`, `depot` and `annex` are simulated Asterisks that share a carrier; every other family has one PBX,
 * named after the family. All trunks work.
 */
export async function startAlertingLab({
  prometheusFile = 'prometheus.yml',
  troubled = false,
}: LabOptions = {}): Promise<AlertingLab> {
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-alerts-'));
  const annex = createAsteriskSimulator({ clock: systemClock, seed: 5, peers: 30 });
  const pbxs = makePbxs(annex);
  const endCalls = troubled ? playLossyCalls(annex, 'telvia') : undefined;
  const exporterFile = join(folder, 'exporter.yml');
  await writeFile(exporterFile, await exporterConfig(pbxs, troubled));
  let exporter = await startExporter(exporterFile, {});
  // Otherwise Prometheus, on a slow machine, sees an outage of PBXs that have not been read yet.
  await eventually('every PBX has been read', async () => (await fetch(`${exporter.url}/-/ready`)).ok);
  const receiver = await startWebhookReceiver();
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const addresses = {
    exporter: exporter.address,
    alertmanager: `127.0.0.1:${ports.alertmanager}`,
    webhook: receiver.url,
  };
  await writeDeployedFiles(folder, addresses, prometheusFile);
  const prometheus = await startPrometheusIn(folder, ports, instances.prometheus);
  return {
    pbxs,
    get exporter() {
      return exporter;
    },
    async endExporter() {
      await exporter.terminate();
      return async () => {
        exporter = await startExporter(exporterFile, {}, exporter.address);
      };
    },
    raise: (labels) => raise(ports.alertmanager, labels),
    prometheus,
    receiver,
    heldAlerts: () => heldAlerts(ports.alertmanager),
    async settle() {
      await eventually('no alert of the start is left', async () => {
        const raised = await prometheus.values('ALERTS{severity="critical"}', 'alertname');
        const held = (await heldAlerts(ports.alertmanager)).filter(({ labels }) => labels['severity'] === 'critical');
        const told = receiver.messages().map(({ status }) => (status === 'firing' ? 1 : -1));
        return Object.keys(raised).length + held.length + told.reduce((sum, one) => sum + one, 0) === 0;
      });
      return receiver.messages().length;
    },
    async close() {
      endCalls?.();
      await prometheus.close();
      await exporter.terminate();
      await receiver.close();
      await Promise.all(Object.values(pbxs).map((pbx) => pbx.stop()));
      await rm(folder, { recursive: true });
    },
  };
}

function makePbxs(annex: AsteriskSimulator): Readonly<Record<string, Simulator>> {
  const tls = makeCertificate({ name: 'pbx', notBefore: 0, notAfter: Date.now() + 100 * 86_400_000 });
  const others = simulators
    .filter(({ family }) => family !== 'asterisk')
    .map(
      (one) =>
        [one.family, one.create({ clock: systemClock, seed: 3, ...(one.family === 'yeastar-p' && { tls }) })] as const,
    );
  const pbxs: Readonly<Record<string, Simulator>> = {
    hq: createAsteriskSimulator({ clock: systemClock, seed: 1, peers: 40 }),
    branch: createAsteriskSimulator({ clock: systemClock, seed: 2, peers: 30 }),
    depot: createAsteriskSimulator({ clock: systemClock, seed: 4, peers: 60 }),
    annex,
    ...Object.fromEntries(others),
  };
  for (const { world } of Object.values(pbxs)) {
    for (const { name, kind } of world.trunks) {
      setTrunk(world, name, { state: kind === 'address' ? 'reachable' : 'registered', roundtripMicroseconds: 20_000 });
    }
  }
  for (const { family, world } of Object.values(pbxs)) {
    const trunk = world.trunks.find(({ name }) => name === 'telvia');
    if (family === 'asterisk' && trunk !== undefined) trunk.host = sharedCarrier;
  }
  return pbxs;
}

/** The remote host of the trunk `telvia`, on all Asterisks and on no other PBX. */
export const sharedCarrier = 'sip.shared.example.net';

/** PBXs that are not listed have no site. */
const sites: Readonly<Record<string, string>> = { hq: 'berlin', branch: 'hamburg' };

/** Families whose queues can be read in every version. */
const withQueues: readonly string[] = ['webitel', 'yeastar-p'];

async function exporterConfig(pbxs: Readonly<Record<string, Simulator>>, troubled: boolean): Promise<string> {
  const queues = troubled ? [...withQueues, 'yeastar-s'] : withQueues;
  const targets = await Promise.all(
    Object.entries(pbxs).map(async ([name, pbx]) => {
      const url = await pbx.start();
      return {
        name,
        family: pbx.family,
        url: url.href.replace(/\/$/, ''),
        ...pbx.account,
        ...(pbx.targetOptions === undefined ? {} : { options: pbx.targetOptions }),
        collect: [
          'peers',
          'trunks',
          'calls',
          'system',
          ...(queues.includes(pbx.family) ? ['queues'] : []),
          ...(troubled && name === 'annex' ? ['quality'] : []),
        ],
        ...(troubled && pbx.family === 'yeastar-p' ? { peers: { limit: 5 } } : {}),
        ...(url.protocol === 'https:' ? { tls: { insecure_skip_verify: true } } : {}),
        ...(sites[name] === undefined ? {} : { labels: { site: sites[name] } }),
        // PBXs of other families must not be polled every second; some of them block clients that do so.
        ...(pbx.family === 'asterisk' ? {} : { interval: '10s', timeout: '10s', stale_after: '40s' }),
      };
    }),
  );
  // JSON is valid YAML, so no value needs manual quoting.
  return JSON.stringify({
    scrape: { interval: '1s', timeout: '10s', stale_after: '20s' },
    targets: troubled ? [...targets, { ...targets[0], name: 'locked', password: 'not this one' }] : targets,
  });
}

const heldSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ inhibitedBy: z.array(z.string()) }),
  }),
);

async function heldAlerts(port: number): Promise<readonly HeldAlert[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`);
  return heldSchema
    .parse(await response.json())
    .map(({ labels, status }) => ({ labels, inhibited: status.inhibitedBy.length > 0 }));
}

async function raise(port: number, labels: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: {} }]),
  });
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}`);
}
