import { pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { table } from './table.ts';

/** Section about the phones and trunks with the most changes and the longest roundtrips. */
export const managerWorst: Section = {
  title: 'Worst of the week',
  panels: [
    restless('Phones with most changes', 'peer', 'pbx:peer_reachable_changes:increase1h'),
    restless('Trunks with most changes', 'trunk', 'pbx:trunk_state_changes:increase1h'),
    worst('Slowest phones', {
      label: 'peer',
      value: 'Roundtrip',
      unit: 'ms',
      description:
        'The twenty phones with the longest roundtrip in the last seven days, compared to the seven days before.',
      empty: 'No roundtrip is recorded.',
      overWeek: (offset) =>
        `max by (${id}, peer) (max_over_time(pbx:peer_roundtrip_microseconds:worst1h[7d]${offset})) / 1000`,
    }),
  ],
};

function restless(title: string, label: 'peer' | 'trunk', series: string): ReturnType<typeof table> {
  return worst(title, {
    label,
    value: 'Changes',
    unit: 'none',
    description: 'The twenty with the most changes in the last seven days, compared to the seven days before.',
    empty: 'No change is recorded.',
    overWeek: (offset) => `sum_over_time(${series}[7d]${offset})`,
  });
}

interface Worst {
  readonly label: 'peer' | 'trunk';
  /** Title of the value column. */
  readonly value: string;
  readonly unit: string;
  readonly description: string;
  readonly empty: string;
  readonly overWeek: (offset: string) => string;
}

function worst(title: string, { label, value, unit, description, empty, overWeek }: Worst): ReturnType<typeof table> {
  const twenty = `topk(20, ${overWeek('')})`;
  return table({
    title,
    description,
    empty,
    unit: 'none',
    width: 8,
    height: 9,
    sortBy: { title: value, descending: true },
    columns: [
      { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
      { of: label, title: label === 'peer' ? 'Phone' : 'Trunk' },
      { of: 0, title: value, unit, decimals: 0 },
      { of: 1, title: 'Week before', unit, decimals: 0, empty: 'none known' },
    ],
    expressions: [twenty, `${overWeek(' offset 7d')} and on (${id}, ${label}) ${twenty}`],
  });
}
