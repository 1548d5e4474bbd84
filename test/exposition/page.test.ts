import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Exposition, type PageTarget } from '../../src/exposition/page.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { writePage } from '../../src/server/metrics.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';
import { parseExposition } from '../support/exposition-parser.ts';
import { testHash } from '../support/reference-page.ts';
import { collect, makeExposition, pageOf, stillClock } from './page-of.ts';
import { failedRecord, identityOf, now, richRecord } from './records.ts';

const identity = { format: 'text', encoding: 'identity' } as const;
const gzip = { format: 'text', encoding: 'gzip' } as const;

/** A fleet with a page large enough to be joined from compressed blocks: many small blocks and, in every fiftieth target, large ones. */
function fleet(size: number): readonly PageTarget[] {
  return Array.from({ length: size }, (_, index) => ({
    identity: identityOf(`pbx-${index}`),
    record: index % 50 === 0 ? manyPeers(400) : richRecord,
  }));
}

function manyPeers(count: number): TargetRecord {
  const value = Array.from({ length: count }, (_, index) => ({
    id: String(1000 + index),
    state: 'reachable' as const,
  }));
  return { ...richRecord, retained: { peers: { readAt: now, value } } };
}

describe('a page', () => {
  it('renders each target once per record, however often it is asked for', async () => {
    let hashed = 0;
    const exposition = makeExposition(stillClock(), (name) => {
      hashed += 1;
      return testHash(name);
    });
    const target = { identity: identityOf('hq', { peerNames: 'hash' }), record: richRecord };
    exposition.prepare(target);
    expect(hashed).toBe(6);
    for (const choice of [identity, gzip, { ...identity, format: 'openmetrics' } as const])
      await collect(exposition.metricsPage([target], choice));
    expect(hashed).toBe(6);
    await collect(exposition.metricsPage([{ ...target, record: failedRecord }], identity));
    expect(hashed).toBe(12);
  });

  it('does not wait for a turn of the event loop for each target that is rendered: a busy one would hold it up for long', async () => {
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await collect(makeExposition(stillClock()).metricsPage(fleet(1_000), identity));
    counting = false;
    expect(turns).toBeLessThan(500);
  });

  it('keeps targets with the same record apart', async () => {
    const targets = ['a', 'b'].map((name) => ({ identity: identityOf(name), record: emptyRecord }));
    const text = (await pageOf(targets, 'text')).toString();
    expect(text).toContain('pbx_up{pbx="a"} 0\npbx_up{pbx="b"} 0\n');
  });

  it('says by how much a round is overdue, and nothing of a target of which nobody expects rounds', async () => {
    const target = (name: string, overdueMs?: number): PageTarget => ({
      identity: identityOf(name),
      record: richRecord,
      ...(overdueMs === undefined ? {} : { overdueMs }),
    });
    const text = (await pageOf([target('late', 1_234.5678), target('on time', 0), target('once')], 'text')).toString();
    expect(text).toContain(
      '# TYPE pbx_round_overdue_seconds gauge\npbx_round_overdue_seconds{pbx="late"} 1.235\npbx_round_overdue_seconds{pbx="on time"} 0\n#',
    );
    expect((await pageOf([target('once')], 'text')).toString()).not.toContain('overdue');
  });

  it('drops values that went stale since they were rendered, and grows their age until then', async () => {
    const clock = stillClock();
    const exposition = makeExposition(clock);
    const target = { identity: identityOf('hq'), record: failedRecord };
    const samples = async (): Promise<Record<string, number>> => {
      const families = parseExposition(await collect(exposition.metricsPage([target], identity)), 'text');
      return Object.fromEntries(families.map(({ name, samples }) => [name, samples[0]?.value ?? Number.NaN]));
    };
    expect(await samples()).toMatchObject({ pbx_snapshot_age_seconds: 12.345, pbx_peers: 2, pbx_trunks: 1 });
    clock.monotonic = now + 77_654;
    expect(await samples()).toMatchObject({ pbx_snapshot_age_seconds: 89.999, pbx_peers: 2 });
    clock.monotonic = now + 77_655;
    const later = await samples();
    expect(later).not.toHaveProperty('pbx_peers');
    expect(later).not.toHaveProperty('pbx_peer_reachable');
    expect(later).not.toHaveProperty('pbx_peer_reachable_changes_total');
    expect(later).toMatchObject({ pbx_snapshot_age_seconds: 89.655, pbx_trunks: 1 });
    clock.monotonic = now + 90_000;
    const last = await samples();
    expect(last).not.toHaveProperty('pbx_snapshot_age_seconds');
    expect(last).not.toHaveProperty('pbx_info');
    expect(last).toMatchObject({ pbx_up: 0, pbx_last_failure: 1 });
  });

  it('never shows a label set twice, whatever a record holds', async () => {
    const rows = [
      { id: '1\ud800', state: 'reachable' },
      { id: '1\ud801', state: 'unknown' },
      { id: '2', state: 'reachable' },
      { id: '2', state: 'unreachable' },
    ] as const;
    const retained = { peers: { readAt: now, value: rows }, trunks: { readAt: now, value: rows } };
    const labels = { pbx: 'other', family: 'other', 'not a label': 'x', site: 'berlin' };
    const target = { identity: identityOf('hq', { labels }), record: { ...richRecord, retained } };
    const page = await pageOf([target], 'openmetrics');
    expect(parseExposition(page, 'openmetrics').find(({ name }) => name === 'pbx_peers')?.samples[0]?.value).toBe(2);
    expect(page.toString()).toContain('pbx_target_info{pbx="hq",family="asterisk",site="berlin"} 1\n');
  });

  it('of no targets at all is empty, and valid', async () => {
    expect((await pageOf([], 'text')).toString()).toBe('');
    expect((await pageOf([], 'openmetrics')).toString()).toBe('# EOF\n');
    expect(gunzipSync(await pageOf([], 'openmetrics', 'gzip')).toString()).toBe('# EOF\n');
  });

  it('of a large fleet is the same in gzip, before and after a target changed', async () => {
    const exposition = makeExposition();
    const targets = [...fleet(200)];
    for (const record of [richRecord, failedRecord]) {
      targets[60] = { identity: targets[60]?.identity ?? identityOf('pbx-60'), record };
      const plain = await collect(exposition.metricsPage(targets, identity));
      const packed = await collect(exposition.metricsPage(targets, gzip));
      expect(plain.length).toBeGreaterThan(1_000_000);
      expect(packed.length).toBeLessThan(plain.length / 5);
      expect(gunzipSync(packed).equals(plain)).toBe(true);
      expect(parseExposition(plain, 'text').length).toBeGreaterThan(30);
    }
  });

  it('holds the metrics of the exporter on /metrics, and not on /probe', async () => {
    const own = createOwnMetrics({ version: '1.2.3', collectDefaults: true });
    const exposition = new Exposition({ clock: stillClock(), hashName: testHash, own });
    const target = { identity: identityOf('hq'), record: richRecord };
    for (const format of ['text', 'openmetrics'] as const) {
      const choice = { format, encoding: 'identity' } as const;
      const whole = parseExposition(await collect(exposition.metricsPage([target], choice)), format);
      const probe = parseExposition(await collect(exposition.probePage(target, choice)), format);
      const names = whole.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['pbx_up', 'pbx_exporter_build_info', 'nodejs_version_info']));
      expect(probe.map(({ name }) => name)).toEqual(names.slice(0, probe.length));
      expect(probe.filter(({ name }) => /^pbx_exporter|^nodejs_|^process_/.test(name))).toEqual([]);
    }
  });
});

