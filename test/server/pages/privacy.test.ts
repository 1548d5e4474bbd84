import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { yeastarSFamily } from '../../../src/simulator/yeastar-s/index.ts';
import { benchExporter, type ExporterBench } from '../../support/exporter-bench.ts';
import { columnTitles, row } from './page-text.ts';

/** A whole exporter that has read a simulated PBX whose phones have names; the names that the PBX knows. */
async function readPbx(names: string): Promise<{ readonly bench: ExporterBench; readonly people: readonly string[] }> {
  const pbx = yeastarSFamily.create({ clock: systemClock, peers: 6, trunks: 1 });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  const { username, password } = pbx.account as { username: string; password: string };
  const bench = await benchExporter(
    systemClock,
    `targets:\n  - { name: hq, family: yeastar-s, url: '${url.href}', username: ${username}, password: '${password}', peers: { names: ${names} } }\n`,
  );
  await bench.round();
  const people = pbx.world.extensions.map(({ name }) => name).filter((name) => name !== '');
  return { bench, people };
}

const infoLine = /pbx_peer_info\{pbx="hq",peer="([^"]*)",name="([^"]*)"\}/gu;

test.each(['plain', 'hash'])('peers.names: %s shows the same names on the page as on /metrics', async (names) => {
  const { bench, people } = await readPbx(names);
  const [page, metrics] = [await bench.page('/pbx?target=hq'), await bench.page('/metrics')];
  const exported = [...metrics.matchAll(infoLine)];
  expect(exported.length).toBeGreaterThan(0);
  for (const [, peer = '', name = ''] of exported) expect(row(page, 'Peers', peer)['Name']).toBe(name);
  for (const person of people) expect(page.includes(person)).toBe(names === 'plain');
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
