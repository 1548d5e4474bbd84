import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** One PBX as the exporter's configuration needs it. */
export interface SimulatedPbx {
  readonly url: string;
  readonly account: { readonly username: string; readonly password: string };
}

/** What the PBXs themselves have counted. */
export interface Ledgers {
  readonly requests: number;
  readonly logins: number;
  readonly connections: number;
}

/** Simulated PBXs in a process of their own. */
export class PbxProcess {
  readonly pbxs: readonly SimulatedPbx[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pbxs: readonly SimulatedPbx[]) {
    this.#child = child;
    this.pbxs = pbxs;
  }

  static async start(count: number, peers: number, intervalMs = 30_000): Promise<PbxProcess> {
    const child = fork(new URL('pbxs-process.ts', import.meta.url), [count, peers, intervalMs].map(String));
    const [{ pbxs }] = (await once(child, 'message')) as [{ readonly pbxs: readonly SimulatedPbx[] }];
    return new PbxProcess(child, pbxs);
  }

  async ledgers(): Promise<Ledgers> {
    const answer = once(this.#child, 'message') as Promise<[Ledgers]>;
    this.#child.send('ledgers');
    return (await answer)[0];
  }

  async stop(): Promise<void> {
    await end(this.#child);
  }
}

/** Addresses at which connecting never comes to an end. */
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
