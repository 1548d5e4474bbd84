import { pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { chosen, newest, notReadRows, ofChosen, withTrunkInfo } from './queries.ts';
import { table } from './table.ts';
import { redFromOne } from './panels.ts';

const trunksDown = `((1 - ${newest('pbx_trunk_up', ['trunk'])}) and on (${id}) ${chosen})`;

/** Section about firing alerts, and about providers and sites with several problems. */
export const fleetAlerts: Section = {
  title: 'Alerts, providers and sites',
  panels: [
    table({
      title: 'Firing alerts',
      description:
        'Alerts of the included rules, as seen by Prometheus, regardless of silences in Alertmanager. "Watchdog" always fires: if it is missing, no rules are evaluated.',
      empty: 'No alert is firing, not even "Watchdog", so the rules are not evaluated.',
      unit: 'none',
      width: 24,
      height: 8,
      sortBy: { title: 'Severity', descending: false },
      columns: [
        { of: 'severity', title: 'Severity' },
        { of: 'alertname', title: 'Alert' },
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'trunk', title: 'Trunk' },
        { of: 'site', title: 'Site' },
        { of: 'instance', title: 'Exporter' },
      ],
      expressions: [
        `max by (severity, alertname, ${id}, trunk, site, instance) (ALERTS{alertname=~"Pbx.+|Watchdog",alertstate="firing"})`,
      ],
    }),
    table({
      title: 'Providers',
      description:
        'Trunks by provider host. If many are down at once, the cause is the provider or the connection to it. PBXs that are not read have one row each.',
      empty: 'No list of trunks was read.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Not in service', descending: true },
      columns: [
        { of: 'host', title: 'Provider' },
        { of: 'pbx', title: 'PBX' },
        { of: 0, title: 'Not in service', steps: redFromOne, empty: 'not known' },
        { of: 1, title: 'Trunks', empty: 'not known' },
      ],
      expressions: [
        `sum by (host) (${withTrunkInfo(trunksDown, ['host'])})`,
        `count by (host) (${withTrunkInfo(trunksDown, ['host'])})`,
        notReadRows('host'),
      ],
    }),
    table({
      title: 'Sites',
      description: 'Number of PBXs, and of PBXs that are not read, by the label "site" from the configuration.',
      empty: 'No PBX found.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'PBXs not read', descending: true },
      columns: [
        {
          of: 'site',
          title: 'Site',
          link: {
            title: 'Open this site',
            url: '/d/pbx-site?var-site=${__value.text:percentencode}&var-datasource=${datasource}&${__url_time_range}',
          },
        },
        { of: 0, title: 'PBXs' },
        { of: 1, title: 'PBXs not read', steps: redFromOne, empty: '0' },
      ],
      expressions: [
        `count by (site) (max by (${id}, site) (${chosen}))`,
        `count by (site) (max by (${id}, site) (${chosen}) unless on (${id}) (${ofChosen('pbx_up')}) == 1)`,
      ],
    }),
  ],
};
