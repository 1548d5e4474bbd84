import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type CallLab, password, pbxUrl, type PhonePlan, startCallLab } from './asterisk-calls.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';

const { asterisk } = inject('unavailable');
const soon = { timeout: 20_000, interval: 200 };

const phones: readonly PhonePlan[] = [{ name: 'clean' }];

describe.skipIf(asterisk !== '')('call quality of a real Asterisk, with real RTP through a relay that counts', () => {
  let lab: CallLab;
  let exporter: ExporterProcess;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'end-to-end-calls-exporter-'));
    lab = await startCallLab(phones);
    await writeFile(join(scratch, 'exporter.yml'), exporterFile);
    exporter = await startExporter(join(scratch, 'exporter.yml'), {});
    return async () => {
      await exporter.terminate();
      await lab.close();
      await rm(scratch, { recursive: true });
    };
  });

  const page = async (): Promise<string> => (await fetch(`${exporter.url}/metrics`)).text();
  const sample = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  test('a clean call', async () => {
    const phone = lab.phone('clean');
    await phone.call('600');
    await new Promise((resolve) => setTimeout(resolve, 14_000));
    await phone.media.nextReport();
    await phone.hangUp();
    const toPbx = phone.relay.count('toPbx');
    await expect
      .poll(async () => sample(await page(), 'pbx_call_legs_finished_total{pbx="clean",measured="yes"}'), soon)
      .toBe(1);
    const text = await page();
    expect(sample(text, 'pbx_rtp_packets_received_total{pbx="clean",direction="in"}')).toBe(toPbx.forwarded);
  });
});

const exporterFile = `
scrape: { interval: 2s, timeout: 5s }
targets:
${phones.map(({ name }) => `  - { name: ${name}, family: asterisk, url: '${pbxUrl}', username: ${name}, password: ${password}, collect: [quality] }`).join('\n')}
`;
