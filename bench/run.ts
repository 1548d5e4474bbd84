import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureConfigs } from './config/config.ts';
import { type FleetRow, measureFleet } from './fleet/fleet.ts';
import { measureGzip } from './gzip/gzip.ts';
import { measureJournal } from './journal/journal.ts';
import { drawCurves, drawFleetCurves } from './picture/curves.ts';
import { measureQuality } from './quality/quality.ts';
import { measureRounds } from './round/rounds.ts';
import { measureMemory } from './scrape/memory.ts';
import { type ComparedRenderer, measureScrapes, type ScrapePlan } from './scrape/scrape.ts';
import { measureStarts } from './start/start.ts';
import { formatResults, type Results } from './tables.ts';

/**
 * `npm run bench`: measures the cost of scrapes, rounds, call quality, fleets, starts, large configurations and the journal.
 * Scrapes are compared with prom-client, with the same series in the same run. Times vary on shared machines, but the ratios are
 * stable.
 *
 * Flags for all parts: `--only scrape|memory|gzip|rounds|quality|fleet|start|config|journal`, `--json`,
 * `--picture docs/images/scaling.svg`, `--fleet-picture docs/images/fleet.svg`.
 * Scrapes and memory: `--sizes 1000,10000` (series, also for gzip), `--each 500` (phones per PBX), `--renderer ours` (without
 * prom-client), `--row 15` (seconds after which a row has no further scrape).
 * Fleets: `--pbxs 1000,2000` (also for the journal), `--dead 200` (in addition to the first number of PBXs), `--peers 100` (per
 * PBX), `--interval 30` (seconds).
 * Configurations: `--targets 1000,20000`. Rounds: `--phones 100,1000`, `--family freeswitch`.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    each: { type: 'string' },
    renderer: { type: 'string', default: 'prom-client,ours' },
    row: { type: 'string', default: '15' },
    pbxs: { type: 'string', default: '1000' },
    dead: { type: 'string', default: '200' },
    peers: { type: 'string', default: '100' },
    interval: { type: 'string', default: '30' },
    targets: { type: 'string', default: '1000,20000' },
    phones: { type: 'string', default: '100,1000' },
    family: { type: 'string' },
    json: { type: 'boolean', default: false },
    picture: { type: 'string' },
    'fleet-picture': { type: 'string' },
  },
});
const say = (text: string): void => void process.stderr.write(text);
const wanted = (part: string): boolean => values.only === undefined || values.only === part;

async function measureFleets(): Promise<readonly FleetRow[]> {
  const rows: FleetRow[] = [];
  for (const [index, pbxs] of values.pbxs.split(',').map(Number).entries()) {
    const dead = index === 0 ? Number(values.dead) : 0;
    const plan = { pbxs, dead, peers: Number(values.peers), intervalMs: Number(values.interval) * 1000 };
    rows.push(...(await measureFleet(plan, say)));
  }
  return rows;
}

const renderers = (['prom-client', 'ours'] as const).filter((name): name is ComparedRenderer =>
  values.renderer.split(',').includes(name),
);
const pages: ScrapePlan = {
  sizes: values.sizes.split(',').map(Number),
  renderers,
  peers: values.each === undefined ? undefined : Number(values.each),
  rowMs: Number(values.row) * 1000,
};

const results: Results = {
  node: process.version,
  cores: cpus().length,
  ...(wanted('scrape') ? await measureScrapes(pages, say) : {}),
  ...(wanted('memory') ? { memory: await measureMemory(pages, say) } : {}),
  ...(wanted('gzip') ? { gzip: await measureGzip(values.sizes.split(',').map(Number), say) } : {}),
  ...(wanted('rounds')
    ? { rounds: await measureRounds(values.phones.split(',').map(Number), say, values.family) }
    : {}),
  ...(wanted('quality') ? { quality: await measureQuality(say) } : {}),
  ...(wanted('fleet') ? { fleet: await measureFleets() } : {}),
  ...(wanted('start') ? { start: await measureStarts([1, 100], say) } : {}),
  ...(wanted('journal') ? { journal: values.pbxs.split(',').map((pbxs) => measureJournal(Number(pbxs), say)) } : {}),
  ...(wanted('config') ? { config: await measureConfigs(values.targets.split(',').map(Number), say) } : {}),
};
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : formatResults(results));
if (values['fleet-picture'] !== undefined)
  await writeFile(values['fleet-picture'], drawFleetCurves(results.fleet ?? []));
if (values.picture !== undefined)
  await writeFile(values.picture, drawCurves(results.scrapes ?? [], results.memory ?? []));
