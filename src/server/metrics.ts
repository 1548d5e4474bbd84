import type { Exposition } from '../exposition/page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { sendPage } from './page-answer.ts';
import type { Route } from './routes.ts';

/** `/metrics`: everything known of all targets; asks no PBX, so it answers at once. */
export function metricsRoute(fleet: () => Fleet, exposition: Exposition): Route {
  return {
    path: '/metrics',
    methods: ['GET'],
    handle: ({ request, response }) =>
      sendPage(request, response, (choice) => exposition.metricsPage(fleet().targets, choice)),
  };
}
