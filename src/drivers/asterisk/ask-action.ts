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
 * Like {@link ask}, for a caller to which the action supplies only details. The call is auxiliary, so its failure affects
 * nothing else.
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

/** Returns a function that starts the work at its first call; later calls share the outcome. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined = undefined;
  return () => (begun ??= work());
}
