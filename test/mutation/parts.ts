/** One part of the mutation run: critical files, and the tests that must detect changes in them. */
export interface Part {
  readonly files: readonly string[];
  /** Only fast tests, because each runs hundreds of times. */
  readonly tests: readonly string[];
}

/** The parts by name. Parts of families contain the files that convert PBX data to states. */
export const parts: Readonly<Record<string, Part>> = {
  core: {
    files: [
      'src/polling/session-keeper.ts',
      'src/polling/login-guard/login-guard.ts',
      'src/snapshot/record.ts',
      'src/exposition/escape.ts',
      'src/exposition/gzip/block.ts',
    ],
    tests: [
      'test/polling/**/*.test.ts',
      'test/snapshot/**/*.test.ts',
      'test/exposition/escape.test.ts',
      'test/exposition/gzip/block.test.ts',
    ],
  },
  fleet: {
    files: ['src/fleet/fleet.ts', 'src/fleet/round-queues.ts', 'src/fleet/schedule.ts', 'src/fleet/shard.ts'],
    tests: ['test/fleet/**/*.test.ts'],
  },
  asterisk: {
    files: [
      ...drivers('asterisk', ['device-states', 'queues']),
      ...drivers('asterisk/pjsip', ['peers', 'trunks', 'lists', 'phones-and-trunks']),
      ...drivers('asterisk/older', ['peers', 'trunks', 'lists', 'phones-and-trunks']),
    ],
    tests: driverTests('asterisk', ['states', 'older-states', 'pjsip', 'queues']),
  },
  'asterisk-quality': {
    files: drivers('asterisk/quality', [
      'channel-name',
      'events',
      'finished-legs',
      'leg-values',
      'replay-states',
      'running-legs',
    ]),
    tests: driverTests('asterisk/quality', ['events', 'leg-values', 'legs', 'replay-states']),
  },
  freeswitch: {
    files: drivers('freeswitch', ['blocks', 'peers', 'trunks', 'queues', 'profiles']),
    tests: driverTests('freeswitch', ['peers', 'trunks', 'queues', 'traps']),
  },
  mikopbx: {
    files: [
      ...drivers('mikopbx/shared', ['peers-list', 'registry', 'confirmation']),
      ...drivers('mikopbx/legacy', ['peer-detail', 'peers']),
      ...drivers('mikopbx/v3', ['peers', 'trunks', 'registration']),
    ],
    tests: driverTests('mikopbx', ['peer-states', 'trunk-states']),
  },
  portsip: {
    files: drivers('portsip', ['peers', 'trunks', 'bulk-states']),
    tests: driverTests('portsip', ['peers', 'trunk-states', 'bulk-states']),
  },
  webitel: {
    files: [
      ...drivers('webitel/legacy', ['peers', 'trunks', 'queues', 'domain-check']),
      ...drivers('webitel/modern', ['peers', 'trunks', 'queues']),
    ],
    tests: driverTests('webitel', ['legacy/states', 'modern/states']),
  },
  yeastar: {
    files: [
      ...drivers('yeastar-s-k2', ['peers', 'trunks', 'queues']),
      ...drivers('yeastar-p', ['peers', 'trunks', 'queues']),
    ],
    tests: [...driverTests('yeastar-s-k2', ['states']), ...driverTests('yeastar-p', ['states'])],
  },
};

/** Returns the part named in the environment variable `MUTATION_PART`. */
export function partOfThisRun(): Part {
  const name = process.env['MUTATION_PART'] ?? '';
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part === undefined) throw new Error(`MUTATION_PART is to name one of ${Object.keys(parts).join(', ')}`);
  return part;
}

function drivers(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `src/drivers/${folder}/${name}.ts`);
}

function driverTests(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `test/drivers/${folder}/${name}.test.ts`);
}
