import { type AmiMessage, field, readMessage } from '../ami-message.ts';
import { readChannelName, type RtpChannel } from './channel-name.ts';
import { type LegNumbers, type LegValues, readLegValues } from './leg-values.ts';

/** The end of a call leg. The parties of the call are not stored. */
export interface FinishedLeg extends RtpChannel {
  /** Absent if the text of the PBX cannot be parsed. */
  readonly values?: LegNumbers;
  /** Start of the leg by the PBX's clock, in seconds since 1970; absent if it is not reported. */
  readonly startedAt?: number;
}

/** A contact that changed its state. */
export interface ContactEvent {
  readonly kind: 'contact';
  readonly endpoint: string;
  /** `AOR/URI`, as in the lists. */
  readonly key: string;
  readonly uri: string;
  /** `Reachable`, `Unreachable`, `NonQualified`, `Removed` ... as sent. */
  readonly status: string;
}

/** An outbound registration that changed its state; the event does not contain its name. */
export interface RegistrationEvent {
  readonly kind: 'registration';
  readonly clientUri: string;
  readonly serverUri: string;
  /** `Registered`, `Rejected`, `Unregistered`, as sent. */
  readonly status: string;
}

/** A change of state. Lists of changes are in the order of the PBX. */
export type StateEvent = ContactEvent | RegistrationEvent;

/** The relevant events of one answer. */
export interface Events {
  readonly legs: readonly FinishedLeg[];
  readonly states: readonly StateEvent[];
  /** Whether the answer is complete. */
  readonly isWhole: boolean;
}

/** Maximum number of remembered state events. One more is read from a single answer, to detect that there are too many. */
export const maximumStates = 10_000;

/**
 * Parses an answer to `WaitEvent`. Most of it can consist of irrelevant events (if the account has no filters), so only
 * the relevant fields of relevant events are parsed. Pure; never throws.
 */
export function readEvents(body: string): Events {
  const legs: FinishedLeg[] = [];
  const states: StateEvent[] = [];
  let isWhole = false;
  for (const block of blocksOf(body)) {
    const name = /^Event: ?(\w+)\r?$/im.exec(block.slice(0, 200))?.[1]?.toLowerCase();
    if (name === 'waiteventcomplete') isWhole = true;
    else if (name === 'varset') addLeg(legs, block);
    else if (states.length <= maximumStates) addState(states, name, block);
  }
  return { legs, states, isWhole };
}

/** The messages one by one, so that an answer of 16 MB is not split into a list of strings first. */
function* blocksOf(body: string): Generator<string> {
  let start = 0;
  while (start < body.length) {
    const end = body.indexOf('\r\n\r\n', start);
    yield end < 0 ? body.slice(start) : body.slice(start, end);
    start = end < 0 ? body.length : end + 4;
  }
}

function addLeg(legs: FinishedLeg[], block: string): void {
  if (!block.includes('RTPAUDIOQOS')) return;
  const message = readMessage(block);
  const channel = readChannelName(field(message, 'channel'));
  if (message.get('variable') !== 'RTPAUDIOQOS' || channel === undefined) return;
  const values = readLegValues(field(message, 'value'));
  // The id of a channel consists of the second in which it began and a number, and may start with a system name.
  const [, seconds] = /(?:^|-)(\d{9,11})\.\d+$/.exec(field(message, 'uniqueid')) ?? [];
  legs.push({
    ...channel,
    ...(values === undefined ? {} : { values: withoutStream(values) }),
    ...(seconds === undefined ? {} : { startedAt: Number(seconds) }),
  });
}

function withoutStream({ stream: _stream, ...numbers }: LegValues): LegNumbers {
  return numbers;
}

function addState(states: StateEvent[], name: string | undefined, block: string): void {
  if (name === 'contactstatus') states.push(contactEvent(readMessage(block)));
  if (name !== 'registry') return;
  const message = readMessage(block);
  if (field(message, 'channeltype').toUpperCase() === 'PJSIP') states.push(registrationEvent(message));
}

function contactEvent(message: AmiMessage): ContactEvent {
  const uri = field(message, 'uri');
  return {
    kind: 'contact',
    endpoint: field(message, 'endpointname'),
    key: `${field(message, 'aor')}/${uri}`,
    uri,
    status: field(message, 'contactstatus'),
  };
}

function registrationEvent(message: AmiMessage): RegistrationEvent {
  return {
    kind: 'registration',
    clientUri: field(message, 'username'),
    serverUri: field(message, 'domain'),
    status: field(message, 'status'),
  };
}
