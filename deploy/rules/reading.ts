import type { Alert, Group, Recording } from './rule.ts';
import { afterOutageOf, by, looked, type Words } from './words.ts';

/** Failure reasons without any answer; with all other reasons, something answers. */
const noAnswer = 'dns|connect|timeout|service_unavailable';
/** Failure reasons for a refused login, which the exporter does not repeat soon. */
const notLetIn = 'bad_credentials|locked_out|two_factor_required|redirect|forbidden|config';

/** Returns the group about PBXs that cannot be read. */
export function readingGroup(words: Words): Group {
  const own = vocabulary(words);
  return {
    name: 'pbx',
    rules: [
      ...recorded(own),
      pbxDown(own),
      pbxManyDown(own),
      pbxUnreadable(own),
      pbxLoginRefused(own),
      pbxNotWatched(own),
      pbxUnstable(own),
    ],
  };
}

type Own = ReturnType<typeof vocabulary>;

function vocabulary(words: Words) {
  const { id, query } = words;
  const reason = `{{- range ${query('topk(1, pbx_last_failure{ID})')} }} Reason: {{ .Labels.reason }}.{{ end }}`;
  const loginRefused = `(
  (pbx:login_suspended_until_timestamp_seconds:held > bool time()) == 1
  or on (${id}) max by (${id}) (pbx:last_failure:held{reason=~"${notLetIn}"}) == 1
)
and on (${id}) pbx:up:remembered == 0`;
  return { ...words, reason, loginRefused };
}

function recorded({ id, held }: Own): readonly Recording[] {
  return [
    {
      record: 'pbx:up:fresh',
      why: 'Whether the last round of each monitored PBX succeeded on any exporter.',
      expr: `max by (${id}) ${looked}`,
    },
    {
      record: 'pbx:up:remembered',
      why: 'The same, kept while the PBX is not monitored.',
      expr: held('pbx:up:remembered', 'pbx:up:fresh'),
    },
    {
      record: 'pbx:rounds_failed:held',
      why: 'Share of the last 15 minutes in which the PBX could not be read, only for PBXs that went up and down.',
      expr: held(
        'pbx:rounds_failed:held',
        `1 - avg_over_time(pbx:up:fresh[15m])
and on (${id}) changes(pbx:up:fresh[15m]) >= 3
and on (${id}) ${looked}`,
      ),
    },
    {
      record: 'pbx:last_failure:held',
      why: 'Reason why the last round failed.',
      expr: held('pbx:last_failure:held', `max by (${id}, reason) (pbx_last_failure)`),
    },
    {
      record: 'pbx:login_suspended_until_timestamp_seconds:held',
      why: 'Time until which logins are suspended.',
      expr: held(
        'pbx:login_suspended_until_timestamp_seconds:held',
        `max by (${id}) (pbx_login_suspended_until_timestamp_seconds)`,
      ),
    },
    {
      record: 'pbx:down:held',
      why: `PBXs whose address does not answer. A reason counts for 90 seconds, so that occasional error answers do not split one outage.`,
      expr: `1 + (
  pbx:up:remembered == 0
  unless on (${id}) (
    max by (${id}) (pbx:last_failure:held)
    unless on (${id}) max by (${id}) (max_over_time(pbx:last_failure:held{reason=~"${noAnswer}"}[90s]))
  )
)`,
    },
  ];
}

function pbxDown({ withLabels, pbx, reason }: Own): Alert {
  return {
    alert: 'PbxDown',
    why: 'A restart of the PBX takes less time.',
    expr: withLabels('pbx:down:held'),
    for: afterOutageOf(3),
    keep_firing_for: '1m',
    severity: 'critical',
    summary: `${pbx} is down`,
    description: `Nothing has answered at the address of ${pbx}, {{ $labels.family }}, for five minutes.
${reason}
Check whether the PBX is running and answers on its web address from the exporter's machine. Until then, its phones and trunks are not monitored.`,
    dashboard: 'pbx',
  };
}

