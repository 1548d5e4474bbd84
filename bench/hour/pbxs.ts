import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { SimulatorAccount } from '../../src/simulator/simulator.ts';

/** What a target's entry in the configuration is made from. */
export interface PbxEntry {
  readonly name: string;
  readonly family: string;
  readonly url: string;
  readonly account: SimulatorAccount;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** What one PBX has counted. */
export interface PbxBooks {
  readonly logins: number;
  /** Open now. */
  readonly sessions: number;
  /** Ended by the PBX: expired, or forgotten in a restart. */
  readonly ended: number;
  readonly logouts: number;
  /** Logins, renewals and logouts that a fault befell. */
  readonly spoilt: number;
  readonly bans: number;
}

/** What all PBXs have counted. */
export interface HourLedgers extends Omit<PbxBooks, 'ended'> {
  readonly requests: number;
  readonly loginsRefused: number;
  readonly expired: number;
  readonly revoked: number;
  /** PBXs in trouble now. */
  readonly inTrouble: number;
  /** Troubles so far by kind. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly byPbx: Readonly<Record<string, PbxBooks>>;
}

/**
 * `stir`: troubles come and go from now on; `calm`: they end; `restart all`: no PBX knows any session; `report`: nothing
 * but the answer; `changed`: these targets are logged out, which a PBX that cannot be reached will not notice.
 */
export type HourOrder = 'stir' | 'calm' | 'restart all' | 'report' | { readonly changed: readonly string[] };

/** The simulated PBXs in their process. */
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

  /** Gives an order; resolves to the books once it is carried out. Rejects when the process has ended. */
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

/** The next message of a process. Rejects when it ends instead. */
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
