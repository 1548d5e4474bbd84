import type { Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { best } from './queries.ts';

const one = '{pbx="$pbx"}';

/** Calls and queues, which are read only where the configuration says so. */
export const pbxCalls: Section = {
  title: 'Calls and queues',
  panels: [
    graph({
      title: 'Active calls',
      description: 'Calls in progress by direction, or all together where the PBX tells only a total.',
      empty: 'Calls are not read: add "calls" to "collect" of this PBX.',
      unit: 'none',
      width: 8,
      height: 7,
      stacked: true,
      queries: [{ expression: best(`pbx_calls${one}`, ['direction']), legend: '{{direction}}' }],
    }),
    graph({
      title: 'Callers waiting in queues',
      description: 'Callers who wait for an agent, by queue.',
      empty: 'Queues are not read: add "queues" to "collect" of this PBX, if its family has them.',
      unit: 'none',
      width: 8,
      height: 7,
      queries: [{ expression: best(`pbx_queue_waiting_callers${one}`, ['queue']), legend: '{{queue}}' }],
    }),
    graph({
      title: 'Agents of queues',
      description: 'Agents by state, all queues together. An agent of two queues counts twice.',
      empty: 'Queues are not read: add "queues" to "collect" of this PBX, if its family has them.',
      unit: 'none',
      width: 8,
      height: 7,
      stacked: true,
      queries: [
        {
          expression: `sum by (state) (${best(`pbx_queue_agents${one}`, ['queue', 'state'])}) > 0`,
          legend: '{{state}}',
        },
      ],
    }),
  ],
};
