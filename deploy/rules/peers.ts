import type { Alert, Group, Recording } from './rule.ts';
import { afterOutageOf, type Words } from './words.ts';

const reachable = 'pbx:peers_reachable:held';
const unreachable = 'pbx:peers_unreachable:held';
const gone = 'pbx:peers_gone:held';
const before = 'pbx:peers_reachable:before_fall';
/** The same time a week ago, within half an hour before and after. */
const weekBefore = `min_over_time(${reachable}[1h] offset 6d23h30m)`;

/** Returns the group about phones that are lost at the same time (switch, VLAN, line). Phones that sleep or sign off are no outage. */
export function peersGroup(words: Words): Group {
  const own = vocabulary(words);
  return { name: 'pbx-peers', rules: [...recorded(own), pbxPeersUnreachable(own), pbxPeersFewerThanUsual(own)] };
}

type Own = ReturnType<typeof vocabulary>;

function vocabulary(words: Words) {
  const { id, heldOfCollector } = words;
  const inStates = (states: string): string => `sum by (${id}) (max by (${id}, state) (pbx_peers{state=~"${states}"}))`;
  const held = (record: string, states: string): string => heldOfCollector(record, 'peers', inStates(states));
  const lost = `(max_over_time(${reachable}[10m]) - ${reachable})`;
  const share = `(${lost} / (max_over_time(${reachable}[10m]) > 0))`;
  const risen = (record: string): string => `(${record} - min_over_time(${record}[10m]))`;
  const last = `last_over_time(${before}[3m])`;
  const still = `(${last} - ${reachable})`;
  return { ...words, held, lost, share, risen, last, still };
}

function recorded({ id, above, held, lost, share, risen, last, still }: Own): readonly Recording[] {
  return [
    {
      record: reachable,
      why: 'Reachable phones. Kept while the PBX is not monitored or the list cannot be read.',
      expr: held(reachable, 'reachable'),
    },
    {
      record: unreachable,
      why: 'Phones that are registered but do not answer. Some PBX families do not have this state.',
      expr: held(unreachable, 'unreachable'),
    },
    {
      record: gone,
      why: 'Phones that do not answer or are not registered. Disabled phones are not included.',
      expr: held(gone, 'unreachable|unregistered'),
    },
    {
      record: before,
      why: `Number of reachable phones before a drop within ten minutes. It is a drop if a quarter of them or fifty (five at least) stop
          answering, or if 80 % (three at least) become unreachable or unregistered; the second condition covers families
          without the state "unreachable". Phones that sign off in the evening do so more slowly. Kept until 80 % of the lost
          phones are back or deleted.`,
      expr: `(
  ${last}
  and on (${id}) (${still} >= 0.2 * ${last} or ${still} >= 25)
  and on (${id}) (${gone} >= 0.2 * ${last} or ${gone} >= 25)
)
or on (${id}) (
  max_over_time(${reachable}[10m])
  and on (${id}) (
    (
      ${risen(unreachable)} >= 5
      and on (${id}) ${lost} >= 5
      and on (${id}) (
        ${above(share, 'peers_lost_ratio', '>=')}
        or on (${id}) (
          ${above(risen(unreachable), 'peers_lost', '>=')}
          and on (${id}) ${above(lost, 'peers_lost', '>=')}
        )
      )
    )
    or on (${id}) (${share} >= 0.8 and on (${id}) ${lost} >= 3 and on (${id}) ${risen(gone)} >= 3)
  )
)`,
    },
  ];
}

function pbxPeersUnreachable({ id, withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxPeersUnreachable',
    why: 'A restart of the PBX takes less time.',
    expr: withLabels(`${before} - on (${id}) ${reachable}`),
    for: afterOutageOf(3),
    keep_firing_for: '1m',
    severity: 'critical',
    summary: `{{ $value | printf "%.0f" }} phones of ${pbx} were lost at the same time`,
    description: `{{ $value | printf "%.0f" }} phones of ${pbx} stopped answering or lost their registration within ten minutes. Find out what they have in common: the Internet line or VPN of a site, a switch or its power supply, or a changed VLAN or firewall rule. The dashboard
"PBX / One PBX" lists the phones.`,
    dashboard: 'pbx',
  };
}

function pbxPeersFewerThanUsual({ id, withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxPeersFewerThanUsual',
    why: `For slower drops: less than half of the lowest number in the same hour a week ago, and at least ten fewer. If there is no data
          from a week ago, there is no alert. It ends as soon as the phones are back, before the alerts that suppress it: otherwise,
          the end of an outage would page.`,
    expr: withLabels(`(${weekBefore} - ${reachable})
and on (${id}) ${reachable} < 0.5 * ${weekBefore}
and on (${id}) ${weekBefore} - ${reachable} >= 10
and on (${id}) ${gone} >= 10`),
    for: '15m',
    severity: 'critical',
    summary: `${pbx} has {{ $value | printf "%.0f" }} fewer phones than a week ago at this hour`,
    description: `${pbx} has fewer than half as many reachable phones as a week ago at this hour. If today is a holiday, silence the alert (or use a time interval of Alertmanager). Otherwise, find out what the missing phones have in common: a site, a switch, a VLAN, a provisioning server.`,
    dashboard: 'pbx',
  };
}
