import { exactQueryWord } from '../../transport/allowed.ts';
import { Failure } from '../../transport/failure.ts';
import type { AllowedRequest, ApiRequest, Purpose } from '../../transport/request.ts';

interface Command {
  readonly serves: Purpose;
  readonly path: string;
  readonly query: string;
}

/**
 * Every command that this family may send. The query contains the command's arguments, and the right to use a command
 * covers all arguments (even `sofia profile NAME stop`), so each query must match exactly. A space is `%20`, because `+`
 * would be read as a plus sign.
 */
const commands = {
  status: { serves: ['calls', 'system'], path: '/txtapi/status', query: '' },
  profiles: { serves: ['peers', 'trunks'], path: '/txtapi/sofia', query: 'jsonstatus' },
  registrations: { serves: 'peers', path: '/txtapi/sofia', query: 'xmlstatus%20profile%20{profile}%20reg' },
  users: { serves: 'peers', path: '/txtapi/list_users', query: '' },
  gateways: { serves: 'trunks', path: '/txtapi/sofia', query: 'xmlstatus%20gateway' },
  calls: { serves: 'calls', path: '/txtapi/show', query: 'calls%20count%20as%20json' },
  queues: { serves: 'queues', path: '/txtapi/callcenter_config', query: 'queue%20list' },
  queue_members: {
    serves: 'queues',
    path: '/txtapi/callcenter_config',
    query: 'queue%20list%20members%20{queue}',
  },
  agents: { serves: 'queues', path: '/txtapi/callcenter_config', query: 'agent%20list' },
  tiers: { serves: 'queues', path: '/txtapi/callcenter_config', query: 'tier%20list' },
} as const satisfies Readonly<Record<string, Command>>;

/** Name of a call of this family. */
export type FreeswitchCall = keyof typeof commands;

/** Every request that this family may send: all use the text interface, and `GET`, because a body is not read. */
export const requests: readonly AllowedRequest[] = Object.entries(commands).map(([call, { serves, path, query }]) => ({
  call,
  method: 'GET',
  serves,
  path,
  exactQuery: query,
}));

/** The request for a call without parameters. */
export function request(call: Exclude<FreeswitchCall, 'registrations' | 'queue_members'>): ApiRequest {
  const { path, query } = commands[call];
  return { call, path, exactQuery: query };
}

/**
 * The request for a call about one profile or queue. Throws a `Failure` (`config`) for a name that cannot be part of a
 * command.
 */
export function requestAbout(call: 'registrations' | 'queue_members', name: string): ApiRequest {
  const { path, query } = commands[call];
  const word = exactQueryWord(name);
  if (word === undefined)
    throw new Failure(
      'config',
      'a name of a profile or queue contains characters that cannot be used in a command: rename it',
    );
  return { call, path, exactQuery: query.replace(/\{[a-z]+\}/, () => word) };
}