function pbxManyDown({ fleet }: Own): Alert {
  return {
    alert: 'PbxManyDown',
    why: `At least a quarter of the PBXs, and at least five. "for" is three minutes shorter than that of PbxDown, which it suppresses, so
          that PBXs that go down within three minutes make one message.`,
    expr: `count${by(fleet)} (pbx:down:held) >= 5
and
count${by(fleet)} (pbx:down:held) / count${by(fleet)} (pbx:up:remembered) >= 0.25`,
    for: afterOutageOf(0),
    keep_firing_for: '3m',
    severity: 'critical',
    summary: '{{ $value }} PBXs are down at the same time',
    description: `{{ $value }} PBXs, at least a quarter of all, do not answer. So many PBXs rarely fail together: check the network, the VPN, the firewall and the name server of the exporter's machine first. PbxDown is suppressed while this lasts.`,
  };
}

function pbxUnreadable({ id, withLabels, pbx, reason, loginRefused }: Own): Alert {
  return {
    alert: 'PbxUnreadable',
    why: 'Something answers, but the PBX cannot be read. Telephony may work, but nobody would notice an outage.',
    expr: withLabels(`pbx:up:remembered == 0
unless on (${id}) pbx:down:held
unless on (${id}) (
  ${loginRefused.replaceAll('\n', '\n  ')}
)`),
    for: afterOutageOf(3),
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `${pbx} answers, but cannot be read`,
    description: `Something answers at the address of ${pbx}, {{ $labels.family }}, but the exporter cannot read phones and trunks.
${reason}
Calls may or may not work; the exporter cannot know. The reason shows where to look: a portal or proxy in between, an expired certificate, too many
requests, or another version of the PBX. After half an hour, PbxNotWatched fires.`,
    dashboard: 'pbx',
  };
}

function pbxLoginRefused({ withLabels, pbx, reason, loginRefused }: Own): Alert {
  return {
    alert: 'PbxLoginRefused',
    why: 'Between the end of a suspension and the next attempt, neither condition is true for a moment, so the alert keeps firing for a while.',
    expr: withLabels(loginRefused),
    for: '2m',
    keep_firing_for: '5m',
    severity: 'warning',
    summary: `The exporter cannot log in to ${pbx}`,
    description: `${pbx}, {{ $labels.family }}, refused the last login.
${reason}
The exporter waits between attempts, so that the PBX does not lock the account. Meanwhile, it is not known whether the PBX is working. Correct the
user name, password or address in the configuration of the exporter, or the account on the PBX, and reload. After half an hour, PbxNotWatched fires.`,
    dashboard: 'pbx',
  };
}

function pbxNotWatched({ id, withLabels, pbx, reason }: Own): Alert {
  return {
    alert: 'PbxNotWatched',
    why: `For half an hour, for whatever reason, nobody would have noticed that calls fail. PbxDown and alerts about missing exporters suppress
          it. It ends before them: otherwise, the end of a long outage would page.`,
    expr: withLabels(`pbx:up:remembered == 0
or on (${id}) pbx:unwatched:held`),
    for: '30m',
    severity: 'critical',
    summary: `Nothing has been known about ${pbx} for half an hour`,
    description: `The exporter has not read the phones and trunks of ${pbx}, {{ $labels.family }}, for half an hour, so an outage would not be noticed.
${reason}
Call an extension from outside to check whether calls work. Then restore access: check the account, address, portal or proxy, and
certificate.`,
    dashboard: 'pbx',
  };
}

function pbxUnstable({ withLabels, pbx, reason }: Own): Alert {
  return {
    alert: 'PbxUnstable',
    why: 'Several short outages that add up to half of the last 15 minutes. A single outage of that length is PbxDown.',
    expr: withLabels('pbx:rounds_failed:held >= 0.5'),
    for: '1m',
    keep_firing_for: '10m',
    severity: 'warning',
    summary: `${pbx} can be read only intermittently`,
    description: `At least half of the rounds of ${pbx}, {{ $labels.family }}, failed in the last quarter of an hour, with good ones in between.
${reason}
Usual causes: a bad line, a PBX that keeps restarting for lack of memory or disk space, or two devices with the same IP address.`,
    dashboard: 'pbx',
  };
}
