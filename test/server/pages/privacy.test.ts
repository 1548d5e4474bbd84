import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { yeastarSFamily } from '../../../src/simulator/yeastar/index.ts';
import { benchExporter, type ExporterBench } from '../../support/exporter-bench.ts';
import { columnTitles, row } from './page-text.ts';

process.env['PRIVACY_TEST_KEY'] = 'made-up key of hashed names';
process.env['PRIVACY_TEST_OTHER_KEY'] = 'another made-up key';
const withKey = (variable: string): string => `hash, hash_key_env: ${variable}`;

/** Starts an exporter that has read a simulated PBX. `people` are the names of its phones. */
async function readPbx(names: string): Promise<{
  readonly bench: ExporterBench;
  readonly people: readonly string[];
  /** Returns the configuration with another display mode of names. */
  readonly text: (names: string, password?: string) => string;
  readonly logins: () => number;
}> {
  const pbx = yeastarSFamily.create({ clock: systemClock, peers: 6, trunks: 1 });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  const account = pbx.account as { username: string; password: string };
  const text = (shown: string): string =>
    `targets:\n  - { name: hq, family: yeastar-s, url: '${url.href}', username: ${account.username}, password: '${account.password}', peers: { names: ${shown} } }\n`;
  const bench = await benchExporter(systemClock, text(names));
  await bench.round();
  const people = pbx.world.extensions.map(({ name }) => name).filter((name) => name !== '');
  return { bench, people, text, logins: () => pbx.ledger.loginsGood };
}

const infoLine = /pbx_peer_info\{pbx="hq",peer="([^"]*)",name="([^"]*)"\}/gu;
const infoLines = (page: string): readonly string[] => [...page.matchAll(infoLine)].map(([line]) => line);

test.each(['plain', withKey('PRIVACY_TEST_KEY')])(
  'peers.names: %s shows the same names on the page as on /metrics',
  async (names) => {
    const { bench, people } = await readPbx(names);
    const [page, metrics] = [await bench.page('/pbx?target=hq'), await bench.page('/metrics')];
    const exported = [...metrics.matchAll(infoLine)];
    expect(exported.length).toBeGreaterThan(0);
    for (const [, peer = '', name = ''] of exported) expect(row(page, 'Peers', peer)['Name']).toBe(name);
    for (const person of people) expect(page.includes(person)).toBe(names === 'plain');
  },
);

test('another key: the old hashes leave the page at once, and nobody logs in anew', async () => {
  const { bench, text, logins } = await readPbx(withKey('PRIVACY_TEST_KEY'));
  const before = infoLines(await bench.page('/metrics'));
  bench.write(text(withKey('PRIVACY_TEST_OTHER_KEY')));
  expect((await bench.reload()).text).toContain('1 unchanged');
  const after = infoLines(await bench.page('/metrics'));
  expect(after).toHaveLength(before.length);
  expect(after.filter((line) => before.includes(line))).toEqual([]);
  await bench.round();
  expect(infoLines(await bench.page('/metrics'))).toEqual(after);
  expect(logins()).toBe(1);
});

test('peers.names: hash without a key shows no name, and log and page say why', async () => {
  const { bench, people, text } = await readPbx('hash');
  const told = 'warn no names are exported: peers.names is hash, and there is no hash key {"targets":1,"first":"hq"}';
  expect(bench.log).toContain(told);
  const [page, metrics] = [await bench.page('/pbx?target=hq'), await bench.page('/metrics')];
  expect(infoLines(metrics)).toEqual([]);
  expect(columnTitles(page, 'Peers')).not.toContain('Name');
  expect(page).toContain('<code>peers.hash_key_file</code>');
  for (const person of people) expect(page + metrics).not.toContain(person);

  bench.write(text(withKey('PRIVACY_TEST_KEY')));
  await bench.reload();
  expect(infoLines(await bench.page('/metrics'))).not.toEqual([]);
  expect(await bench.page('/pbx?target=hq')).not.toContain('hash_key_file');
  expect(bench.log.filter((line) => line === told)).toHaveLength(1);
});

test('peers.names: none shows no name on any page', async () => {
  const { bench, people } = await readPbx('none');
  expect(people.length).toBeGreaterThan(0);
  for (const path of ['/', '/pbx?target=hq', '/pbx?target=hq&sort=name', '/metrics']) {
    const page = await bench.page(path);
    for (const person of people) expect(page).not.toContain(person);
  }
  expect(columnTitles(await bench.page('/pbx?target=hq'), 'Peers')).not.toContain('Name');
});
