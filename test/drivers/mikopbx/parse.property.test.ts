import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEnvelope } from '../../../src/drivers/mikopbx/shared/answers.ts';
import { readCalls } from '../../../src/drivers/mikopbx/shared/calls.ts';
import { readPing, versionOfPage } from '../../../src/drivers/mikopbx/generation.ts';
import { readLogin } from '../../../src/drivers/mikopbx/legacy/login.ts';
import { readExtensionNames } from '../../../src/drivers/mikopbx/legacy/names.ts';
import { readEmployees } from '../../../src/drivers/mikopbx/v3/collect-peers.ts';
import { readPeersStatuses } from '../../../src/drivers/mikopbx/shared/peers-list.ts';
import { providerTrunk, readProviders } from '../../../src/drivers/mikopbx/v3/trunks.ts';
import { readRegistry, registrySource, registryTrunk } from '../../../src/drivers/mikopbx/shared/registry.ts';
import { readSipPeer } from '../../../src/drivers/mikopbx/legacy/peer-detail.ts';
import { readSipStatuses, statusPeer } from '../../../src/drivers/mikopbx/v3/peers.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { peerStates, trunkStates } from '../../../src/snapshot/reading.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { answer } from './answer.ts';

/** Words of the PBX's responses, so that generated JSON passes the first checks of the parsers. */
const words = fc.constantFrom(
  'id',
  'state',
  'status',
  'OK',
  'UNKNOWN',
  'OFF',
  'REGISTERED',
  'registered',
  'Reachable',
  'Available',
  'Unavailable',
  'sip',
  'iax',
  'host',
  'rtt',
  'devices',
  'noregister',
  'EndpointName',
  'URI',
  'Status',
  'Status-1',
  'RoundtripUsec',
  'N/A',
  'linkedid',
  'constructor',
  '__proto__',
  'toString',
  '201',
  '0201-WS',
  'SIP-TRUNK-AB12CD34-REG',
  '',
  'contactStatus',
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    words,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(words, fc.string()), tie('tree'), { maxKeys: 6 }),
  ),
}));

/** Returns the value, or undefined for a `Failure`; any other exception fails the test. */
function orFailure<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

const size = (data: unknown): number => (typeof data === 'object' && data !== null ? Object.keys(data).length : 0);

test('peers are never invented and always in a known state', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), (data, firstQualifyPending) => {
      const skipped = new SkipCounter();
      const envelope = { data, notices: [] };
      const listed = orFailure(() => readPeersStatuses(envelope, skipped));
      expect(listed?.peers.size ?? 0).toBeLessThanOrEqual(size(data));
      const rows = orFailure(() => readSipStatuses(envelope, skipped)) ?? [];
      expect(rows.length).toBeLessThanOrEqual(size(data));
      for (const peer of rows.map((row) =>
        statusPeer(row, { listed: listed?.peers.get(row.id), firstQualifyPending }, skipped),
      )) {
        expect(peerStates).toContain(peer.state);
        expect(peer.roundtripMicroseconds ?? 0).toBeGreaterThanOrEqual(0);
        expect(peer.id).not.toBe('');
      }
    }),
  );
});

test('contacts are never invented, and roundtrips are numbers', () => {
  fc.assert(
    fc.property(tree, (data) => {
      const detail = orFailure(() => readSipPeer({ data, notices: [] }, '201'));
      expect(detail?.contacts.length ?? 0).toBeLessThanOrEqual(size(data));
      for (const { roundtripMicroseconds = 0 } of detail?.contacts ?? [])
        expect(Number.isSafeInteger(roundtripMicroseconds)).toBe(true);
    }),
  );
});

test('trunks are never invented and always in a known state', () => {
  fc.assert(
    fc.property(
      tree,
      fc.constantFrom('sip', 'iax'),
      fc.option(fc.constant(new Set(['SIP-1-AUTH'])), { nil: undefined }),
      (data, kind, listed) => {
        const skipped = new SkipCounter();
        const rows = orFailure(() => readRegistry({ data, notices: [] }, kind, skipped)) ?? [];
        expect(rows.length).toBeLessThanOrEqual(size(data));
        const halves = orFailure(() => readProviders({ data, notices: [] }, skipped)) ?? { sip: [], iax: [] };
        const trunks = [
          ...rows.map((row) => registryTrunk(row, registrySource(row, listed), skipped)),
          ...[...halves.sip, ...halves.iax].map((row) => providerTrunk(row, skipped)),
        ];
        for (const trunk of trunks) {
          expect(trunkStates).toContain(trunk.state);
          expect(trunk.id).not.toBe('');
        }
        for (const trunk of trunks.filter(({ state }) => state === 'unknown' || state === 'disabled'))
          expect(trunk).not.toHaveProperty('registered');
      },
    ),
  );
});

test('any answer is understood or a named failure', () => {
  const body = fc.oneof(
    tree.map((value) => JSON.stringify(value) ?? ''),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
      const given = answer(status, text, { cookies: { PHPSESSID: 'x' } });
      for (const read of [readEnvelope, readLogin, readPing, versionOfPage])
        expect(() => orFailure<unknown>(() => read(given))).not.toThrow();
    }),
  );
});

test('calls, names and employees', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), (data, tookMs) => {
      const calls = orFailure(() => readCalls({ data, notices: [] }, tookMs));
      expect(calls?.all ?? 0).toBeLessThanOrEqual(size(data));
      expect(readExtensionNames({ data, notices: [] }).size).toBeLessThanOrEqual(size(data));
      readEmployees({ data, notices: [] });
    }),
  );
});
