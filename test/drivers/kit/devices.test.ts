import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanUserAgent, readDevices, transportOf } from '../../../src/drivers/kit/devices.ts';

describe('a user agent', () => {
  test.each([
    ['Yealink SIP-T46U 108.86.0.70', 'Yealink SIP-T46U 108.86.0.70'],
    ['snomD785/10.1.64.14', 'snomD785/10.1.64.14'],
    ['FPBX-15.0.16.75(13.38.2)', 'FPBX-15.0.16.75(13.38.2)'],
    ['Grandstream GXP2170 1.0.11.35 000b82123abc', 'Grandstream GXP2170 1.0.11.35'],
    ['Cisco-CP8841/12.8.1 (00-1b-54-aa-bb-cc)', 'Cisco-CP8841/12.8.1'],
    ['Polycom/5.9.6 00:04:f2:12:34:56', 'Polycom/5.9.6'],
    ['Mitel 6867i/5.1.0 MAC:0808.0f12.3456;', 'Mitel 6867i/5.1.0 MAC'],
    ['Panasonic_KX-HDV230/01.000 (bcc34212ab34)', 'Panasonic_KX-HDV230/01.000'],
    ['Phone/1.0 urn:uuid:00000000-0000-1000-8000-0004f2abcdef', 'Phone/1.0 urn:uuid'],
    ['LinphoneiOS/4.5.1 (Anna’s iPhone) LinphoneSDK/5.0.49', 'LinphoneiOS/4.5.1 LinphoneSDK/5.0.49'],
    ["App/2 (Jo's phone)", 'App/2'],
    ['Gateway/2.1 192.168.4.20', 'Gateway/2.1'],
    ['Gateway/2.1 (10.1.2.3)', 'Gateway/2.1'],
    ['Gateway/2.1 ip=10.1.2.3', 'Gateway/2.1'],
    ['Gateway/2.1 203.0.113.9:5060', 'Gateway/2.1'],
    ['Gateway/2.1 [2001:db8::1]', 'Gateway/2.1'],
    ['Softphone 1001@pbx.example.org', 'Softphone'],
    ['Softphone <sip:1001@pbx.example.org>', 'Softphone'],
    ['Dialer +493012345678', 'Dialer'],
    ['IMEI 356938035643809', 'IMEI'],
    ['  Odd\u0000\u202e  spaces\n', 'Odd spaces'],
    ['', ''],
  ])('%j is shown as %j', (raw, shown) => {
    expect(cleanUserAgent(raw)).toBe(shown);
  });

  test.each([
    ['Zoiper rv2.10 1001', ['1001', 'Anna Abel'], 'Zoiper rv2.10'],
    ['MicroSIP/3.21.3 (anna abel)', ['1001', 'Anna Abel'], 'MicroSIP/3.21.3'],
    ['Phone 1.1001.0', ['1001'], 'Phone 1.1001.0'],
    ['1001', ['1001'], 'unknown'],
  ])('%j of %j is shown as %j', (userAgent, personal, shown) => {
    expect(readDevices([{ userAgent }], personal).devices).toEqual([{ userAgent: shown }]);
  });

  test('has no address of the contact in it', () => {
    const told = { userAgent: 'Phone/1.2 at 203.0.113.7', uri: 'sip:1001@203.0.113.7:5062;transport=TCP' };
    expect(readDevices([told], []).devices).toEqual([{ userAgent: 'Phone/1.2 at', transport: 'tcp' }]);
  });

  test('of any length and content is short, clean and without a MAC', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{12}$/);
    const separator = fc.constantFrom('', ':', '-');
    const around = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(around, hex, separator, around, (before, digits, between, after) => {
        const mac = digits.match(/../g)?.join(between) ?? '';
        const text = cleanUserAgent(`${before} ${mac} ${after}`);
        expect(text).not.toContain(mac);
        expect(text.length).toBeLessThanOrEqual(100);
        expect(text).toBe(text.trim().toWellFormed());
      }),
      { numRuns: 50 },
    );
  });
});

test.each([
  ['sip:1001@192.0.2.21:5060;transport=tcp', 'tcp'],
  ['sip:1001@192.0.2.21:5060;ob;transport=WS;x=1', 'ws'],
  ['sip:1001@192.0.2.21', 'udp'],
  ['sips:1001@192.0.2.21', 'tls'],
  ['', ''],
  ['tel:1001', ''],
])('transport of %j is %j', (uri, transport) => {
  expect(transportOf(uri)).toBe(transport);
});

test('devices that say the same share one list in memory', () => {
  const one = readDevices([{ userAgent: 'Same/1.0', uri: 'sip:1@192.0.2.1' }], ['1']);
  const other = readDevices([{ userAgent: 'Same/1.0', uri: 'sip:2@192.0.2.2' }], ['2']);
  expect(one.devices).toBe(other.devices);
  expect(readDevices([], ['1'])).toEqual({});
});
