import type { SimulatorResponse } from '../kit/response.ts';
import type { Services } from './settings.ts';

const html = { 'Content-Type': 'text/html; charset=UTF-8' } as const;

/** Makes the login page, whose script contains the version. */
export function loginPage(version: string): SimulatorResponse {
  const script = `<script>var globalRootUrl = '/admin-cabinet/';\nvar globalPBXVersion = '${version}';</script>`;
  const body = `<!DOCTYPE html>\n<html><head><title>MikoPBX</title>${script}</head><body><form id="login-form"></form></body></html>\n`;
  return { status: 200, headers: html, body };
}

const trace = [
  'Exception: Connection refused in /usr/www/src/Common/Providers/QueueProvider.php:61',
  'Stack trace:',
  '#0 /usr/www/src/PBXCoreREST/Controllers/BaseController.php(52): connect()',
  '#1 {main}',
].join('\n');

/** Returns the answer of nginx if the programs behind it do not work; undefined if they do. */
export function brokenServices(services: Services, isLogin: boolean): SimulatorResponse | undefined {
  if (services === 'running') return undefined;
  const { status, body } = brokenAnswers[services];
  const asJson = services === 'trace-500-as-json' && isLogin;
  return { status, body, headers: asJson ? { 'Content-Type': 'application/json' } : html };
}

const brokenAnswers: Readonly<
  Record<Exclude<Services, 'running'>, { readonly status: number; readonly body: string }>
> = {
  'trace-500': { status: 500, body: trace },
  'trace-500-as-json': { status: 500, body: trace },
  'fatal-200': { status: 200, body: 'Fatal error: Uncaught PDOException: unable to open database file' },
  'gone-502': { status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>' },
  'starting-html': { status: 200, body: '<html><body>The system is starting, please wait</body></html>' },
};

/** Makes the answer to the old session login on versions that no longer have it. */
export function missingLogin(isAjax: boolean): SimulatorResponse {
  if (!isAjax) return { status: 500, headers: html, body: '<html><body><h1>Error</h1></body></html>' };
  const message = "Action 'start' was not found on handler 'Session'";
  const error = { type: 'Phalcon\\Mvc\\Dispatcher\\Exception', message };
  return {
    status: 500,
    headers: { 'Content-Type': 'application/json' },
    body: `${message}\n#0 [internal function]: dispatch()\n${JSON.stringify({ error })}`,
  };
}

/** Makes the redirect that "Redirect to HTTPS" sends for every path. */
export function redirectToHttps(host: string, path: string): SimulatorResponse {
  return { status: 301, headers: { ...html, Location: `https://${host.replace(/:\d+$/, '')}:443${path}` } };
}
