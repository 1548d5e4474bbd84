import type { Queue } from '../kit/world.ts';
import type { FreeswitchParts } from './settings.ts';
import { splitArguments } from './sofia.ts';

const queueColumns = ['name', 'strategy', 'moh_sound', 'time_base_score', 'tier_rules_apply', 'record_template'];
const memberColumns = [
  'queue',
  'instance_id',
  'uuid',
  'session_uuid',
  'cid_number',
  'cid_name',
  'joined_epoch',
  'serving_agent',
  'state',
  'score',
];
const agentColumns = [
  'name',
  'instance_id',
  'uuid',
  'type',
  'contact',
  'status',
  'state',
  'max_no_answer',
  'wrap_up_time',
];
const tierColumns = ['queue', 'agent', 'state', 'level', 'position'];

/** Answers the read-only commands of `callcenter_config`. */
export function callCenter(parts: FreeswitchParts, line: string): string {
  const { queues } = parts.kit.world;
  const words = splitArguments(line);
  switch (words.slice(0, 3).join(' ')) {
    case 'queue list':
      return table(
        queueColumns,
        queues.map((queue) => [queueName(parts, queue), 'longest-idle-agent', '(null)', 'queue', 'true', '(null)']),
      );
    case 'queue list members':
      return table(memberColumns, membersOf(parts, words[3] ?? ''));
    case 'agent list':
      return table(agentColumns, agentsOf(parts));
    case 'tier list':
      return table(
        tierColumns,
        queues.flatMap((queue) =>
          queue.agents.map(({ extension }) => [
            queueName(parts, queue),
            agentName(parts, extension),
            'Ready',
            '1',
            '1',
          ]),
        ),
      );
    default:
      return '-USAGE: callcenter_config <target> <args>,\n';
  }
}

/** Returns the name of a queue; names of queues and agents usually have the form `name@domain`. */
function queueName({ switches }: FreeswitchParts, { number }: Queue): string {
  return `${number}@${switches.realm ?? 'default'}`;
}

function agentName({ switches }: FreeswitchParts, extension: string): string {
  return `${extension}@${switches.realm ?? 'default'}`;
}

/** Returns the members of a queue; an unknown queue looks empty. Members stay listed for a minute after they hang up. */
function membersOf(parts: FreeswitchParts, name: string): readonly (readonly string[])[] {
  const queue = parts.kit.world.queues.find((one) => queueName(parts, one) === name);
  if (queue === undefined) return [];
  const member = (state: string, index: number): readonly string[] => [
    name,
    'single_box',
    `made-up-${index}`,
    `made-up-${index}`,
    'anonymous',
    'caller',
    '1795822110',
    '',
    state,
    '0',
  ];
  const waiting = Array.from({ length: queue.waitingCallers }, (_, index) =>
    member(index % 2 === 0 ? 'Waiting' : 'Trying', index),
  );
  return [...waiting, member('Abandoned', waiting.length), member('Answered', waiting.length + 1)];
}

function agentsOf(parts: FreeswitchParts): readonly (readonly string[])[] {
  const { queues, extensions } = parts.kit.world;
  const agents = new Map(queues.flatMap(({ agents: some }) => some.map((agent) => [agent.extension, agent] as const)));
  return [...agents.values()].map(({ extension, paused }) => {
    const phone = extensions.find(({ number }) => number === extension);
    const isThere = phone?.state === 'reachable';
    const status = paused ? 'On Break' : isThere ? 'Available' : 'Logged Out';
    const state = phone?.call === 'talking' ? 'In a queue call' : phone?.call === 'ringing' ? 'Receiving' : 'Waiting';
    const name = agentName(parts, extension);
    return [name, 'single_box', '', 'callback', `user/${name}`, status, state, '3', '10'];
  });
}

/** Formats a table, without a header if there are no rows. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '+OK\n';
  return `${[columns, ...rows].map((cells) => cells.join('|')).join('\n')}\n+OK\n`;
}
