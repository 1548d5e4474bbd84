import { isFromElsewhere } from './from-elsewhere.ts';
import { type Route, sendText } from './routes.ts';

/** How a reload ended, in words for people; `problems` are those of all files, one below the other. */
export type ReloadResult =
  | { readonly ok: true; readonly summary: string }
  | { readonly ok: false; readonly summary: string; readonly problems: string };

/** `POST /-/reload`: reads the configuration files again. What has problems stays as it was, and the answer lists them. */
export function reloadRoute(reload: () => Promise<ReloadResult>): Route {
  return {
    path: '/-/reload',
    methods: ['POST'],
    async handle({ request, response }) {
      if (isFromElsewhere(request))
        return sendText(response, 403, 'A page of another site must not reload this exporter.\n');
      const result = await reload();
      if (result.ok) sendText(response, 200, `${result.summary}\n`);
      else sendText(response, 500, `${result.summary}; the rest stays as it is in use.\n\n${result.problems}`);
    },
  };
}
