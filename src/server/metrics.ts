import { negotiateEncoding, negotiateFormat, pageHeaders } from '../exposition/negotiate.ts';
import type { Exposition } from '../exposition/page.ts';
import { writePage } from '../exposition/write-page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Route } from './routes.ts';

/** `/metrics`: everything known of all targets; asks no PBX, so it answers at once. */
export function metricsRoute(fleet: () => Fleet, exposition: Exposition): Route {
  return {
    path: '/metrics',
    methods: ['GET'],
    async handle({ request, response }) {
      const format = negotiateFormat(request.headers.accept);
      const encoding = negotiateEncoding(headerText(request.headers['accept-encoding']));
      response.writeHead(200, pageHeaders(format, encoding));
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      await writePage(exposition.metricsPage(fleet().targets, { format, encoding }), response);
    },
  };
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}
