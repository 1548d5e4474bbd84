import { expect, test } from 'vitest';
import { productMessage } from '../../src/config/product-names.ts';

const names = ['mikopbx', 'yeastar-s', 'yeastar-k2', 'yeastar-p', 'portsip', 'webitel', 'asterisk'];
const all = names.join(', ');

test.each([
  ['freepbx', 'FreePBX is family asterisk, docs/families/asterisk.md'],
  ['FreePBX', 'FreePBX is family asterisk, docs/families/asterisk.md'],
  ['issabel', 'Issabel is family asterisk, docs/families/asterisk.md'],
  ['vitalpbx', 'VitalPBX is family asterisk, docs/families/asterisk.md'],
  ['yeastar', 'Yeastar has several families: it must be one of yeastar-s, yeastar-k2, yeastar-p'],
  ['3CX', `3CX is not supported yet: family must be one of ${all}`],
  ['grandstream', `Grandstream is not supported yet: family must be one of ${all}`],
  ['grandstream_ucm', `Grandstream UCM is not supported yet: family must be one of ${all}`],
  ['fusionpbx', `FusionPBX is not supported yet: family must be one of ${all}`],
])('%s: %s', (written, message) => {
  expect(productMessage(written, names)).toBe(message);
});

test('a product whose family is there is sent to it', () => {
  expect(productMessage('fusionpbx', [...names, 'freeswitch'])).toBe(
    'FusionPBX is family freeswitch, docs/families/freeswitch.md',
  );
});

test.each(['', 'constructor', '__proto__', 'asterisk', 'switchboard'])('%j is no name of a product', (written) => {
  expect(productMessage(written, names)).toBeUndefined();
});
