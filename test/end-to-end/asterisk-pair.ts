import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instances, lane, testbedOutput } from './testbed.ts';

/** A separate loopback network, to avoid conflicts with a sample that a developer has started by hand and with the other lane. */
export const network = `127.18.${100 + lane}`;

/** URL of the AMI of the real PBX; the sample configuration sets the port. */
export const pbxUrl = `http://${network}.1:18088`;

/** The accounts in manager.conf of the sample; made up, they protect nothing. */
export const accounts = {
  exporter: { username: 'exporter', password: 's3cret-exporter' },
  /** Lacks the write class that is required to list contacts. */
  weak: { username: 'weak', password: 's3cret-weak' },
} as const;

/** SIP secrets that Asterisk includes in its lists and that must never leave the exporter. */
export const sipSecrets = ['trunk-pw', 'pw-1001', 'pw-1006'] as const;

/** A real PBX, and a second Asterisk, the carrier, that plays its phones and its trunk provider. */
export interface AsteriskPair {
  /** Starts the PBX again after {@link stopPbx}; its database still contains the registered phones. */
  restartPbx(): Promise<void>;
  stopPbx(): Promise<void>;
  startCarrier(): Promise<void>;
  stopCarrier(): Promise<void>;
  /** Runs a command on the console of the PBX; returns its output. */
  pbxConsole(command: string): Promise<string>;
  carrierConsole(command: string): Promise<string>;
  /** Stops both and removes their configuration. */
  close(): Promise<void>;
}

/**
 * Writes the sample configuration, lets `prepare` change it (folders `pbx` and `carrier` in the folder it receives), and starts both
 * instances.
 */
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
  await stop(instances.pbx); // left over from an interrupted run
  await stop(instances.carrier);
  await pair.startCarrier();
  await start(join(folder, 'pbx'), instances.pbx);
  return pair;
}

/** One line of `pjsip show contacts`. */
export interface ConsoleContact {
  /** Address of record; in the sample, this is the name of the endpoint. */
  readonly aor: string;
  readonly uri: string;
  /** The abbreviation on the console: Avail, Unavail, NonQual. */
  readonly status: string;
  /** Roundtrip in microseconds; the console prints milliseconds with three decimals. */
  readonly roundtripMicroseconds: number | undefined;
}

/** Reads the contacts from the console. */
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

/** Returns the number of open AMI sessions of a user. */
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
