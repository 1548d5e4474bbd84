import type { Clock } from '../../clock.ts';
import type { Part, Peer } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { optional } from '../kit/fields.ts';
import { readText } from './errors.ts';
import { type Contact, peerId, peersFrom, readContacts } from './peers.ts';
import { request, requestAbout } from './requests.ts';
import { combineLists, profileNotRunning, type Round } from './round.ts';

/** How long the list of users is cached, in milliseconds. It costs the PBX more than all other lists. */
const usersMs = 10 * 60_000;

/** Remembers phones between rounds. */
export class PeerMemory {
  readonly #clock: Clock;
  /** The peers in the last complete list of each profile. */
  readonly #byProfile = new Map<string, ReadonlySet<string>>();
  #users: { readonly peers: readonly Peer[]; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Stores the peers whose devices were in the list of a profile. */
  note(profile: string, contacts: readonly Contact[]): void {
    this.#byProfile.set(profile, new Set(contacts.map(({ id }) => id)));
  }

  /** Peers that had a device on one of these profiles when it was last read. */
  on(profiles: readonly string[]): ReadonlySet<string> {
    return new Set(profiles.flatMap((profile) => [...(this.#byProfile.get(profile) ?? [])]));
  }

  /** Forgets all profiles except these. */
  keepOnly(profiles: readonly string[]): void {
    for (const name of this.#byProfile.keys()) if (!profiles.includes(name)) this.#byProfile.delete(name);
  }

  /** The configured users, requested from the PBX if the list is too old. Throws a `Failure`. */
  async users(ask: () => Promise<readonly Peer[]>): Promise<readonly Peer[]> {
    const now = this.#clock.monotonicTime();
    if (this.#users === undefined || now - this.#users.at >= usersMs) this.#users = { peers: await ask(), at: now };
    return this.#users.peers;
  }
}

/**
 * Reads the phones that are registered on any profile and, if the directory is read, the unregistered ones. Phones that
 * were last seen on an unreadable profile are left out and thus stay unchanged, even if another profile lists them: they
 * may have a better device there.
 */
export async function collectPeers(round: Round): Promise<Part<readonly Peer[]>> {
  const { running, missing } = await round.profiles();
  const { peerMemory: memory } = round;
  memory.keepOnly([...running, ...missing]);
  const skipped = round.unknownStates.counter('registrations');
  const lists = await readLists(round, running, skipped);
  const lost = [...missing, ...lists.failures.keys()];
  const elsewhere = memory.on(lost);
  const registered = peersFrom(lists.contacts).filter(({ id }) => !elsewhere.has(id));
  const users = await configuredPeers(round, skipped);
  const failures = [
    ...missing.map(profileNotRunning),
    ...lists.failures.values(),
    ...(users instanceof Failure ? [new Failure(users.reason, `the list of users: ${users.message}`)] : []),
  ];
  const peers = users instanceof Failure ? registered : withUsers(registered, users, elsewhere);
  return combineLists(peers, failures, { isNothing: lists.failures.size === running.length, skipped });
}

interface Lists {
  readonly contacts: readonly Contact[];
  readonly failures: ReadonlyMap<string, Failure>;
}

/**
 * Reads one list after another, because inside the PBX the lists of a profile block each other, and registrations of
 * phones wait for them.
 */
async function readLists(round: Round, profiles: readonly string[], skipped: SkipCounter): Promise<Lists> {
  const contacts: Contact[] = [];
  const failures = new Map<string, Failure>();
  for (const profile of profiles) {
    try {
      const text = await round.ask(requestAbout('registrations', profile), readText);
      const list = readContacts(text, round.settings.domain, skipped);
      round.peerMemory.note(profile, list);
      contacts.push(...list);
    } catch (thrown) {
      const { reason, message } = asFailure(thrown);
      failures.set(profile, new Failure(reason, `profile ${profile}: ${message}`));
    }
  }
  return { contacts, failures };
}

/** The users of the directory; empty if `inventory` does not include them. */
async function configuredPeers(round: Round, skipped: SkipCounter): Promise<readonly Peer[] | Failure> {
  if (round.settings.inventory !== 'list_users') return [];
  try {
    return await round.peerMemory.users(async () => {
      const text = await round.ask(request('users'), readText);
      return readUsers(text, round.settings.domain, skipped);
    });
  } catch (thrown) {
    return asFailure(thrown);
  }
}

/** Registered peers with their names, then users that are not registered and were not on a profile that could not be read. */
function withUsers(
  registered: readonly Peer[],
  users: readonly Peer[],
  elsewhere: ReadonlySet<string>,
): readonly Peer[] {
  if (users.length === 0) return registered;
  const names = new Map(users.map(({ id, name }) => [id, name]));
  const known = new Set(registered.map(({ id }) => id));
  const named = registered.map((peer) => {
    const name = names.get(peer.id);
    return name === undefined ? peer : { ...peer, name };
  });
  return [...named, ...users.filter(({ id }) => !known.has(id) && !elsewhere.has(id))];
}

/** Number of columns of `list_users`. Cells are not escaped. */
const columns = 8;
const [userColumn, domainColumn, nameColumn] = [0, 2, 6];
const header = 'userid|';

/**
 * `list_users`: the users in the directory, as peers that are not registered. A user in several groups is listed once per group.
 * Rows with a `|` in a name cannot be split and count as malformed. Throws a `Failure` if the list is incomplete.
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
