import type { ApiRequest } from '../../transport/request.ts';
import type { Conversation } from '../driver.ts';
import type { AmiAnswer } from './ami-message.ts';
import { actionRequest, type AsteriskCall } from './requests.ts';
import { readResponse } from './errors.ts';

/** Sends one action that every Asterisk can answer. Throws a `Failure`. */
export function ask<T>(
  conversation: Conversation,
  call: AsteriskCall,
  read: (answer: AmiAnswer) => T,
  parameters: Readonly<Record<string, string>> = {},
  limit: Pick<ApiRequest, 'timeoutMs'> = {},
): Promise<T> {
  return conversation.ask({
    request: { ...actionRequest(call, parameters), ...limit },
    read: (answer, session) => read(readResponse(answer, session)),
  });
}

/**
 * Like {@link ask}, for an action that other callers depend on but that supplies only details here: it is auxiliary, so
 * its failure affects nothing else.
 */
export function askDetail<T>(
  conversation: Pick<Conversation, 'ask'>,
  call: AsteriskCall,
  read: (answer: AmiAnswer) => T,
): Promise<T> {
  return conversation.ask({
    request: actionRequest(call),
    read: (answer, session) => read(readResponse(answer, session)),
    auxiliary: true,
  });
}

/** Work that starts when it is first needed; later callers share its outcome. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined = undefined;
  return () => (begun ??= work());
}
