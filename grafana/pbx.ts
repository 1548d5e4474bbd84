import { type DashboardPlan, uids } from './dashboard.ts';
import { pbxNow } from './pbx-now.ts';
import { pbxCalls } from './pbx-calls.ts';
import { pbxLimits } from './pbx-limits.ts';
import { pbxPeers } from './pbx-peers.ts';
import { pbxQuality } from './pbx-quality.ts';
import { pbxReading } from './pbx-reading.ts';
import { pbxTrunks } from './pbx-trunks.ts';
import { onePbx, pbxsWith } from './queries.ts';
import { dataSourceVariable, fleetVariables, pbxVariable } from './variables.ts';

/** Dashboard of one PBX: trunks over time, phones, calls, and problems with reading it. */
export const pbx: DashboardPlan = {
  uid: uids.pbx,
  title: 'PBX / One PBX',
  description:
    'One PBX: every trunk over time, every phone with its roundtrip, calls and their quality, and problems with reading the PBX.',
  from: 'now-6h',
  variables: [dataSourceVariable(), ...fleetVariables(false), pbxVariable(false)],
  narrowTo: pbxsWith([onePbx]),
  sections: [pbxNow, pbxTrunks, pbxPeers, pbxCalls, pbxQuality, pbxLimits, pbxReading],
};
