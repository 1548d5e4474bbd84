import type { Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { newest, one } from './queries.ts';

/** Section about calls and queues, which must be enabled in the configuration. */
export const pbxCalls: Section = {
  title: 'Calls and queues',
  panels: [
    graph({
      title: 'Active calls',
      description: 'Calls in progress by direction, or the total if the PBX reports no directions.',
      empty: 'Calls are not read: the PBX is down, or "calls" is not in "collect" of this PBX.',
      unit: 'none',
      width: 8,
      height: 7,
      stacked: true,
      queries: [{ expression: newest(`pbx_calls${one}`, ['direction']), legend: '{{direction}}' }],
    }),
    graph({
      title: 'Callers waiting in queues',
      description: 'Callers waiting for an agent, by queue.',
      empty:
        'Queues are not read: the PBX is down, "queues" is not in "collect" of this PBX, or its family does not report queues.',
      unit: 'none',
      width: 8,
      height: 7,
      queries: [{ expression: newest(`pbx_queue_waiting_callers${one}`, ['queue']), legend: '{{queue}}' }],
    }),
    graph({
      title: 'Agents of queues',
      description: 'Agents by state, all queues together. An agent of two queues counts twice.',
      empty:
        'Queues are not read: the PBX is down, "queues" is not in "collect" of this PBX, or its family does not report queues.',
      unit: 'none',
      width: 8,
      height: 7,
      stacked: true,
      queries: [
        {
          expression: `sum by (state) (${newest(`pbx_queue_agents${one}`, ['queue', 'state'])}) > 0`,
          legend: '{{state}}',
        },
      ],
    }),
  ],
};
