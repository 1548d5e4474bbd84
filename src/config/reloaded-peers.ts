import type { Log } from '../log.ts';
import { type ExpectedPeersConfig, readExpectedIds } from './expected-peers.ts';
import { reasonOf } from './unreadable-file.ts';

/** How a file is looked at in each round. */
export interface FileLook {
  /** Differs when the file does, as far as the file system tells. Rejects where it cannot be looked at. */
  readonly stateOf: (path: string) => Promise<string>;
  readonly read: (path: string) => Promise<string>;
}

/**
 * The peers of `peers.expected_file` as the file has them now: it is read again when it has changed. One that cannot be used is
 * told of once, and leaves the list as it was. Never rejects.
 */
export function createReloadedPeers(
  { file, ids }: ExpectedPeersConfig,
  limit: number,
  { log, look }: { readonly log: Log; readonly look: FileLook },
): () => Promise<readonly string[]> {
  let current = ids;
  let seen: string | undefined;
  let told: string | undefined;
  const tell = (fault: string): void => {
    if (fault !== told) log.warn('expected peers: the list in use stays', { file, fault: `the file ${fault}` });
    told = fault;
  };
  const readAgain = async (): Promise<void> => {
    const state = await look.stateOf(file);
    if (state === seen) return;
    const reading = readExpectedIds(await look.read(file), limit);
    seen = state;
    if (!reading.ok) return tell(reading.fault);
    told = undefined;
    current = reading.ids;
  };
  return async () => {
    await readAgain().catch((thrown: unknown) => {
      seen = undefined;
      tell(reasonOf(thrown));
    });
    return current;
  };
}
