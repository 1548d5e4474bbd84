import { asFailure, type Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { failedPart, type NamedList } from '../kit/collectors.ts';
import type { ActionSupport, Outcome } from './action-support.ts';
import type { AmiAnswer } from './ami-message.ts';
import type { AsteriskCall } from './requests.ts';
import { missingRight } from './errors.ts';

/** The outcome of a list: as in {@link Outcome}, or a failure to read it this time. */
export type ListOutcome<T> = Outcome<T> | { readonly kind: 'failed'; readonly failure: Failure };

/** Requests a list, unless the PBX is known not to answer. Never throws, because each list fails independently. */
export type AskList = <T>(call: AsteriskCall, read: (answer: AmiAnswer) => T) => Promise<ListOutcome<T>>;

/** Display names of the lists. */
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

/** Returns a function that requests lists in this conversation. */
export function listAsker(conversation: Conversation, actionSupport: ActionSupport): AskList {
  return async (call, read) => {
    try {
      return await actionSupport.ask(conversation, call, read);
    } catch (thrown) {
      return { kind: 'failed', failure: asFailure(thrown) };
    }
  };
}

/** The rows of a list: empty if its module is not loaded, undefined if they could not be read. */
export function rowsOf<T>(outcome: ListOutcome<readonly T[]>): readonly T[] | undefined {
  if (outcome.kind === 'read') return outcome.value;
  return outcome.kind === 'missing' ? [] : undefined;
}

/** The list as a failed part, for the collectors that lack its rows; empty if the list was read or its module is not loaded. */
export function notRead<T>(call: AsteriskCall, outcome: ListOutcome<T>): readonly NamedList<never>[] {
  if (outcome.kind === 'read' || outcome.kind === 'missing') return [];
  const failure = outcome.kind === 'refused' ? missingRight() : outcome.failure;
  return [{ name: listNames[call] ?? call, part: failedPart(failure) }];
}
