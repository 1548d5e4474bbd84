/** Product names that admins may enter as `family`, with the matching families; unsupported products have none. */
const products: Readonly<Record<string, { readonly product: string; readonly families: readonly string[] }>> = {
  freepbx: { product: 'FreePBX', families: ['asterisk'] },
  issabel: { product: 'Issabel', families: ['asterisk'] },
  elastix: { product: 'Elastix', families: ['asterisk'] },
  vitalpbx: { product: 'VitalPBX', families: ['asterisk'] },
  pbxact: { product: 'PBXact', families: ['asterisk'] },
  asterisknow: { product: 'AsteriskNOW', families: ['asterisk'] },
  yeastar: { product: 'Yeastar', families: ['yeastar-s', 'yeastar-k2', 'yeastar-p'] },
  fusionpbx: { product: 'FusionPBX', families: ['freeswitch'] },
  'fs-pbx': { product: 'FS PBX', families: ['freeswitch'] },
  fspbx: { product: 'FS PBX', families: ['freeswitch'] },
  freeswitch: { product: 'FreeSWITCH', families: ['freeswitch'] },
  '3cx': { product: '3CX', families: [] },
  grandstream: { product: 'Grandstream', families: [] },
  'grandstream-ucm': { product: 'Grandstream UCM', families: [] },
  ucm: { product: 'Grandstream UCM', families: [] },
  kamailio: { product: 'Kamailio', families: [] },
  opensips: { product: 'OpenSIPS', families: [] },
  avaya: { product: 'Avaya', families: [] },
  cisco: { product: 'Cisco', families: [] },
  mitel: { product: 'Mitel', families: [] },
};

/**
 * Returns a sentence without a full stop if `written` is the name of a product, e.g. `FreePBX is family asterisk,
 * docs/families/asterisk.md`; otherwise undefined. `families` are the families of this program.
 */
export function productMessage(written: string, families: readonly string[]): string | undefined {
  const word = written.toLowerCase().replaceAll(/[_ ]/g, '-');
  if (!Object.hasOwn(products, word)) return undefined;
  const known = products[word];
  if (known === undefined) return undefined;
  const fitting = known.families.filter((family) => families.includes(family));
  const [only] = fitting;
  if (only === undefined) return `${known.product} is not supported yet: family must be one of ${families.join(', ')}`;
  if (fitting.length > 1) return `${known.product} has several families: it must be one of ${fitting.join(', ')}`;
  return `${known.product} is family ${only}, docs/families/${only}.md`;
}
