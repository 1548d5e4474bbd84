import { pbxOfLine, pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { graph } from './panels.ts';
import { best, notRead, notReadRows, ofChosen, oneOf } from './queries.ts';
import { table } from './table.ts';
import { unknownTime } from './words.ts';

/** Section about reading the PBXs: failures, suspended logins and the age of the data. */
export const fleetReading: Section = {
  title: 'Reading the PBXs',
  panels: [
    graph({
      title: 'Failed rounds by reason',
      description: 'Rounds in which a PBX could not be read. The documentation explains the reasons.',
      empty: 'No failed rounds on the exporters that answer.',
      unit: 'none',
      width: 12,
      height: 8,
      stacked: true,
      queries: [
        {
          expression: `sum by (reason) (${ofChosen('increase(pbx_round_failures_total[$__rate_interval])', ['reason'])}) > 0`,
          legend: '{{reason}}',
        },
      ],
    }),
    graph({
      title: 'Time since the last good round, the ten longest',
      description:
        'Rises and falls with every round. If a line keeps rising, the PBX is no longer read. If a line ends, no exporter shows the PBX any more.',
      empty: 'No PBX was read yet.',
      unit: 's',
      width: 12,
      height: 8,
      queries: [
        { expression: `topk(10, time() - (${ofChosen('pbx_last_success_timestamp_seconds')}))`, legend: '{{pbx}}' },
      ],
      dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
    }),
    table({
      title: 'Suspended logins',
      description:
        'PBXs whose logins are suspended. To end the suspension, correct the account or the configuration, and reload.',
      empty: 'No logins are suspended on the PBXs that an exporter shows.',
      unit: 'none',
      width: 12,
      height: 7,
      sortBy: { title: 'Next login in', descending: false },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'reason', title: 'Why' },
        { of: 0, title: 'Next login in', unit: 's', decimals: 0, mappings: [unknownTime] },
      ],
      expressions: [
        `label_replace(${notRead} < 0, "reason", "not known: no exporter answers", "", "") or label_replace(absent(pbx_up), "reason", "not known: no exporter answers", "", "") or ((${ofChosen('pbx_login_suspended_until_timestamp_seconds')}) - time() > 0) * on (${id}) group_left (reason) ${oneOf([id], ['reason'], 'pbx_last_failure')}`,
      ],
    }),
    table({
      title: 'Parts that cannot be read',
      description:
        'PBXs that are up, but with a list that could not be read in the last round, for example because of a missing right. PBXs that could not be read at all are also listed.',
      empty: 'Everything could be read.',
      unit: 'none',
      width: 12,
      height: 7,
      sortBy: { title: 'PBX', descending: false },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'collector', title: 'Part' },
      ],
      expressions: [
        `(${ofChosen('pbx_collector_success', ['collector'])}) == 0 and on (${id}) ${best('pbx_up')} == 1 or ${notReadRows('collector')}`,
      ],
    }),
  ],
};
