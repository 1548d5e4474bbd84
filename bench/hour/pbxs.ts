import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { SimulatorAccount } from '../../src/simulator/simulator.ts';

/** The data for the configuration entry of a target. */
export interface PbxEntry {
  readonly name: string;
  readonly family: string;
  readonly url: string;
  readonly account: SimulatorAccount;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** Counts of one PBX. */
export interface PbxLedger {
  readonly logins: number;
  /** Open sessions. */
  readonly sessions: number;
  /** Sessions ended by the PBX: expired, or lost in a restart. */
  readonly ended: number;
  readonly logouts: number;
  /** Logins, renewals and logouts affected by a fault. */
  readonly affectedLogins: number;
  readonly bans: number;
}

/** Counts of all PBXs. */
export interface HourLedgers extends Omit<PbxLedger, 'ended'> {
  readonly requests: number;
  readonly loginsRefused: number;
  readonly expired: number;
  readonly revoked: number;
  /** Number of PBXs with a fault now. */
  readonly withFault: number;
  /** Number of faults so far by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly byPbx: Readonly<Record<string, PbxLedger>>;
}

/**
 * Orders to the PBXs. `inject faults`: start causing faults. `end faults`: end all faults. `restart all`: all PBXs forget all sessions.
 * `report`: only return the counts. `changed`: these targets are logged out, which unreachable PBXs do not notice.
 */
export type HourOrder =
  'inject faults' | 'end faults' | 'restart all' | 'report' | { readonly changed: readonly string[] };

/** The process with the simulated PBXs. */
export class HourPbxs {
  readonly entries: readonly PbxEntry[];
  readonly #child: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, entries: readonly PbxEntry[]) {
    this.#child = child;
    this.entries = entries;
  }

  static async start(seed: number): Promise<HourPbxs> {
    const child = fork(new URL('pbxs-process.ts', import.meta.url), [String(seed)]);
    const { pbxs } = await messageOf<{ readonly pbxs: readonly PbxEntry[] }>(child);
    return new HourPbxs(child, pbxs);
  }

  /** Sends an order; resolves to the counts after its execution. Rejects if the process has ended. */
  order(order: HourOrder): Promise<HourLedgers> {
    const answer = this.#turn.then(() => {
      const reply = messageOf<HourLedgers>(this.#child);
      if (this.#child.connected) this.#child.send(order, () => {});
      return reply;
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async stop(): Promise<void> {
    if (hasEnded(this.#child)) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Returns the next message of a process. Rejects if the process ends first. */
function messageOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the simulated PBXs have ended'));
    if (hasEnded(child)) return ended();
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
