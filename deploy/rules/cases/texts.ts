import type { ExpectedAlert } from './text.ts';
import { otherTexts } from './texts-other.ts';

/** Expected texts of each alert, by its name, in the case that refers to them. */
export const texts: Readonly<Record<string, readonly ExpectedAlert[]>> = {
  PbxCarrierDown: [
    {
      labels: { host: 'sip.northline.example.net', severity: 'critical' },
      summary: 'Carrier sip.northline.example.net: trunks of 16 PBXs are down',
      description:
        'Trunks of 16 PBXs with sip.northline.example.net do not work, which is at least half of the PBXs that use it. The cause is the carrier or the connection to it: check its status page, and call it. Alerts of the individual trunks and PBXs with this carrier are suppressed.',
    },
  ],
  PbxCollectorFailing: [
    {
      labels: { collector: 'queues', family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The list of queues of PBX hq cannot be read',
      description:
        'PBX hq is up, but the exporter has not been able to read its queues for ten minutes. "forbidden" means that the account of the exporter lacks a right on the PBX. "config" means that this PBX does not have the list: remove it from "collect". Until then, alerts about queues cannot fire.',
    },
  ],
  PbxDataStale: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The data of PBX hq is 25m 30s old',
      description:
        'The exporter shows values of PBX hq that are 25m 30s old, and no round has replaced them. If the interval of this PBX is shorter than that, the exporter is stuck or overloaded: check its log and the dashboard "PBX / Exporter", and restart it.',
    },
  ],
  PbxDown: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical', site: 'berlin' },
      summary: 'PBX hq (berlin) is down',
      description:
        "Nothing has answered at the address of PBX hq (berlin), asterisk, for five minutes. Reason: connect. Check whether the PBX is running and answers on its web address from the exporter's machine. Until then, its phones and trunks are not monitored.",
    },
  ],
  PbxExporterClockOff: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'warning' },
      summary: 'The clock of pbx-exporter exporter-1:10560 is off by 20m 0s',
      description:
        'The clocks of the machines of Prometheus and of the pbx-exporter at exporter-1:10560 differ by 20m 0s. Times and ages of all its PBXs are wrong. Set up time synchronisation (NTP) on both.',
    },
  ],
  PbxExporterDown: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'critical' },
      summary: 'pbx-exporter exporter-1:10560 does not answer: its PBXs are not monitored',
      description:
        'Prometheus has been unable to scrape the pbx-exporter at exporter-1:10560 for three minutes, and no other exporter shows its PBXs. Check whether it is running, its log, and the error of the scrape (in Prometheus under "Targets").',
    },
  ],
  PbxExporterMissing: [
    {
      labels: { severity: 'critical' },
      summary: 'No pbx-exporter answers: no PBX is monitored',
      description:
        'Prometheus has been unable to scrape any pbx-exporter for three minutes, so nothing is known about any PBX. Check whether the exporter is running and reachable from Prometheus, and whether its job is still in prometheus.yml. Until then, all other PBX alerts are suppressed and keep their state.',
    },
  ],
  PbxExporterNotRedundant: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'warning' },
      summary: 'pbx-exporter exporter-1:10560 does not answer; others monitor its PBXs',
      description:
        'Prometheus has been unable to scrape the pbx-exporter at exporter-1:10560 for five minutes. Another exporter shows all of its PBXs, so nothing is lost unless that one fails too.',
    },
  ],
  PbxExporterReloadFailed: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'warning' },
      summary: 'pbx-exporter exporter-1:10560 refuses its new configuration',
      description:
        'The configuration file of the pbx-exporter at exporter-1:10560 has an error. The exporter continues with the previous version, so PBXs added since then are not monitored. Run "pbx-exporter check", correct the file, and reload.',
    },
  ],
  PbxExporterTooFew: [
    {
      labels: { severity: 'critical' },
      summary: 'Only 1 pbx-exporters are left',
      description:
        'There are fewer exporters than configured, or than within the last six hours: a pod does not start, or a target was removed from the configuration or discovery of Prometheus. The PBXs in their share are not monitored.',
    },
  ],
  PbxExportersDisagree: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'Two exporters report different data about PBX hq',
      description:
        'Several exporters show a PBX of this name, but their data differs. If two PBXs have the same name, rename one, because alerts see only the better of the two. If two exporters poll the same PBX, their configurations differ, or one of them cannot reach it.',
    },
  ],
  PbxLoginRefused: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'The exporter cannot log in to PBX hq (berlin)',
      description:
        'PBX hq (berlin), asterisk, refused the last login. Reason: redirect. The exporter waits between attempts, so that the PBX does not lock the account. Meanwhile, it is not known whether the PBX is working. Correct the user name, password or address in the configuration of the exporter, or the account on the PBX, and reload. After half an hour, PbxNotWatched fires.',
    },
  ],
  PbxManyDown: [
    {
      labels: { severity: 'critical' },
      summary: '5 PBXs are down at the same time',
      description:
        "5 PBXs, at least a quarter of all, do not answer. So many PBXs rarely fail together: check the network, the VPN, the firewall and the name server of the exporter's machine first. PbxDown is suppressed while this lasts.",
    },
  ],
  PbxNotWatched: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical', site: 'berlin' },
      summary: 'Nothing has been known about PBX hq (berlin) for half an hour',
      description:
        'The exporter has not read the phones and trunks of PBX hq (berlin), asterisk, for half an hour, so an outage would not be noticed. Reason: redirect. Call an extension from outside to check whether calls work. Then restore access: check the account, address, portal or proxy, and certificate.',
    },
  ],
  ...otherTexts,
};
