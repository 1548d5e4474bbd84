import type { Alert, Group, Recording } from './rule.ts';
import { heldRoundtrip } from './recordings.ts';
import type { Words } from './words.ts';

/** Returns the group about the quality of service, and informational alerts. */
export function serviceGroup(words: Words): Group {
  const own = vocabulary(words);
  return {
    name: 'pbx-service',
    rules: [
      ...recorded(own),
      pbxRoundtripHigh(own),
      pbxTrunkRoundtripHigh(own),
      pbxQueueWithoutAgents(own),
      pbxQueueLong(own),
      ...(own.withCallsLimit ? [pbxCallsNearLimit(own)] : []),
      pbxRestarted(own),
    ],
  };
}

type Own = ReturnType<typeof vocabulary>;

function vocabulary(words: Words) {
  const usual = 'pbx:peer_roundtrip_microseconds:usual';
  const callsNearLimit = callsNearOwnLimit(words);
  return { ...words, usual, callsNearLimit, withCallsLimit: callsNearLimit !== undefined };
}

/** Returns an expression for PBXs with at least 90 % of their limit of calls in thresholds.yml; undefined if it sets no limit of calls. */
export function callsNearOwnLimit({ above, thresholds }: Words): string | undefined {
  if (!thresholds.thresholds.some(({ set }) => set.calls_limit !== undefined)) return undefined;
  return above(`${calls} / 0.9`, 'calls_limit', '>=');
}

const calls = 'pbx:calls:held';
const trunkRoundtrip = 'pbx:trunk_roundtrip_microseconds:held';
const waiting = 'pbx:queue_waiting_callers:held';
const agents = 'pbx:queue_agents_ready:held';

/** Recording rules for the last known values, so that missing data does not look healthy. */
function recorded({ id, heldOfCollector, withCallsLimit }: Own): readonly Recording[] {
  const all: readonly (readonly [string, string, string, string])[] = [
    [
      trunkRoundtrip,
      'trunks',
      `max by (${id}, trunk) (avg_over_time(pbx_trunk_roundtrip_microseconds[5m]))`,
      'Mean over five minutes, so that a single slow answer has no effect.',
    ],
    [waiting, 'queues', `max by (${id}, queue) (pbx_queue_waiting_callers)`, 'Waiting callers.'],
    [
      agents,
      'queues',
      `sum by (${id}, queue) (max by (${id}, queue, state) (pbx_queue_agents{state=~"available|ringing|in_call|on_hold|wrap_up"}))`,
      'Agents who are ready, being called or talking.',
    ],
    ...(withCallsLimit
      ? [[calls, 'calls', `sum by (${id}) (max by (${id}, direction) (pbx_calls))`, 'Concurrent calls.'] as const]
      : []),
  ];
  return all.map(([record, collector, expr, why]) => ({ record, why, expr: heldOfCollector(record, collector, expr) }));
}

function pbxRoundtripHigh({ id, withLabels, pbx, above, usual }: Own): Alert {
  return {
    alert: 'PbxRoundtripHigh',
    why: `Three times the usual value and above 50 ms, or above 300 ms. The usual value does not follow while the roundtrip is high, so
          the alert does not end by itself. Requires at least three measured phones.`,
    expr: withLabels(`(
  (${heldRoundtrip} > on (${id}) 3 * ${usual} and on (${id}) ${heldRoundtrip} > 50000)
  or on (${id}) ${above(heldRoundtrip, 'roundtrip_microseconds')}
) / 1e6`),
    for: '15m',
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `Phones of ${pbx} answer slowly: {{ $value | humanizeDuration }}`,
    description: `Half of the phones of ${pbx} take longer than {{ $value | humanizeDuration }} to answer. This is three times the usual roundtrip, or more than callers tolerate: they hear delays and gaps. Possible causes are a congested Internet line (backup, update, video), a VPN with a detour, or an overloaded PBX.`,
    dashboard: 'pbx',
  };
}

function pbxTrunkRoundtripHigh({ withLabels, pbx, above }: Own): Alert {
  return {
    alert: 'PbxTrunkRoundtripHigh',
    why: 'The connection to the carrier is slow, or the carrier itself.',
    expr: withLabels(`(${above(trunkRoundtrip, 'trunk_roundtrip_microseconds')}) / 1e6`),
    for: '15m',
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `The other side of trunk {{ $labels.trunk }} of ${pbx} answers slowly: {{ $value | humanizeDuration }}`,
    description: `The carrier or gateway of trunk {{ $labels.trunk }} of ${pbx} takes {{ $value | humanizeDuration }} to answer, so calls are delayed. Check for a congested Internet line first, then ask the carrier.`,
    dashboard: 'pbx',
  };
}

function pbxQueueWithoutAgents({ id, withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxQueueWithoutAgents',
    why: 'Callers are waiting, and no agent is ready, being called or talking.',
    expr: withLabels(`${waiting} > 0
and on (${id}, queue) ${agents} == 0`),
    for: '5m',
    keep_firing_for: '2m',
    severity: 'warning',
    summary: `Callers are waiting in queue {{ $labels.queue }} of ${pbx}, and nobody answers`,
    description: `{{ $value }} callers are waiting in queue {{ $labels.queue }} of ${pbx}, and none of its agents is ready. Outside working hours, the PBX should close the queue; otherwise, an agent has to sign in.`,
    dashboard: 'pbx',
  };
}

function pbxQueueLong({ withLabels, pbx, above }: Own): Alert {
  return {
    alert: 'PbxQueueLong',
    why: 'Information only. The number that counts as long differs per queue: set queue_waiting_callers in thresholds.yml.',
    expr: withLabels(above(waiting, 'queue_waiting_callers', '>=')),
    for: '10m',
    severity: 'info',
    summary: `{{ $value }} callers wait in queue {{ $labels.queue }} of ${pbx}`,
    description: `About {{ $value }} callers have been waiting in queue {{ $labels.queue }} of ${pbx} for ten minutes. Assign more agents, or play an announcement.`,
    dashboard: 'pbx',
  };
}

function pbxCallsNearLimit({ withLabels, pbx, callsNearLimit }: Own): Alert {
  return {
    alert: 'PbxCallsNearLimit',
    why: 'Only for PBXs with a limit in thresholds.yml.',
    expr: withLabels(`(${callsNearLimit}) * 0.9`),
    for: '5m',
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `${pbx} has {{ $value | printf "%.0f" }} calls and is close to its limit`,
    description: `${pbx} carries at least 90 % of the calls that its licence, its trunks or its hardware allow. At the limit, callers hear a busy tone. Look for stuck calls, or raise the limit.`,
    dashboard: 'pbx',
  };
}

function pbxRestarted({ id, withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxRestarted',
    why: 'The uptime went back to less than 15 minutes.',
    expr: withLabels(`max by (${id}) (pbx_uptime_seconds) < 900
and on (${id}) max by (${id}) (max_over_time(pbx_uptime_seconds[1h])) > 900`),
    for: '0m',
    severity: 'info',
    summary: `${pbx} restarted {{ $value | humanizeDuration }} ago`,
    description: `${pbx} or its telephone service has restarted; active calls were cut off. If nobody restarted it, check its log, power supply and memory.`,
    dashboard: 'pbx',
  };
}
