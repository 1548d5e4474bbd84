import type { ExpectedAlert } from './text.ts';
import { otherTexts } from './texts-other.ts';

/** What people read of each alert, by its name, in the case that names it. */
export const texts: Readonly<Record<string, readonly ExpectedAlert[]>> = {
  PbxCarrierDown: [
    {
      labels: { host: 'sip.northline.example.net', severity: 'critical' },
      summary: 'Carrier sip.northline.example.net: trunks of 16 PBXs are down',
      description:
        'Trunks of 16 PBXs with sip.northline.example.net do not work, half of those with it or more. That is the carrier, or the way to it: see its status page and call it. The alerts of the single trunks and PBXs with this carrier are silent meanwhile.',
    },
  ],
  PbxCollectorFailing: [
    {
      labels: { collector: 'queues', family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The list of queues of PBX hq cannot be read',
      description:
        'PBX hq is up, but the exporter has not been able to read its queues for ten minutes. With "forbidden" the account of the exporter lacks a right on the PBX. With "config" this PBX does not have that list: take it out of "collect". Alerts about queues are blind until then.',
    },
  ],
  PbxDataStale: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'The data of PBX hq are 25m 30s old',
      description:
        'The exporter shows values of PBX hq that are 25m 30s old, and no round has replaced them. If the interval of this PBX is shorter than that, the exporter is stuck or overloaded: see its log and the dashboard "PBX / Exporter", and restart it.',
    },
  ],
  PbxDown: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical', site: 'berlin' },
      summary: 'PBX hq (berlin) is down',
      description:
        "Nothing has answered at the address of PBX hq (berlin), asterisk, for five minutes. Reason: connect. Check whether the PBX runs and answers on its web address from the exporter's machine; phones and trunks are not watched until it does.",
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
      summary: 'pbx-exporter exporter-1:10560 does not answer: its PBXs are not watched',
      description:
        'Prometheus has not been able to read the pbx-exporter at exporter-1:10560 for three minutes, and no other one shows its PBXs. See whether it runs, what its log says, and whether the scrape is refused or too slow (Prometheus shows the error under "Targets").',
    },
  ],
  PbxExporterMissing: [
    {
      labels: { severity: 'critical' },
      summary: 'No pbx-exporter answers: no PBX is watched',
      description:
        'Prometheus has not been able to read any pbx-exporter for three minutes, so nothing is known of any PBX, good or bad. Check whether the exporter runs and is reachable from Prometheus, and whether its job is still in prometheus.yml. All other PBX alerts are silent until then; those that were told before are still as they were.',
    },
  ],
  PbxExporterNotRedundant: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'warning' },
      summary: 'pbx-exporter exporter-1:10560 does not answer; others watch its PBXs',
      description:
        'Prometheus has not been able to read the pbx-exporter at exporter-1:10560 for five minutes. All PBXs that it showed are shown by another one, so nothing is lost, until that one fails too.',
    },
  ],
  PbxExporterReloadFailed: [
    {
      labels: { instance: 'exporter-1:10560', job: 'pbx-exporter', severity: 'warning' },
      summary: 'pbx-exporter exporter-1:10560 refuses its new configuration',
      description:
        'The configuration file of the pbx-exporter at exporter-1:10560 has a mistake. The exporter goes on with the one before, so PBXs that were added since are not watched. Run "pbx-exporter check", correct the file, reload.',
    },
  ],
  PbxExporterTooFew: [
    {
      labels: { severity: 'critical' },
      summary: 'Only 1 pbx-exporters are left',
      description:
        'There are fewer exporters than there should be or were within the last six hours: a pod that does not start, or a target that is gone from the configuration or discovery of Prometheus. PBXs in their share are not watched.',
    },
  ],
  PbxExportersDisagree: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning' },
      summary: 'Two exporters tell different things of PBX hq',
      description:
        'Several exporters show a PBX of this name, and what they tell of it differs. Either two PBXs have one name: rename one, for alerts see only the better of both. Or a pair of exporters asks the same PBX: then their configurations differ, or one of them cannot reach it.',
    },
  ],
  PbxLoginRefused: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'warning', site: 'berlin' },
      summary: 'The exporter cannot log in to PBX hq (berlin)',
      description:
        'PBX hq (berlin), asterisk, did not let the exporter in when it last tried. Reason: redirect. The exporter waits between tries, so that the PBX does not lock the account; whether the PBX still runs is not known meanwhile. Correct user name, password or address in the configuration of the exporter, or the account on the PBX, and reload. After half an hour PbxNotWatched follows.',
    },
  ],
  PbxManyDown: [
    {
      labels: { severity: 'critical' },
      summary: '5 PBXs are down at the same time',
      description:
        "5 PBXs, a quarter of all or more, do not answer. So many PBXs hardly fail together: look at the network, the VPN, the firewall and the name server of the exporter's machine first. PbxDown is silent for as long as this lasts.",
    },
  ],
  PbxNotWatched: [
    {
      labels: { family: 'asterisk', pbx: 'hq', severity: 'critical', site: 'berlin' },
      summary: 'Nothing is known of PBX hq (berlin) for half an hour',
      description:
        'For half an hour the exporter has not seen phones and trunks of PBX hq (berlin), asterisk; an outage of its telephony would not be noticed. Reason: redirect. Call an extension from outside to see whether calls work, then let the exporter in again: account, address, portal or proxy, certificate.',
    },
  ],
  ...otherTexts,
};
