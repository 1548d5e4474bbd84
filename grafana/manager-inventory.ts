import { pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { best, newest } from './queries.ts';
import { devices, ends, nearLimit, usage } from './inventory.ts';
import { table } from './table.ts';

const pbx = { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } } as const;

const peak = 'max_over_time(pbx:calls:max1h[7d])';
const callsLimit = best('pbx_limit{resource="calls"}');

/** Section about used resources and the inventory, for buying licences and planning updates. */
export const managerInventory: Section = {
  title: 'Calls, limits and inventory',
  panels: [
    table({
      title: 'Call peaks, this week and the week before',
      description:
        'Peak of concurrent calls in the last seven days and in the seven days before, compared to the limit of the PBX or its licence, if reported.',
      empty: 'No calls are recorded: "calls" is not collected, or the rules of dashboards.yml are missing.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Of the limit', descending: true },
      columns: [
        pbx,
        { of: 0, title: 'This week', empty: 'not known' },
        { of: 1, title: 'Week before', empty: 'not known' },
        { of: 2, title: 'Limit', empty: 'not reported' },
        { of: 3, title: 'Of the limit', unit: 'percentunit', decimals: 0, steps: nearLimit, empty: 'not reported' },
      ],
      expressions: [
        peak,
        'max_over_time(pbx:calls:max1h[7d] offset 7d)',
        callsLimit,
        `max by (${id}) (${peak}) / on (${id}) ${callsLimit}`,
      ],
    }),
    usage({}, 12),
    ends({}, 12),
    devices(12),
    table({
      title: 'Versions',
      description: 'Family from the configuration; model and version as reported by the PBX.',
      empty: 'None of the PBXs being read reports its version.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Version', descending: false },
      columns: [
        pbx,
        { of: 'family', title: 'Family' },
        { of: 'model', title: 'Model' },
        { of: 'version', title: 'Version', empty: 'not reported' },
      ],
      expressions: [newest('pbx_info', ['model', 'version']), best('pbx_target_info', ['family'])],
    }),
  ],
};
