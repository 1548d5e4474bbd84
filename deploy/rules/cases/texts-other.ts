import type { ExpectedAlert } from './text.ts';

/** Expected texts of alerts about phones, queues and trunks, by alert name, in the case that refers to them. */
export const otherTexts: Readonly<Record<string, readonly ExpectedAlert[]>> = {
  PbxCallLegsLossy: [
    {
      labels: { family: 'asterisk', pbx: 'branch', severity: 'warning' },
      summary: '50% of call legs of PBX branch lose packets',
      description:
        '50% of the call legs of PBX branch that ended within 15 minutes lost more than 5 % of their packets, so callers hear gaps. Check for a full Internet line (backup, update, video) first. If only the phones of one site are affected, check its line, its Wi-Fi and its switches.',
    },
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'northline' },
      summary: '50% of call legs over trunk northline of PBX hq lose packets',
      description:
        '50% of the call legs over trunk northline of PBX hq that ended within 15 minutes lost more than 5 % of their packets, so callers hear gaps. Check for a full Internet line (backup, update, video) first. If other trunks are fine, ask the provider.',
    },
  ],
  PbxCertificateEnds: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The certificate of PBX hq expires in 12d 23h 41m 0s',
      description:
        'This is the earliest expiry date in the certificate chain that PBX hq, asterisk, sends on its web address. After that date, phones, browsers and this exporter refuse the certificate. Renew it on the PBX; if it should renew automatically, find out why it did not.',
    },
  ],
  PbxLicenseEnds: [
    {
      labels: { family: 'asterisk', kind: 'maintenance', pbx: 'hq', severity: 'warning' },
      summary: 'The maintenance of PBX hq expires in 28d 23h 40m 0s',
      description:
        'Without maintenance, hq gets no new versions or security fixes, and no support from its vendor. Renew it.',
    },
  ],
  PbxNearLimit: [
    {
      labels: { family: 'asterisk', pbx: 'hq', resource: 'calls', severity: 'warning' },
      summary: 'PBX hq uses 90% of its calls',
      description:
        'PBX hq uses 90% of the calls that it or its licence allows. At the limit, calls are refused, or no more phones can be added. Free some capacity, or raise the limit.',
    },
  ],
  PbxPeersFewerThanUsual: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: 'PBX hq has 40 fewer phones than a week ago at this hour',
      description:
        'PBX hq has fewer than half as many reachable phones as a week ago at this hour. If today is a holiday, silence the alert (or use a time interval of Alertmanager). Otherwise, find out what the missing phones have in common: a site, a switch, a VLAN, a provisioning server.',
    },
  ],
  PbxPeersUnreachable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: '15 phones of PBX hq were lost at the same time',
      description:
        '15 phones of PBX hq stopped answering or lost their registration within ten minutes. Find out what they have in common: the Internet line or VPN of a site, a switch or its power supply, or a changed VLAN or firewall rule. The dashboard "PBX / One PBX" lists the phones.',
    },
  ],
  PbxProbeFailing: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'Prometheus cannot probe PBX hq (berlin)',
      description:
        'The scrape of /probe for PBX hq (berlin) has failed for five minutes, so nothing is known about the PBX. Prometheus shows the error under "Targets". Most likely, scrape_timeout is shorter than a round of this PBX, or the exporter no longer knows this name.',
    },
  ],
  PbxQueueLong: [
    {
      labels: { family: 'asterisk', pbx: 'branch', queue: 'support', severity: 'info' },
      summary: '12 callers wait in queue support of PBX branch',
      description:
        'About 12 callers have been waiting in queue support of PBX branch for ten minutes. Assign more agents, or play an announcement.',
    },
  ],
  PbxQueueWithoutAgents: [
    {
      labels: { family: 'asterisk', pbx: 'hq', queue: 'support', severity: 'warning' },
      summary: 'Callers are waiting in queue support of PBX hq, and nobody answers',
      description:
        '3 callers are waiting in queue support of PBX hq, and none of its agents is ready. Outside working hours, the PBX should close the queue; otherwise, an agent has to sign in.',
    },
  ],
  PbxRestarted: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'info' },
      summary: 'PBX hq restarted 1m 0s ago',
      description:
        'PBX hq or its telephone service has restarted; active calls were cut off. If nobody restarted it, check its log, power supply and memory.',
    },
  ],
  PbxRoundsOverdue: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The rounds of PBX hq are late',
      description:
        'The next round of PBX hq is overdue by 10m 0s. The PBX is not the cause: the exporter is overloaded or stuck. Check the dashboard "PBX / Exporter" and the log, then raise "concurrency" or restart the exporter.',
    },
  ],
  PbxRoundtripHigh: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'Phones of PBX hq answer slowly: 400ms',
      description:
        'Half of the phones of PBX hq take longer than 400ms to answer. This is three times the usual roundtrip, or more than callers tolerate: they hear delays and gaps. Possible causes are a congested Internet line (backup, update, video), a VPN with a detour, or an overloaded PBX.',
    },
  ],
  PbxRowsSkipped: [
    {
      labels: { collector: 'peers', family: 'asterisk', pbx: 'hq', reason: 'limit', severity: 'warning' },
      summary: 'Some peers of PBX hq are not monitored (limit)',
      description:
        'PBX hq has more peers than "peers.limit" in the configuration of the exporter allows. The rest have no series and are missing in dashboards and alerts. Raise the limit.',
    },
  ],
  PbxTrunkFlapping: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 't1' },
      summary: 'Trunk t1 of PBX hq keeps changing its state',
      description:
        'Trunk t1 of PBX hq has changed its state 40 times within half an hour. Calls are cut off or fail, although the trunk looks fine in between. Usual causes: an unstable Internet line, a firewall or router that drops the connection between two registrations (register more often, or turn off "SIP ALG"), or two PBXs with the same account.',
    },
  ],
  PbxTrunkNotRegistered: [
    {
      labels: { family: 'asterisk', host: 't1.example.net', pbx: 'hq', severity: 'warning', trunk: 't1' },
      summary: 'Trunk t1 of PBX hq is not registered',
      description:
        "Trunk t1 of PBX hq has not been registered with its carrier for five minutes. State reported by the PBX: unregistered. Other side: t1.example.net. Incoming calls over this trunk do not arrive, and outgoing calls may fail. Check the account with the carrier (paid, password, allowed address), then the carrier's own status page.",
    },
  ],
  PbxTrunkOutOfService: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'a' },
      summary: 'Trunk a of PBX hq is out of service',
      description:
        'Trunk a of PBX hq has been out of service for five minutes: the other side does not answer, or the PBX reports a fault of the line. State reported by the PBX: unreachable. Check the firewall of the PBX, the cable and the gateway of an analogue or ISDN line, then ask the carrier.',
    },
    {
      labels: { family: 'asterisk', pbx: 'small', severity: 'warning', trunk: 'a' },
      summary: 'Trunk a of PBX small is out of service',
      description:
        'Trunk a of PBX small has been out of service for five minutes: the other side does not answer, or the PBX reports a fault of the line. State reported by the PBX: unreachable. Check the firewall of the PBX, the cable and the gateway of an analogue or ISDN line, then ask the carrier.',
    },
  ],
  PbxTrunkRoundtripHigh: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'northline' },
      summary: 'The other side of trunk northline of PBX hq answers slowly: 450ms',
      description:
        'The carrier or gateway of trunk northline of PBX hq takes 450ms to answer, so calls are delayed. Check for a congested Internet line first, then ask the carrier.',
    },
  ],
  PbxTrunkVanished: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'info', trunk: 'telvia' },
      summary: 'PBX hq no longer lists trunk telvia',
      description:
        'PBX hq listed trunk telvia within the last six hours, but no longer does. If it was deleted or renamed on purpose, there is nothing to do: the alert ends six hours after the trunk was last listed. Otherwise, calls over it fail: restore it from a backup of the PBX.',
    },
  ],
  PbxTrunksAllDown: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: 'No trunk of PBX hq works: no incoming or outgoing calls',
      description:
        "All 12 trunks of PBX hq have been out of service for four minutes: incoming and outgoing calls fail. Check the Internet line of the PBX and its firewall first, then the accounts with the carrier (paid, password, allowed address), then the carrier's status page.",
    },
  ],
  PbxUnreadable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'PBX hq (berlin) answers, but cannot be read',
      description:
        'Something answers at the address of PBX hq (berlin), asterisk, but the exporter cannot read phones and trunks. Reason: rate_limited. Calls may or may not work; the exporter cannot know. The reason shows where to look: a portal or proxy in between, an expired certificate, too many requests, or another version of the PBX. After half an hour, PbxNotWatched fires.',
    },
  ],
  PbxUnstable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'PBX hq (berlin) can be read only intermittently',
      description:
        'At least half of the rounds of PBX hq (berlin), asterisk, failed in the last quarter of an hour, with good ones in between. Reason: connect. Usual causes: a bad line, a PBX that keeps restarting for lack of memory or disk space, or two devices with the same IP address.',
    },
  ],
  PbxVanished: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'PBX hq has vanished: no exporter shows it',
      description:
        'An exporter showed PBX hq within the last six hours, and none does now. Usual causes: it was removed from the configuration by mistake, a pod does not start, or service discovery lost it. If it was removed on purpose, there is nothing to do: the alert ends six hours after the PBX was last seen.',
    },
  ],
  Watchdog: [
    {
      labels: { severity: 'none' },
      summary: 'Alerts arrive',
      description:
        'This alert always fires. It proves that Prometheus evaluates rules and that Alertmanager delivers messages. The receiver must raise an alarm when it stops arriving.',
    },
  ],
};
