import type { Alert, Group, Recording } from './rule.ts';
import { afterOutageOf, looked, type Words } from './words.ts';

/** Returns the group about single trunks, all trunks of a PBX, and all trunks of a carrier. */
export function trunksGroup(words: Words): Group {
  const own = vocabulary(words);
  return {
    name: 'pbx-trunks',
    rules: [
      ...recorded(own),
      pbxCarrierDown(own),
      pbxTrunksAllDown(own),
      pbxTrunkNotRegistered(own),
      pbxTrunkOutOfService(own),
      pbxTrunkFlapping(own),
      ...trunkVanished(own),
    ],
  };
}

type Own = ReturnType<typeof vocabulary>;

function vocabulary(words: Words) {
  const { id, heldOfCollector, pbx, query } = words;
  const held = (record: string, expression: string): string => heldOfCollector(record, 'trunks', expression);
  const info = query('topk(1, pbx_trunk_info{ID})', 'trunk');
  const trunk = `Trunk {{ $labels.trunk }}{{ range ${info} }}{{ with .Labels.name }} ({{ . }}){{ end }}{{ end }} of ${pbx}`;
  const says = `{{- range ${info} }} State reported by the PBX: {{ .Labels.raw_state }}.{{ end }}{{ with $labels.host }} Other side: {{ . }}.{{ end }}`;
  const withHost = (expression: string): string => `(
  (${expression})
  * on (${id}, trunk) group_left (host) pbx:trunk_host:held
  or on (${id}, trunk) (${expression})
)`;
  const outOfService = `pbx:trunk_up:held == 0 unless on (${id}, trunk) pbx:trunk_registered:held == 0`;
  const pbxsOfHost = (condition: string): string =>
    `count by (host) (count by (${id}, host) (pbx:trunk_host:held{host!=""} and on (${id}, trunk) ${condition}))`;
  return { ...words, held, trunk, says, withHost, outOfService, pbxsOfHost };
}

function recorded({ id, held }: Own): readonly Recording[] {
  return [
    {
      record: 'pbx:trunk_registered:held',
      why: `Only for trunks that should register, not for address-based or disabled ones. The last value is kept while the PBX is not
          monitored or its trunks cannot be read, so that an outage of the PBX does not resolve the alert. A complete list
          without the trunk ends it.`,
      expr: held('pbx:trunk_registered:held', `max by (${id}, trunk) (pbx_trunk_registered)`),
    },
    {
      record: 'pbx:trunk_up:held',
      why: 'All trunks for which the PBX reports whether they work.',
      expr: held('pbx:trunk_up:held', `max by (${id}, trunk) (pbx_trunk_up)`),
    },
    {
      record: 'pbx:trunk_state_changes:held',
      why: 'State changes within half an hour.',
      expr: held(
        'pbx:trunk_state_changes:held',
        `max by (${id}, trunk) (increase(pbx_trunk_state_changes_total[30m])) and on (${id}) ${looked}`,
      ),
    },
    {
      record: 'pbx:trunk_host:held',
      why: 'Provider host of each trunk, exactly one per trunk.',
      expr: `topk by (${id}, trunk) (1,
  max by (${id}, trunk, host) (pbx_trunk_info)
  or on (${id}, trunk) ((last_over_time(pbx:trunk_host:held[3m])) and on (${id}, trunk) pbx:trunk_up:held)
)`,
    },
    {
      record: 'pbx:trunk_only_host:held',
      why: 'Provider host of PBXs with only one provider, which lose all trunks if it fails.',
      expr: `topk by (${id}) (1,
  group by (${id}, host) (pbx:trunk_host:held and on (${id}, trunk) pbx:trunk_up:held)
  and on (${id}) (
    count by (${id}) (group by (${id}, host) (pbx:trunk_host:held and on (${id}, trunk) pbx:trunk_up:held)) == 1
  )
)`,
    },
  ];
}

function pbxCarrierDown({ pbxsOfHost }: Own): Alert {
  return {
    alert: 'PbxCarrierDown',
    why: `Trunks to the same host are down on at least three PBXs, and on at least half of the PBXs with trunks to it. "for" is two
          minutes shorter than that of the alerts that it suppresses.
          It ends after them, because the trunks of the PBXs register again one after the other.`,
    expr: `${pbxsOfHost('(pbx:trunk_up:held == 0)')} >= 3
and on (host)
${pbxsOfHost('(pbx:trunk_up:held == 0)')} / on (host) ${pbxsOfHost('pbx:trunk_up:held')} >= 0.5`,
    for: afterOutageOf(0),
    keep_firing_for: '5m',
    severity: 'critical',
    summary: 'Carrier {{ $labels.host }}: trunks of {{ $value }} PBXs are down',
    description: `Trunks of {{ $value }} PBXs with {{ $labels.host }} do not work, which is at least half of the PBXs that use it. The cause is the carrier or the connection to it: check its status page, and call it. Alerts of the individual trunks and PBXs with this carrier are suppressed.`,
  };
}

