import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** One PBX with the data for the configuration of the exporter. */
export interface SimulatedPbx {
  readonly url: string;
  readonly account: { readonly username: string; readonly password: string };
}

/** Counts by the PBXs themselves. */
export interface Ledgers {
  readonly requests: number;
  readonly logins: number;
  readonly connections: number;
}

/** Maximum number of PBXs per process; with more, their garbage collection would dominate the measurement. */
const pbxsPerProcess = 2_500;

/** Simulated PBXs in separate processes. */
export class SimulatedPbxs {
  readonly pbxs: readonly SimulatedPbx[];
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[], pbxs: readonly SimulatedPbx[]) {
    this.#children = children;
    this.pbxs = pbxs;
  }

  static async start(count: number, peers: number, intervalMs = 30_000): Promise<SimulatedPbxs> {
    const children: ChildProcess[] = [];
    const pbxs: SimulatedPbx[] = [];
    for (let left = count; left > 0; left -= pbxsPerProcess) {
      const share = [Math.min(left, pbxsPerProcess), peers, intervalMs].map(String);
      const child = fork(new URL('pbxs-process.ts', import.meta.url), share);
      const [message] = (await once(child, 'message')) as [{ readonly pbxs: readonly SimulatedPbx[] }];
      children.push(child);
      pbxs.push(...message.pbxs);
    }
    return new SimulatedPbxs(children, pbxs);
  }

  async ledgers(): Promise<Ledgers> {
    const all = await Promise.all(this.#children.map((child) => askLedgers(child)));
    const sum = (name: keyof Ledgers): number => all.reduce((total, ledgers) => total + ledgers[name], 0);
    return { requests: sum('requests'), logins: sum('logins'), connections: sum('connections') };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => end(child)));
  }
}

async function askLedgers(child: ChildProcess): Promise<Ledgers> {
  const answer = once(child, 'message') as Promise<[Ledgers]>;
  child.send('ledgers');
  return (await answer)[0];
}

/** Starts addresses to which connections never complete. */
export async function startDeadPbxs(
  count: number,
): Promise<{ readonly pbxs: readonly SimulatedPbx[]; stop(): Promise<void> }> {
  const child = fork(new URL('dead-process.ts', import.meta.url), [String(count)]);
  const [{ ports }] = (await once(child, 'message')) as [{ readonly ports: readonly number[] }];
  const account = { username: 'prometheus', password: 'nobody-asks' };
  return { pbxs: ports.map((port) => ({ url: `http://127.0.0.1:${port}`, account })), stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
