import type { Fleet } from '../fleet/fleet.ts';
import { type Route, sendText } from './routes.ts';

/** `/-/healthy`: the process answers; no PBX is asked. */
export const healthyRoute: Route = {
  path: '/-/healthy',
  methods: ['GET'],
  handle: ({ response }) => sendText(response, 200, 'pbx-exporter is healthy.\n'),
};

/** `/-/ready`: 200 once every target has been tried once, 503 before. */
export function readyRoute(fleet: () => Fleet): Route {
  return {
    path: '/-/ready',
    methods: ['GET'],
    handle({ response }) {
      const targets = fleet().targets;
      const tried = targets.filter((target) => target.tried).length;
      if (tried === targets.length) sendText(response, 200, 'pbx-exporter is ready.\n');
      else sendText(response, 503, `pbx-exporter is not ready: ${tried} of ${targets.length} targets tried.\n`);
    },
  };
}
