import type { Peer } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { optional } from '../kit/fields.ts';
import { Failure } from '../../transport/failure.ts';
import { peerId } from './peers.ts';

/** Columns of a row of `list_users`, none of which is escaped. */
const columns = 8;
const [userColumn, domainColumn, nameColumn] = [0, 2, 6];
const header = 'userid|';

/**
 * `list_users`: who is in the directory, as peers that are not registered. A user of several groups is listed once for each. Rows
 * with a `|` in a name cannot be taken apart and count as malformed. Throws a `Failure` where the list is not whole.
 */
export function readUsers(text: string, domain: string | undefined, skipped: SkipCounter): readonly Peer[] {
  if (!/(?:^|\n)\+OK\n?$/.test(text)) throw new Failure('protocol', 'the list of users is cut off before its end');
  const peers = new Map<string, Peer>();
  for (const line of text.split('\n')) {
    if (line === '' || line === '+OK' || line.startsWith(header)) continue;
    const cells = line.split('|');
    const id = cells.length === columns ? peerId(`${cells[userColumn]}@${cells[domainColumn]}`, domain) : '';
    if (id === '') skipped.add('malformed');
    if (id !== undefined && id !== '') peers.set(id, configured(id, cells[nameColumn] ?? ''));
  }
  return [...peers.values()];
}

function configured(id: string, name: string): Peer {
  return {
    id,
    ...optional('name', name === '(null)' ? '' : name),
    state: 'unregistered',
    registered: false,
    contacts: 0,
  };
}
