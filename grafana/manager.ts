import { type DashboardPlan, pbxOfLine, pbxOfRow, uids } from './dashboard.ts';
import { id } from './identity.ts';
import { graph } from './panels.ts';
import { newest } from './queries.ts';
import { table } from './table.ts';
import { dataSourceVariable, goalVariable } from './variables.ts';

const budget = { from: null, colour: 'red' } as const;
const steps = [budget, { from: 0, colour: 'green' }];
const month = 'avg_over_time(pbx:up:avg1h[30d])';
const trunkMonth = 'avg_over_time(pbx:trunk_up:avg1h[30d])';
const left = (availability: string): string => `1 - (1 - ${availability}) / (1 - \${goal:raw} / 100)`;

/** Weeks and months: availability against a goal, peaks, what is old and what is restless. Limits of a PBX can be drawn beside its peaks. */
export const manager: DashboardPlan = {
  uid: uids.manager,
  title: 'PBX / Month',
  description: 'Availability over 30 days against a goal, call peaks, versions, the slowest and the most restless.',
  from: 'now-30d',
  variables: [dataSourceVariable(), goalVariable()],
  sections: [
    {
      title: 'Availability, 30 days',
      panels: [
        table({
          title: 'PBXs',
          description:
            'Share of the time in which the PBX could be read, of the hours in which anybody watched ("Hours known", of 720). Budget left: 100 % when it was never down, below 0 when the goal is missed. It needs dashboards.yml.',
          empty: 'Nothing is recorded yet: it takes an hour, and the rules of dashboards.yml.',
          unit: 'none',
          width: 12,
          height: 11,
          sortBy: { title: 'Available', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 0, title: 'Available', unit: 'percentunit', decimals: 3 },
            { of: 1, title: 'Budget left', unit: 'percentunit', decimals: 0, steps },
            { of: 2, title: 'Hours known', decimals: 0 },
          ],
          expressions: [month, left(month), 'count_over_time(pbx:up:avg1h[30d])'],
        }),
        table({
          title: 'Trunks',
          description:
            'Share of the time in which the trunk was in service, of the hours in which that was known at all. Disabled trunks are not in it.',
          empty: 'Nothing is recorded yet: it takes an hour, and the rules of dashboards.yml.',
          unit: 'none',
          width: 12,
          height: 11,
          sortBy: { title: 'In service', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'trunk', title: 'Trunk' },
            { of: 0, title: 'In service', unit: 'percentunit', decimals: 3 },
            { of: 1, title: 'Budget left', unit: 'percentunit', decimals: 0, steps },
            { of: 2, title: 'Hours known', decimals: 0 },
          ],
          expressions: [trunkMonth, left(trunkMonth), 'count_over_time(pbx:trunk_up:avg1h[30d])'],
        }),
        graph({
          title: 'Worst PBXs, day by day',
          description: 'Share of the day before in which the PBX could be read, the ten worst.',
          empty: 'Nothing is recorded yet: it needs recording.yml.',
          unit: 'percentunit',
          width: 24,
          height: 7,
          queries: [{ expression: 'bottomk(10, pbx:up:avg1d)', legend: '{{pbx}}' }],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
      ],
    },
    {
      title: 'Calls and inventory',
      panels: [
        table({
          title: 'Call peaks, this week and the week before',
          description: 'Most calls at once in the last seven days, and in the seven days before.',
          empty: 'No calls are recorded: "calls" is not collected, or the rules of dashboards.yml are missing.',
          unit: 'none',
          width: 12,
          height: 9,
          sortBy: { title: 'This week', descending: true },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 0, title: 'This week', empty: 'not known' },
            { of: 1, title: 'Week before', empty: 'not known' },
          ],
          expressions: ['max_over_time(pbx:calls:max1h[7d])', 'max_over_time(pbx:calls:max1h[7d] offset 7d)'],
        }),
        table({
          title: 'Versions',
          description: 'Model and version as the PBX tells them.',
          empty: 'No PBX that is read tells its version.',
          unit: 'none',
          width: 12,
          height: 9,
          sortBy: { title: 'Version', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'model', title: 'Model' },
            { of: 'version', title: 'Version' },
          ],
          expressions: [newest('pbx_info', ['model', 'version'])],
        }),
      ],
    },
    {
      title: 'Worst of the week',
      panels: [
        restless('Most restless phones', 'peer', 'pbx:peer_reachable_changes:increase1h'),
        restless('Most restless trunks', 'trunk', 'pbx:trunk_state_changes:increase1h'),
        table({
          title: 'Slowest phones',
          description: 'The twenty phones with the longest roundtrip of seven days.',
          empty: 'No roundtrip is recorded.',
          unit: 'none',
          width: 8,
          height: 9,
          sortBy: { title: 'Roundtrip', descending: true },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'peer', title: 'Phone' },
            { of: 0, title: 'Roundtrip', unit: 'ms', decimals: 0 },
          ],
          expressions: [
            `topk(20, max by (${id}, peer) (max_over_time(pbx:peer_roundtrip_microseconds:worst1h[7d]))) / 1000`,
          ],
        }),
      ],
    },
  ],
};

function restless(title: string, label: string, series: string): ReturnType<typeof table> {
  return table({
    title,
    description: 'The twenty that changed most often in seven days, as far as somebody watched.',
    empty: 'No change is recorded.',
    unit: 'none',
    width: 8,
    height: 9,
    sortBy: { title: 'Changes', descending: true },
    columns: [
      { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
      { of: label, title: label === 'peer' ? 'Phone' : 'Trunk' },
      { of: 0, title: 'Changes', decimals: 0 },
    ],
    expressions: [`topk(20, sum_over_time(${series}[7d]))`],
  });
}
