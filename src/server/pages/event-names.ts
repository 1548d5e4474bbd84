import type { JournalEvent } from '../../journal/event.ts';
import { type NameHash, shownPeerName } from '../../snapshot/peer-name.ts';
import type { TargetIdentity } from '../../snapshot/record.ts';

/** Finds targets of the configuration in use. */
interface Targets {
  get(name: string): { readonly identity: TargetIdentity } | undefined;
}

/**
 * Names of rows as the configuration in use wants them shown. A PBX that is no longer in it says nothing about names, so
 * none are shown of its peers.
 */
export function eventNames(targets: Targets, hashName: NameHash): (event: JournalEvent) => string | undefined {
  return ({ kind, pbx = '', name }) => {
    if (name === undefined || kind !== 'peer') return name;
    const identity = targets.get(pbx)?.identity;
    const shown = identity && shownPeerName(name, identity, hashName);
    return shown === '' ? undefined : shown;
  };
}
