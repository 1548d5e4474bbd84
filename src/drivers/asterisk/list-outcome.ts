import { asFailure, type Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { failedPart, type NamedList } from '../kit/collectors.ts';
import type { ActionSupport, Outcome } from './action-support.ts';
import type { AmiAnswer } from './ami-message.ts';
import type { AsteriskCall } from './requests.ts';
import { missingRight } from './errors.ts';

/** What came of a list: as in {@link Outcome}, or it could not be read this time. */
export type ListOutcome<T> = Outcome<T> | { readonly kind: 'failed'; readonly failure: Failure };

/** Asks for a list, unless it is known that there will be no answer. Never throws: lists fail on their own. */
export type AskList = <T>(call: AsteriskCall, read: (answer: AmiAnswer) => T) => Promise<ListOutcome<T>>;

/** Names of the lists, for people. */
const listNames: Readonly<Partial<Record<AsteriskCall, string>>> = {
  endpoints: 'PJSIP endpoints',
  contacts: 'PJSIP contacts',
  registrations: 'PJSIP registrations',
  device_states: 'device states',
  sip_peers: 'SIP peers',
  sip_registrations: 'SIP registrations',
  iax2_peers: 'IAX2 peers',
  iax2_registrations: 'IAX2 registrations',
};

/** Asks for lists in this conversation. */
export function listAsker(conversation: Conversation, actionSupport: ActionSupport): AskList {
  return async (call, read) => {
    try {
      return await actionSupport.ask(conversation, call, read);
    } catch (thrown) {
      return { kind: 'failed', failure: asFailure(thrown) };
    }
  };
}

/** The rows of a list: none where its module is not loaded, undefined if they could not be read. */
export function rowsOf<T>(outcome: ListOutcome<readonly T[]>): readonly T[] | undefined {
  if (outcome.kind === 'read') return outcome.value;
  return outcome.kind === 'missing' ? [] : undefined;
}

/** The list as a part that failed, for the collectors that lack its rows; empty if there is nothing to complain of. */
export function notRead<T>(call: AsteriskCall, outcome: ListOutcome<T>): readonly NamedList<never>[] {
  if (outcome.kind === 'read' || outcome.kind === 'missing') return [];
  const failure = outcome.kind === 'refused' ? missingRight() : outcome.failure;
  return [{ name: listNames[call] ?? call, part: failedPart(failure) }];
}
