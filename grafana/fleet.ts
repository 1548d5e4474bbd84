import { fleetAlerts } from './fleet-alerts.ts';
import { fleetInventory } from './fleet-inventory.ts';
import { fleetNow } from './fleet-now.ts';
import { fleetPeers } from './fleet-peers.ts';
import { fleetReading } from './fleet-reading.ts';
import { fleetTrunks } from './fleet-trunks.ts';
import { type DashboardPlan, uids } from './dashboard.ts';
import { chosen } from './queries.ts';
import { dataSourceVariable, familyAndSite, fleetVariables, pbxVariable } from './variables.ts';

/** Dashboard of all PBXs: problems, where they are, and since when. */
export const fleet: DashboardPlan = {
  uid: uids.fleet,
  title: 'PBX / Fleet',
  description: 'All PBXs at a glance: PBXs that are down, trunks out of service, slow phones.',
  from: 'now-6h',
  variables: [dataSourceVariable(), ...fleetVariables(true), ...familyAndSite(), pbxVariable(true)],
  narrowTo: chosen,
  sections: [fleetNow, fleetAlerts, fleetTrunks, fleetPeers, fleetInventory, fleetReading],
};
