import { type DashboardPlan, pbxOfLine, pbxOfRow, uids } from './dashboard.ts';
import { graph } from './panels.ts';
import { managerInventory } from './manager-inventory.ts';
import { managerWorst } from './manager-worst.ts';
import { table } from './table.ts';
import { dataSourceVariable, goalVariable } from './variables.ts';

const budget = { from: null, colour: 'red' } as const;
const steps = [budget, { from: 0, colour: 'green' }];
const month = 'avg_over_time(pbx:up:avg1h[30d])';
const trunkMonth = 'avg_over_time(pbx:trunk_up:avg1h[30d])';
const week = (series: string, before = ''): string => `avg_over_time(${series}[7d]${before})`;
const left = (availability: string): string => `1 - (1 - ${availability}) / (1 - \${goal:raw} / 100)`;

/** Dashboard over weeks: availability against a goal, call peaks next to their limits, versions, and frequent changes. */
export const manager: DashboardPlan = {
  uid: uids.manager,
  title: 'PBX / Month',
  description: 'Availability over 30 days against a goal, call peaks, versions, slowest phones and most changes.',
  from: 'now-30d',
  variables: [dataSourceVariable(), goalVariable()],
  sections: [
    {
      title: 'Availability, 30 days',
      panels: [
        table({
          title: 'PBXs',
          description:
            'Share of the monitored time in which the PBX could be read. "Hours known" is the monitored time, at most 720. "Budget left" is 100 % if the PBX was never down, and below 0 if the goal is missed. Requires dashboards.yml.',
          empty: 'Nothing is recorded yet. This requires the rules of dashboards.yml, and takes an hour.',
          unit: 'none',
          width: 12,
          height: 11,
          sortBy: { title: 'Available', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 0, title: 'Available', unit: 'percentunit', decimals: 3 },
            { of: 1, title: 'Budget left', unit: 'percentunit', decimals: 0, steps },
            { of: 2, title: 'This week', unit: 'percentunit', decimals: 3, empty: 'not known' },
            { of: 3, title: 'Week before', unit: 'percentunit', decimals: 3, empty: 'not known' },
            { of: 4, title: 'Hours known', decimals: 0 },
          ],
          expressions: [
            month,
            left(month),
            week('pbx:up:avg1h'),
            week('pbx:up:avg1h', ' offset 7d'),
            'count_over_time(pbx:up:avg1h[30d])',
          ],
        }),
        table({
          title: 'Trunks',
          description: 'Share of the known time in which the trunk was in service. Disabled trunks are not included.',
          empty: 'Nothing is recorded yet. This requires the rules of dashboards.yml, and takes an hour.',
          unit: 'none',
          width: 12,
          height: 11,
          sortBy: { title: 'In service', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'trunk', title: 'Trunk' },
            { of: 0, title: 'In service', unit: 'percentunit', decimals: 3 },
            { of: 1, title: 'Budget left', unit: 'percentunit', decimals: 0, steps },
            { of: 2, title: 'This week', unit: 'percentunit', decimals: 3, empty: 'not known' },
            { of: 3, title: 'Week before', unit: 'percentunit', decimals: 3, empty: 'not known' },
            { of: 4, title: 'Hours known', decimals: 0 },
          ],
          expressions: [
            trunkMonth,
            left(trunkMonth),
            week('pbx:trunk_up:avg1h'),
            week('pbx:trunk_up:avg1h', ' offset 7d'),
            'count_over_time(pbx:trunk_up:avg1h[30d])',
          ],
        }),
        graph({
          title: 'Worst PBXs, day by day',
          description: 'Share of the previous day in which the PBX could be read, for the ten worst.',
          empty: 'Nothing is recorded yet. This requires recording.yml.',
          unit: 'percentunit',
          width: 24,
          height: 7,
          queries: [{ expression: 'bottomk(10, pbx:up:avg1d)', legend: '{{pbx}}' }],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
      ],
    },
    managerInventory,
    managerWorst,
  ],
};
