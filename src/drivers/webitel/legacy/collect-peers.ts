import type { Part, Peer } from '../../../snapshot/reading.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { goodPart } from '../../kit/collectors.ts';
import type { Settings } from '../shared/settings.ts';
import { readAccounts } from './peers.ts';
import { readPayload } from './errors.ts';
import type { Proof } from './column-order.ts';
import { domainOf, domainQuery, type EngineRound } from './engine-round.ts';
import { lostReply } from './lost-replies.ts';
import { demandWholeList, type Identity } from './rights.ts';

/** A list of accounts, and whether its columns show that it is the answer to our question. */
export interface Accounts {
  readonly peers: readonly Peer[];
  readonly proof: Proof;
}

/** Asks for the accounts of the domain. Throws a `Failure`. */
export function readPeers({ engine, askConsole }: EngineRound, version: string | undefined): Promise<Part<Accounts>> {
  const domain = domainOf(engine);
  const order = engine.order.query(version);
  const read = (answer: ApiAnswer): Part<Accounts> => {
    const skipped = engine.settings.unknownWords.counter('extensions');
    const payload = readPayload(answer, 'the role of the account lacks the right account: r');
    const proof = Object.keys(order).length === 0 ? 'none' : engine.order.proof(payload);
    if (proof === 'foreign') throw lostReply();
    return goodPart({ peers: readAccounts(payload, domain, skipped), proof }, skipped.counts());
  };
  return askConsole({ call: 'accounts', path: 'accounts', query: { ...domainQuery(domain), ...order }, read });
}

/** The accounts, if they can be all of the domain's. Throws a `Failure` where they look whole and are not. */
export async function judgePeers(part: Part<Accounts>, round: EngineRound): Promise<Part<readonly Peer[]>> {
  const identity = await round.identity();
  if (!part.ok) return { ok: false, reason: part.reason, ...(part.detail !== undefined && { detail: part.detail }) };
  const { peers } = part.value;
  demandWholeList(identity.accounts, 'account');
  demandMoreThanOwn(peers, identity, round.engine.settings);
  if (peers.length === 0) await round.demandKnownDomain();
  return goodPart(peers, part.skipped);
}

/** Where the engine does not tell our rights: a list that holds nobody but ourselves is what a too small role gets. */
function demandMoreThanOwn(peers: readonly Peer[], identity: Identity, { account }: Settings): void {
  if (identity.accounts !== 'untold' || peers.length !== 1) return;
  const own = (identity.id ?? (account.kind === 'password' ? account.username : '')).split('@')[0];
  if (peers[0]?.id === own) demandWholeList('own', 'account');
}
