import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChannelName } from '../../../../src/drivers/asterisk/quality/channel-name.ts';
import { readLegValues } from '../../../../src/drivers/asterisk/quality/leg-values.ts';

const whole =
  'ssrc=1352084128;themssrc=13885440;lp=30;rxjitter=0.015125;rxcount=1466;txjitter=0.000500;txcount=1470;rlp=12;rtt=0.030746;rxmes=87.802631;txmes=87.809732';

function changed(key: string, value: string): string {
  return whole.replace(new RegExp(`\\b${key}=[^;]*`, 'u'), `${key}=${value}`);
}

describe('the numbers of a leg', () => {
  test('losses and counts are named from the PBX, jitter the other way round', () => {
    expect(readLegValues(whole)).toEqual({
      stream: '13885440',
      received: 1466,
      lost: 30,
      jitter: 0.0005,
      sent: 1470,
      remote: { lost: 12, jitter: 0.015_125 },
      roundtrip: 0.030_746,
    });
  });

  describe('of release 16, which scores nothing', () => {
    // The response of 16.28 for `CHANNEL(rtcp,all)` of PJSIP and `CHANNEL(rtpqos,audio,all)` of chan_sip, with a phone that sends no RTCP.
    const silent =
      'ssrc=1352084128;themssrc=13885440;lp=73;rxjitter=0.000000;rxcount=2282;txjitter=0.000625;txcount=2358;rlp=0;rtt=0.000000';
    const facts = { stream: '13885440', received: 2282, lost: 73, jitter: 0.000_625, sent: 2358 };

    test('what the PBX measured is read as of any other', () => {
      expect(readLegValues(silent)).toEqual(facts);
    });

    // 80 timestamp units (10 ms at 8 kHz) divided by 65536.
    test.each([
      ['rlp', '57', { remote: { lost: 57 } }],
      ['rxjitter', '0.001221', { remote: { lost: 0 } }],
      ['rtt', '0.001205', { remote: { lost: 0 }, roundtrip: 0.001_205 }],
      ['rtt', '65535.999114', { remote: { lost: 0 } }],
    ])('%s=%s: the far side reports, and its jitter is none', (key, value, told) => {
      const text = silent.replace(new RegExp(`\\b${key}=[^;]*`, 'u'), `${key}=${value}`);
      expect(readLegValues(text)).toEqual({ ...facts, ...told });
    });
  });

  test('everything that was sent may be lost', () => {
    expect(readLegValues(changed('rlp', '1470'))?.remote).toEqual({ lost: 1470, jitter: 0.015_125 });
  });

  test.each([whole.replaceAll(';', ' ; '), whole.replaceAll('=', ' = '), `${whole};lpx`, `${whole};`])(
    'blanks and words without a value change nothing: %s',
    (text) => {
      expect(readLegValues(text)).toEqual(readLegValues(whole));
    },
  );

  test.each([
    ['a newer release, no score', changed('rxmes', '0.000000')],
    ['more lost than was sent', changed('rlp', '1471')],
  ])('the far side says nothing: %s', (_case, text) => {
    expect(readLegValues(text)).not.toHaveProperty('remote');
  });

  test.each(['65535.999114', '10.0', '0.000000', 'nan', '-0.1'])('%s s is no roundtrip', (text) => {
    expect(readLegValues(changed('rtt', text))).not.toHaveProperty('roundtrip');
  });

  test.each(['16777215', '8388608'])('%s lost packets are fewer than none', (text) => {
    expect(readLegValues(changed('rlp', text))?.remote?.lost).toBe(0);
    expect(readLegValues(changed('lp', text))?.lost).toBe(0);
  });

  test.each([
    ['6.3e-5', 0.000_063],
    ['6.3e-05', 0.000_063],
    ['2e0', 2],
    ['000.000050', 0.000_05],
  ])('a jitter may be written %s', (text, seconds) => {
    expect(readLegValues(changed('txjitter', text))?.jitter).toBe(seconds);
  });

  test.each(['', 'nothing', changed('rxcount', '-1'), changed('lp', ''), changed('txcount', '0x10')])(
    'is none without its counts: %s',
    (text) => {
      expect(readLegValues(text)).toBeUndefined();
    },
  );

  test('is none, or finite and not below zero, whatever the text', () => {
    const key = fc.constantFrom(
      'ssrc',
      'themssrc',
      'lp',
      'rxjitter',
      'rxcount',
      'txjitter',
      'txcount',
      'rlp',
      'rtt',
      'rxmes',
    );
    const value = fc.oneof(
      fc.integer().map(String),
      fc.double().map(String),
      fc.string(),
      fc.constantFrom('-nan', '1e400', ''),
    );
    const text = fc
      .array(
        fc.tuple(key, value).map((pair) => pair.join('=')),
        { maxLength: 30 },
      )
      .map((pairs) => pairs.join(';'));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (input) => {
        const values = readLegValues(input);
        const { received = 0, lost = 0, sent = 0, jitter = 0, roundtrip = 0, remote } = values ?? {};
        const numbers = [received, lost, sent, jitter, roundtrip, remote?.lost ?? 0, remote?.jitter ?? 0];
        expect(numbers.every((number) => Number.isFinite(number) && number >= 0)).toBe(true);
        expect(roundtrip).toBeLessThan(10);
        expect(remote?.lost ?? 0).toBeLessThanOrEqual(sent);
      }),
    );
  });
});

describe('the name of a channel', () => {
  test.each([
    ['PJSIP/1001-0000000f', { technology: 'pjsip', endpoint: '1001' }],
    ['PJSIP/trunk-a-0000001f', { technology: 'pjsip', endpoint: 'trunk-a' }],
    ['SIP/a b/c-0000001F', { technology: 'sip', endpoint: 'a b/c' }],
  ])('%s', (channel, expected) => {
    expect(readChannelName(channel)).toEqual(expected);
  });

  test.each([
    'Local/1001@default-00000001;1',
    'PJSIP/1001',
    'PJSIP/-0000000f',
    'IAX2/1001-00000001',
    // The remains of a channel after another channel has taken over its call.
    'PJSIP/1001-0000000f<ZOMBIE>',
    'AsyncGoto/PJSIP/1001-0000000f',
    '',
  ])('%j has no RTP that could be asked for', (channel) => {
    expect(readChannelName(channel)).toBeUndefined();
  });

  test('leaves off what tells one call from another, whatever the name', () => {
    const digits = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((number) => number.toString(16).padStart(8, '0'));
    const endpoint = fc.string({ minLength: 1 }).filter((text) => !/[\r\n\u2028\u2029]/u.test(text));
    fc.assert(
      fc.property(endpoint, digits, (name, serial) => {
        expect(readChannelName(`PJSIP/${name}-${serial}`)?.endpoint).toBe(name);
      }),
    );
  });
});
