import { type DashboardPlan, uids } from './dashboard.ts';
import { exporterNow } from './exporter-now.ts';
import { exporterProcess } from './exporter-process.ts';
import { exporterRequests } from './exporter-requests.ts';
import { dataSourceVariable, labelVariable } from './variables.ts';

/** Dashboard of the exporters: rounds, requests to the PBXs, and the process. */
export const exporter: DashboardPlan = {
  uid: uids.exporter,
  title: 'PBX / Exporter',
  description: 'The exporters themselves: rounds, requests to the PBXs and their duration, event loop and memory.',
  from: 'now-3h',
  variables: [
    dataSourceVariable(),
    labelVariable({
      name: 'instance',
      title: 'Exporter',
      description: 'Address of the exporter in Prometheus.',
      selector: 'pbx_exporter_build_info',
      label: 'instance',
      several: true,
    }),
  ],
  sections: [exporterNow, exporterRequests, exporterProcess],
};