function pbxTrunksAllDown({ id, withLabels, pbx }: Own): Alert {
  return {
    alert: 'PbxTrunksAllDown',
    why: `No trunk of the PBX works. It fires before the alerts of single trunks and of phones, and suppresses them, because a failed
          Internet line affects all of them.
          It ends after the alert of the phones: otherwise they would be reported as gone when the line comes back.`,
    expr: withLabels(`(
  (count by (${id}) (pbx:trunk_up:held) unless on (${id}) max by (${id}) (pbx:trunk_up:held) == 1)
  * on (${id}) group_left (host) pbx:trunk_only_host:held
  or on (${id}) (count by (${id}) (pbx:trunk_up:held) unless on (${id}) max by (${id}) (pbx:trunk_up:held) == 1)
)`),
    for: afterOutageOf(2),
    keep_firing_for: '3m',
    severity: 'critical',
    summary: `No trunk of ${pbx} works: no incoming or outgoing calls`,
    description: `{{ if eq $value 1.0 }}The only trunk of ${pbx} has{{ else }}All {{ $value }} trunks of ${pbx} have{{ end }} been out of service for four minutes: incoming and outgoing calls fail. Check the Internet line of the PBX and its firewall first, then the accounts with the carrier (paid, password, allowed address),
then the carrier's status page.{{ with $labels.host }} Carrier: {{ . }}.{{ end }}`,
    dashboard: 'pbx',
  };
}

function pbxTrunkNotRegistered({ withLabels, pbx, trunk, says, withHost }: Own): Alert {
  return {
    alert: 'PbxTrunkNotRegistered',
    why: 'One of several trunks is down. If none is left, PbxTrunksAllDown fires.',
    expr: withLabels(withHost('pbx:trunk_registered:held == 0')),
    for: afterOutageOf(3),
    severity: 'warning',
    summary: `${trunk} is not registered`,
    description: `Trunk {{ $labels.trunk }} of ${pbx} has not been registered with its carrier for five minutes.
${says}
Incoming calls over this trunk do not arrive, and outgoing calls may fail. Check the account with the carrier (paid, password, allowed
address), then the carrier's own status page.`,
    dashboard: 'pbx',
  };
}

function pbxTrunkOutOfService({ withLabels, pbx, trunk, says, withHost, outOfService }: Own): Alert {
  return {
    alert: 'PbxTrunkOutOfService',
    why: `Trunks that PbxTrunkNotRegistered does not cover: address-based trunks that do not answer, and lines that report a fault.`,
    expr: withLabels(withHost(outOfService)),
    for: afterOutageOf(3),
    severity: 'warning',
    summary: `${trunk} is out of service`,
    description: `Trunk {{ $labels.trunk }} of ${pbx} has been out of service for five minutes: the other side does not answer, or the PBX reports a fault of
the line.
${says}
Check the firewall of the PBX, the cable and the gateway of an analogue or ISDN line, then ask the carrier.`,
    dashboard: 'pbx',
  };
}

function pbxTrunkFlapping({ withLabels, pbx, above, trunk }: Own): Alert {
  return {
    alert: 'PbxTrunkFlapping',
    why: 'A counter over half an hour, so that changes between two scrapes are not lost. The alert keeps firing while a new exporter counts from 0.',
    expr: withLabels(above('pbx:trunk_state_changes:held', 'trunk_state_changes')),
    for: '5m',
    keep_firing_for: '15m',
    severity: 'warning',
    summary: `${trunk} keeps changing its state`,
    description: `Trunk {{ $labels.trunk }} of ${pbx} has changed its state {{ $value | printf "%.0f" }} times within half an hour. Calls are cut off or fail, although the trunk looks fine in between. Usual causes: an unstable Internet line, a firewall or router that drops the connection between two registrations
(register more often, or turn off "SIP ALG"), or two PBXs with the same account.`,
    dashboard: 'pbx',
  };
}

function trunkVanished({ id, withLabels, pbx, held }: Own): readonly [Recording, Recording, Alert] {
  const listed = 'pbx:trunk_listed_timestamp_seconds:held';
  return [
    {
      record: listed,
      why: 'Time at which the PBX last listed the trunk, within the last six hours.',
      expr: `time() + 0 * max by (${id}, trunk) (pbx_trunk_info)
or on (${id}, trunk) (last_over_time(${listed}[3m]) > time() - 21600)`,
    },
    {
      record: 'pbx:trunk_vanished:held',
      why: 'Trunks that are missing from a complete list of the PBX.',
      expr: held(
        'pbx:trunk_vanished:held',
        `${listed} unless on (${id}, trunk) pbx_trunk_info
and on (${id}) max by (${id}) (pbx_collector_success{collector="trunks"}) == 1`,
      ),
    },
    {
      alert: 'PbxTrunkVanished',
      why: `A trunk deleted on purpose looks the same as one deleted by mistake, so this is information only and ends by itself six hours
          after the trunk was last listed.`,
      expr: withLabels('pbx:trunk_vanished:held'),
      for: '10m',
      severity: 'info',
      summary: `${pbx} no longer lists trunk {{ $labels.trunk }}`,
      description: `${pbx} listed trunk {{ $labels.trunk }} within the last six hours, but no longer does. If it was deleted or renamed on purpose, there is nothing to do: the alert ends six hours after the trunk was last listed. Otherwise, calls over it fail: restore it from a backup of the PBX.`,
      dashboard: 'pbx',
    },
  ];
}
