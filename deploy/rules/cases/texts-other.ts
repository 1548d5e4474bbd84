import type { ExpectedAlert } from './text.ts';

/** What people read of alerts about phones, queues and trunks, by their names, in the case that names them. */
export const otherTexts: Readonly<Record<string, readonly ExpectedAlert[]>> = {
  PbxCallLegsLossy: [
    {
      labels: { family: 'asterisk', pbx: 'branch', severity: 'warning' },
      summary: '50% of call legs of PBX branch lose packets',
      description:
        '50% of the call legs of PBX branch that ended within 15 minutes lost more than 5 % of their packets, so words are missing. Check for a full Internet line (backup, update, video) first. If only the phones of one site are affected, check its line, its Wi-Fi and its switches.',
    },
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'northline' },
      summary: '50% of call legs over trunk northline of PBX hq lose packets',
      description:
        '50% of the call legs over trunk northline of PBX hq that ended within 15 minutes lost more than 5 % of their packets, so words are missing. Check for a full Internet line (backup, update, video) first. If other trunks are fine, ask the provider.',
    },
  ],
  PbxCertificateEnds: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The certificate of PBX hq ends in 12d 23h 41m 0s',
      description:
        'The first certificate of the chain that PBX hq, asterisk, sends on its web address ends then. Phones, browsers and this exporter refuse it afterwards. Renew it on the PBX; where it renews itself, find out why it did not.',
    },
  ],
  PbxLicenseEnds: [
    {
      labels: { family: 'asterisk', kind: 'maintenance', pbx: 'hq', severity: 'warning' },
      summary: 'The maintenance of PBX hq ends in 28d 23h 40m 0s',
      description:
        'Without maintenance hq gets no new versions, security fixes among them, and no help from its vendor. Have it renewed.',
    },
  ],
  PbxNearLimit: [
    {
      labels: { family: 'asterisk', pbx: 'hq', resource: 'calls', severity: 'warning' },
      summary: 'PBX hq uses 90% of its calls',
      description:
        'PBX hq uses 90% of the calls that it or its licence allows. At the limit calls are refused, or no further phone can be set up. Make room, or raise the limit.',
    },
  ],
  PbxPeersFewerThanUsual: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: 'PBX hq has 40 phones fewer than a week ago at this hour',
      description:
        'Less than half of the phones of PBX hq that could be reached at this hour a week ago can be reached now. If it is a holiday, silence it (or use a time interval of Alertmanager); if not, look for what the missing ones have in common: a site, a switch, a VLAN, a provisioning server.',
    },
  ],
  PbxPeersUnreachable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: '15 phones of PBX hq are gone at once',
      description:
        '15 phones of PBX hq that could be reached stopped answering or lost their registration within ten minutes. Look for what they have in common: the Internet line or VPN of a site, a switch, its power supply, a VLAN or firewall rule that was changed. The dashboard "PBX / One PBX" lists the phones.',
    },
  ],
  PbxProbeFailing: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'Prometheus cannot probe PBX hq (berlin)',
      description:
        'The scrape of /probe for PBX hq (berlin) has failed for five minutes, so nothing is known of the PBX. Prometheus shows the error under "Targets": most likely scrape_timeout is shorter than a round of this PBX takes, or the exporter does not know that name any more.',
    },
  ],
  PbxQueueLong: [
    {
      labels: { family: 'asterisk', pbx: 'branch', queue: 'support', severity: 'info' },
      summary: '12 callers wait in queue support of PBX branch',
      description:
        'For ten minutes 12 callers or so have been waiting in queue support of PBX branch. More agents would help, or an announcement.',
    },
  ],
  PbxQueueWithoutAgents: [
    {
      labels: { family: 'asterisk', pbx: 'hq', queue: 'support', severity: 'warning' },
      summary: 'Callers wait in queue support of PBX hq, and nobody answers',
      description:
        '3 callers wait in queue support of PBX hq, and none of its agents is signed in and ready. Outside of working hours the queue should be closed on the PBX; else somebody has to sign in.',
    },
  ],
  PbxRestarted: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'info' },
      summary: 'PBX hq has restarted 1m 0s ago',
      description:
        'PBX hq or its telephone service has started anew; calls that ran were cut off. If nobody restarted it, look at its log, its power supply and its memory.',
    },
  ],
  PbxRoundsOverdue: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The rounds of PBX hq do not come on time',
      description:
        'The next round of PBX hq is overdue by 10m 0s. That is not the fault of the PBX: the exporter is overloaded or stuck. See the dashboard "PBX / Exporter" and the log, raise "concurrency" or restart it.',
    },
  ],
  PbxRoundtripHigh: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'Phones of PBX hq answer slowly: 400ms',
      description:
        'Half of the phones of PBX hq take longer than 400ms to answer: three times as long as usual, or more than people bear. They hear delays and gaps. Look for a full Internet line (backup, update, video), a VPN that takes a detour, or a PBX that is overloaded.',
    },
  ],
  PbxRowsSkipped: [
    {
      labels: { collector: 'peers', family: 'asterisk', pbx: 'hq', reason: 'limit', severity: 'warning' },
      summary: 'Some peers of PBX hq are not watched (limit)',
      description:
        'PBX hq has more peers than "peers.limit" in the configuration of the exporter allows. Those beyond it have no series of their own and are missing in dashboards and alerts. Raise the limit.',
    },
  ],
  PbxTrunkFlapping: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 't1' },
      summary: 'Trunk t1 of PBX hq comes and goes',
      description:
        'Trunk t1 of PBX hq has changed its state 40 times within half an hour. Calls break off or do not get through although the trunk looks fine in between. Usual causes: an unstable Internet line, a firewall or router that forgets the connection between two registrations (register more often, or switch off "SIP ALG"), or two PBXs that use the same account.',
    },
  ],
  PbxTrunkNotRegistered: [
    {
      labels: { family: 'asterisk', host: 't1.example.net', pbx: 'hq', severity: 'warning', trunk: 't1' },
      summary: 'Trunk t1 of PBX hq is not registered',
      description:
        "Trunk t1 of PBX hq has not been registered with its carrier for five minutes. The PBX says: unregistered. Other side: t1.example.net. Calls from outside over this trunk do not arrive, and calls to the outside may fail. Check the account with the carrier (paid, password, allowed address), then the carrier's own status page.",
    },
  ],
  PbxTrunkOutOfService: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'a' },
      summary: 'Trunk a of PBX hq is out of service',
      description:
        'Trunk a of PBX hq has been out of service for five minutes: the other side does not answer, or the PBX reports a fault of the line. The PBX says: unreachable. Check the firewall of the PBX, the cable and the gateway of an analogue or ISDN line, then ask the carrier.',
    },
    {
      labels: { family: 'asterisk', pbx: 'small', severity: 'warning', trunk: 'a' },
      summary: 'Trunk a of PBX small is out of service',
      description:
        'Trunk a of PBX small has been out of service for five minutes: the other side does not answer, or the PBX reports a fault of the line. The PBX says: unreachable. Check the firewall of the PBX, the cable and the gateway of an analogue or ISDN line, then ask the carrier.',
    },
  ],
  PbxTrunkRoundtripHigh: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', trunk: 'northline' },
      summary: 'The other side of trunk northline of PBX hq answers slowly: 450ms',
      description:
        'The carrier or gateway of trunk northline of PBX hq takes 450ms to answer. Calls over it have delays. Look for a full Internet line first, then ask the carrier.',
    },
  ],
  PbxTrunkVanished: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'info', trunk: 'telvia' },
      summary: 'Trunk telvia of PBX hq is in its list no more',
      description:
        'PBX hq listed trunk telvia within the last six hours, and lists it no more. If it was deleted or renamed on purpose, there is nothing to do: this ends by itself, six hours after it was last listed. If not, calls over it fail: restore it from a backup of the PBX.',
    },
  ],
  PbxTrunksAllDown: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical' },
      summary: 'No trunk of PBX hq works: no calls to or from outside',
      description:
        "All 12 trunks of PBX hq have been out of service for four minutes: nobody can be called from outside or call out. Check the Internet line of the PBX and its firewall first, then the accounts with the carrier (paid, password, allowed address), then the carrier's status page.",
    },
  ],
  PbxUnreadable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'PBX hq (berlin) answers, but cannot be read',
      description:
        'Something answers at the address of PBX hq (berlin), asterisk, but the exporter cannot read phones and trunks. Reason: rate_limited. Calls may well go on; whether they do is not known. The reason says where to look: a portal or proxy in between, an expired certificate, too many requests, another version of the PBX. After half an hour PbxNotWatched follows.',
    },
  ],
  PbxUnstable: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'PBX hq (berlin) can be read only now and then',
      description:
        'Half of the rounds of PBX hq (berlin), asterisk, in the last quarter of an hour failed, or more, with good ones in between. Reason: connect. Usual causes: a bad line, a PBX without memory or disk that restarts again and again, two devices with one IP address.',
    },
  ],
  PbxVanished: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'PBX hq has vanished: no exporter shows it',
      description:
        'An exporter showed PBX hq within the last six hours, and none does now. Was it taken out of the configuration by mistake, does a pod not start, or has the discovery lost it? If it was removed on purpose, there is nothing to do: this ends by itself, six hours after the PBX was last seen.',
    },
  ],
  Watchdog: [
    {
      labels: { severity: 'none' },
      summary: 'Alerts arrive',
      description:
        'This alert fires always. It proves that Prometheus evaluates rules and that Alertmanager delivers messages: the receiver must raise the alarm when it stops coming.',
    },
  ],
};
