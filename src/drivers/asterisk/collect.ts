import type { Collector, Part, Peer, Reading, SystemFacts, Trunk } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Call, Conversation } from '../driver.ts';
import { attempt, goodPart, SkipCounter } from '../parts.ts';
import type { AmiAnswer } from './ami.ts';
import { endpointsWithStaticContacts, type Inventory, joinContacts, tellApart } from './inventory.ts';
import {
  type Contact,
  readEndpointContacts,
  readEndpoints,
  readRegisteredContacts,
  readRegistrations,
} from './pjsip.ts';
import { actionRequest, type AsteriskCall } from './requests.ts';
import { readResponse } from './response.ts';
import { peerFromEndpoint, trunkFromEntry } from './states.ts';
import { type CoreStatus, readCoreStatus, readVersion, uptimeSeconds } from './system.ts';

/** How one Asterisk is read. */
export interface CollectSettings {
  readonly trunkPattern?: RegExp;
  /** Endpoints with static contacts that are asked for one by one, at most, per round. */
  readonly staticContacts: number;
  /** IANA name of the PBX's time zone; without it there is no uptime. */
  readonly timeZone?: string;
  readonly wallTime: () => number;
}

/** What is remembered between rounds, so that the version is asked for once per start of Asterisk. */
export interface Remembered {
  version?: { readonly startedAt: string; readonly version: string | undefined };
}

/** Reads all enabled collectors. What two collectors need is asked for once and shared. */
export async function collect(
  conversation: Conversation,
  settings: CollectSettings,
  remembered: Remembered,
): Promise<Reading> {
  const wanted = conversation.collectors;
  const endpoints = wants(wanted, 'peers', 'trunks') ? settle(askInventory(conversation, settings)) : undefined;
  const status = wants(wanted, 'calls', 'system')
    ? settle(ask(conversation, 'core_status', readCoreStatus))
    : undefined;
  const [peers, trunks, calls, system] = await Promise.all([
    wanted.has('peers') && endpoints ? attempt(async () => readPeers(await endpoints())) : undefined,
    wanted.has('trunks') && endpoints ? attempt(async () => readTrunks(await endpoints())) : undefined,
    wanted.has('calls') && status ? attempt(async () => readCalls(await status())) : undefined,
    wanted.has('system') && status
      ? attempt(async () => readSystem(conversation, await status(), { settings, remembered }))
      : undefined,
  ]);
  return {
    ...(peers && { peers }),
    ...(trunks && { trunks }),
    ...(calls && { calls }),
    ...(system && { system }),
  };
}

async function askInventory(conversation: Conversation, settings: CollectSettings): Promise<Inventory> {
  const [endpoints, registered, registrations] = await allOf([
    ask(conversation, 'endpoints', readEndpoints),
    ask(conversation, 'contacts', readRegisteredContacts),
    ask(conversation, 'registrations', readRegistrations),
  ]);
  const names = endpointsWithStaticContacts(endpoints, registered);
  const details = await askStaticContacts(conversation, names, settings.staticContacts);
  return tellApart(joinContacts(endpoints, registered, details), registrations, settings.trunkPattern);
}

/** Names that are not all digits first: those are the trunks, and the limit must not cost their state. */
async function askStaticContacts(
  conversation: Conversation,
  names: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly Contact[]>> {
  const ordered = [...names.filter((name) => !/^\d+$/.test(name)), ...names.filter((name) => /^\d+$/.test(name))];
  const details = await allOf(
    ordered.slice(0, limit).map(async (name) => {
      const contacts = await ask(conversation, 'endpoint', readEndpointContacts, { endpoint: name });
      return [name, contacts] as const;
    }),
  );
  return new Map(details);
}

function readPeers({ phones }: Inventory): Part<readonly Peer[]> {
  const skipped = new SkipCounter();
  return goodPart(
    phones.map((endpoint) => peerFromEndpoint(endpoint, skipped)),
    skipped.counts(),
  );
}

function readTrunks({ trunks }: Inventory): Part<readonly Trunk[]> {
  const skipped = new SkipCounter();
  return goodPart(
    trunks.map((entry) => trunkFromEntry(entry, skipped)),
    skipped.counts(),
  );
}

function readCalls({ currentCalls }: CoreStatus): Part<{ readonly all: number }> {
  if (currentCalls === undefined) throw new Failure('protocol', 'the PBX did not tell its number of calls');
  return goodPart({ all: currentCalls });
}

async function readSystem(
  conversation: Conversation,
  { startedAt }: CoreStatus,
  { settings, remembered }: { readonly settings: CollectSettings; readonly remembered: Remembered },
): Promise<Part<SystemFacts>> {
  if (remembered.version?.startedAt !== startedAt)
    remembered.version = { startedAt, version: await ask(conversation, 'core_settings', readVersion) };
  const { version } = remembered.version;
  const uptime =
    settings.timeZone === undefined ? undefined : uptimeSeconds(startedAt, settings.timeZone, settings.wallTime());
  return goodPart({
    ...(version === undefined ? {} : { version }),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
  });
}

function ask<T>(
  conversation: Conversation,
  call: AsteriskCall,
  read: (answer: AmiAnswer) => T,
  parameters: Readonly<Record<string, string>> = {},
): Promise<T> {
  const question: Call<T> = {
    request: actionRequest(call, parameters),
    read: (answer, session) => read(readResponse(answer, session)),
  };
  return conversation.ask(question);
}

/** All values, or the first failure in the order of the list once every request has ended. */
async function allOf<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** A promise that may be awaited by several collectors, or by none, without an unhandled rejection. */
function settle<T>(work: Promise<T>): () => Promise<T> {
  const outcome = work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ failure: asFailure(thrown) }),
  );
  return async () => {
    const settled = await outcome;
    if ('failure' in settled) throw settled.failure;
    return settled.value;
  };
}

function wants(wanted: ReadonlySet<Collector>, ...names: readonly Collector[]): boolean {
  return names.some((name) => wanted.has(name));
}
