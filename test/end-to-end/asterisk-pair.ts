import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instances, lane, testbedOutput } from './testbed.ts';

/** A loopback network of its own, so that neither a sample which a developer has started by hand nor the other lane is in the way. */
export const network = `127.18.${100 + lane}`;

/** Where the AMI of the real PBX answers; the sample configuration fixes the port. */
export const pbxUrl = `http://${network}.1:18088`;

/** The accounts of the sample's manager.conf; made up, they guard nothing. */
export const accounts = {
  exporter: { username: 'exporter', password: 's3cret-exporter' },
  /** Lacks the write class that lists of contacts need. */
  weak: { username: 'weak', password: 's3cret-weak' },
} as const;

/** SIP secrets that Asterisk sends along with its lists and that must never leave the exporter. */
export const sipSecrets = ['trunk-pw', 'pw-1001', 'pw-1006'] as const;

/** Seconds between two OPTIONS that the sample PBX sends to a phone, and how long it waits for an answer. */
export const qualify = { frequencySeconds: 5, timeoutSeconds: 2 } as const;

/** A real PBX and the carrier that plays its phones and its trunk provider. */
export interface AsteriskPair {
  /** Starts the PBX again after {@link stopPbx}; registered phones are still in its database. */
  restartPbx(): Promise<void>;
  stopPbx(): Promise<void>;
  startCarrier(): Promise<void>;
  stopCarrier(): Promise<void>;
  /** One command on the console of the PBX; what it prints. */
  pbxConsole(command: string): Promise<string>;
  carrierConsole(command: string): Promise<string>;
  /** Stops both and removes their configuration. */
  close(): Promise<void>;
}

/** Writes the sample configuration, lets `prepare` change it (folders `pbx` and `carrier` in the one given), and starts both instances. */
export async function startAsteriskPair(
  prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<AsteriskPair> {
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-asterisk-'));
  await testbedOutput('asterisk', ['sample', folder], { environment: { ASTERISK_SAMPLE_NET: network } });
  await prepare(folder);
  const pair: AsteriskPair = {
    restartPbx: () => start(join(folder, 'pbx'), instances.pbx, { ASTERISK_KEEP: '1' }),
    stopPbx: () => stop(instances.pbx),
    startCarrier: () => start(join(folder, 'carrier'), instances.carrier),
    stopCarrier: () => stop(instances.carrier),
    pbxConsole: (command) => testbedOutput('asterisk', ['cli', instances.pbx, command]),
    carrierConsole: (command) => testbedOutput('asterisk', ['cli', instances.carrier, command]),
    async close() {
      await stop(instances.pbx);
      await stop(instances.carrier);
      await rm(folder, { recursive: true });
    },
  };
  await stop(instances.pbx); // what an interrupted run left
  await stop(instances.carrier);
  await pair.startCarrier();
  await start(join(folder, 'pbx'), instances.pbx);
  return pair;
}

/** One line of `pjsip show contacts`. */
export interface ConsoleContact {
  /** Address of record, which in the sample is the endpoint's name. */
  readonly aor: string;
  readonly uri: string;
  /** The console's short word: Avail, Unavail, NonQual. */
  readonly status: string;
  /** Roundtrip in microseconds; the console prints milliseconds with three decimals. */
  readonly roundtripMicroseconds: number | undefined;
}

/** Reads the contacts as an admin sees them on the console. */
export async function consoleContacts(pair: AsteriskPair): Promise<readonly ConsoleContact[]> {
  const text = await pair.pbxConsole('pjsip show contacts');
  const line = /^ {2}Contact: {2}([^/\s]+)\/(\S+) +[0-9a-f]{10} (\w+) +(\S+)$/gmu;
  return [...text.matchAll(line)].map(([, aor = '', uri = '', status = '', milliseconds = '']) => ({
    aor,
    uri,
    status,
    roundtripMicroseconds: /^[\d.]+$/u.test(milliseconds) ? Math.round(Number(milliseconds) * 1000) : undefined,
  }));
}

/** How many AMI sessions of that user the PBX holds at the moment. */
export async function openSessions(pair: AsteriskPair, username: string): Promise<number> {
  const text = await pair.pbxConsole('manager show connected');
  return text.split('\n').filter((line) => line.trim().startsWith(`${username} `)).length;
}

async function start(folder: string, name: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
  await testbedOutput('asterisk', ['start', folder, name], { environment });
}

async function stop(name: string): Promise<void> {
  await testbedOutput('asterisk', ['stop', name]);
}
