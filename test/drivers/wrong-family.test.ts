import { expect, onTestFinished, test } from 'vitest';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { families } from '../../src/drivers/index.ts';
import { createExporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import { simulators } from '../../src/simulator/index.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

/** Families that cannot be distinguished, because they share an API. */
const sameApi = ['yeastar-s', 'yeastar-k2'];

const pairs = simulators.flatMap((simulator) =>
  families
    .filter(({ name }) => name !== simulator.family && !(sameApi.includes(name) && sameApi.includes(simulator.family)))
    .map((family) => [family.name, simulator.family, family, simulator] as const),
);

test.each(pairs)(
  'family %s at a %s: the right family is named, and nobody is banned',
  async (_a, _b, family, simulator) => {
    const clock = createHandClock();
    const pbx = simulator.create({ clock, peers: 1, trunks: 1 });
    const url = await pbx.start();
    const account = family.accounts.includes('password') ? 'username: user, password: geheim' : 'token: geheim';
    const domain = family.name === 'portsip' || family.name === 'webitel' ? ', options: { domain: example.org }' : '';
    const file = checkConfigText(
      `targets: [{ name: hq, family: ${family.name}, url: '${url.href}', ${account}${domain} }]\n`,
      'exporter.yml',
    );
    if (!file.ok) throw new Error(file.problems);
    const { fleet } = createExporter({ config: file.config, clock, random: () => 0, log: silentLog, version: 'test' });
    onTestFinished(async () => {
      await pbx.stop();
      await fleet.stop();
    });
    const [target] = fleet.targets;
    await target?.poll();
    const { detail } = target?.record.lastRound ?? {};
    expect(detail).toMatch(new RegExp(`^this looks like [^:]+: family: .*${simulator.family}`));
    expect(pbx.ledger.bans).toBe(0);
  },
);
