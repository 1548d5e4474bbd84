import type { Reading } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { failedReading, goodPart, readInTurn } from '../kit/collectors.ts';
import { sharedAnswer } from '../kit/shared-answer.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { readCalls } from './calls.ts';
import { collectPeers } from './collect-peers.ts';
import { collectQueues } from './collect-queues.ts';
import { collectTrunks } from './collect-trunks.ts';
import { readProfiles } from './profiles.ts';
import { request } from './requests.ts';
import { asking, type Remembered, type Round } from './round.ts';
import { readStatus } from './system.ts';

/**
 * A round: `status`, calls, profiles, one list of phones for each profile, gateways, queues; one request at a time. `status` comes
 * first, because a FreeSWITCH that is going down goes on answering for some seconds, and counts no calls then.
 */
export async function collect(conversation: Conversation, remembered: Remembered): Promise<Reading> {
  const { collectors: wanted } = conversation;
  const round = startRound(conversation, remembered);
  const status = await round.ask(request('status'), readStatus).catch((thrown: unknown) => asFailure(thrown));
  if (!(status instanceof Failure) && !status.isReady)
    return failedReading(wanted, new Failure('service_unavailable', 'FreeSWITCH is starting or stopping: not ready'));
  const ready = (): Exclude<typeof status, Failure> => {
    if (status instanceof Failure) throw status;
    return status;
  };
  return readInTurn(wanted, {
    system: () => Promise.resolve().then(() => goodPart(ready().facts)),
    calls: async () => {
      ready();
      return goodPart(await round.ask(request('calls'), readCalls));
    },
    peers: () => collectPeers(round),
    trunks: () => collectTrunks(round),
    queues: () => collectQueues(round),
  });
}

function startRound(conversation: Conversation, remembered: Remembered): Round {
  const ask = asking(conversation);
  let listed: (() => ReturnType<Round['profiles']>) | undefined;
  return {
    ...remembered,
    ask,
    profiles: () => {
      listed ??= sharedAnswer(
        ask(request('profiles'), readProfiles).then((profiles) => remembered.knownProfiles.judge(profiles)),
      );
      return listed();
    },
  };
}