describe('writing a page', () => {
  it('makes no more than one batch ahead of what the reader took', async () => {
    let [made, taken] = [0, 0];
    const waiting: (() => void)[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        taken += chunk.length;
        waiting.push(done);
      },
    });
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of makeExposition().metricsPage(fleet(100), identity)) {
        made += chunk.length;
        yield chunk;
      }
    }
    const written = writePage(counted(), slow);
    for (let turns = 0; !slow.writableFinished && turns < 100_000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(waiting.length).toBeLessThanOrEqual(1);
      expect(made - taken).toBeLessThan(2 * 131_072);
      waiting.shift()?.();
    }
    await written;
    expect(made).toBeGreaterThan(5 * 131_072);
    expect(taken).toBe((await collect(makeExposition().metricsPage(fleet(100), identity))).length);
  });

  it('hands on large compressed blocks as they are, without a copy', async () => {
    const exposition = makeExposition();
    const targets = [{ identity: identityOf('hq'), record: manyPeers(5_000) }];
    const memory = async (): Promise<readonly ArrayBufferLike[]> => {
      const all: ArrayBufferLike[] = [];
      for await (const chunk of exposition.metricsPage(targets, gzip)) all.push(chunk.buffer);
      return all;
    };
    const [once, again] = [await memory(), await memory()];
    const shared = again.filter((buffer) => once.includes(buffer) && buffer.byteLength > 10_000);
    expect(shared.length).toBeGreaterThanOrEqual(2);
  });

  it('goes over a real socket and can be unpacked', async () => {
    const targets = fleet(60);
    const server = createServer((_request, response) => {
      response.setHeader('Content-Encoding', 'gzip');
      void writePage(makeExposition().metricsPage(targets, gzip), response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const response: IncomingMessage = await new Promise((resolve, reject) => {
      get({ port: portOf(server.address()), host: '127.0.0.1', agent: false }, resolve).on('error', reject);
    });
    const body = await collect(response);
    server.close();
    expect(gunzipSync(body).equals(await pageOf(targets, 'text'))).toBe(true);
  });

  it('stops without an error when the reader goes away', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
      } finally {
        ended = true;
      }
    }
    const reader = new PassThrough();
    const written = writePage(endless(), reader);
    reader.once('data', () => reader.destroy());
    await written;
    expect(ended).toBe(true);
  });

  it('passes on an error of the page and leaves the reader with a broken one', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from('pbx_up 1\n'));
      throw new Error('no page');
    }
    const reader = new PassThrough();
    await expect(writePage(broken(), reader)).rejects.toThrow('no page');
    expect(reader.destroyed && !reader.writableFinished).toBe(true);
  });
});

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
