import type { AllowedRequest, ApiAnswer } from '../transport/request.ts';
import { tryJson } from './kit/answers.ts';

/** The product that answers at an address. */
export interface Product {
  /** Its name with an article, e.g. `a Yeastar P-Series`. */
  readonly name: string;
  /** Families that it may belong to. */
  readonly families: readonly string[];
  /** Advice about the address, for users who have configured the right family. */
  readonly advice?: string;
}

/** One request that does not count towards a ban, and how its answer identifies products. */
interface Fingerprint {
  /** Name of the request. */
  readonly call: string;
  /** Path from the root of the host, regardless of the path in the configured URL. */
  readonly path: string;
  readonly read: (answer: ApiAnswer) => Product | undefined;
}

const asterisk: Product = { name: 'Asterisk', families: ['asterisk'] };
const freeSwitch: Product = { name: 'FreeSWITCH', families: ['freeswitch'] };
const mikopbx: Product = { name: 'a MikoPBX', families: ['mikopbx'] };
const portsip: Product = { name: 'a PortSIP PBX', families: ['portsip'] };
const webitel: Product = { name: 'Webitel', families: ['webitel'] };
const yeastarAppliance: Product = { name: 'a Yeastar S-Series or K2', families: ['yeastar-s', 'yeastar-k2'] };
const yeastarP: Product = { name: 'a Yeastar P-Series', families: ['yeastar-p'] };
const freePbx: Product = {
  name: 'the web page of FreePBX',
  families: ['asterisk'],
  advice: 'Asterisk itself answers on another port, usually 8088 (http) or 8089 (https)',
};

/**
 * Requests that identify a product without a login. Each is a GET of a page or call that is open to everybody: MikoPBX
 * logs no refusal for `v3/system:ping` (a 404 up to 2024), PortSIP and Webitel report the state of a session at `login`,
 * and the P-Series answers a call that does not exist before it checks the token.
 */
export const fingerprints: readonly Fingerprint[] = [
  { call: 'front_page', path: '/', read: (answer) => byServer(answer) ?? byTitle(answer) },
  { call: 'mikopbx_ping', path: '/pbxcore/api/v3/system:ping', read: readPing },
  { call: 'webitel_whoami', path: '/api/v2/whoami', read: readWhoAmI },
  { call: 'session_state', path: '/api/login', read: readSessionState },
  { call: 'p_series_call', path: '/openapi/v1.0/interface', read: readPSeries },
  { call: 'freepbx_page', path: '/admin/config.php', read: (answer) => byServer(answer) ?? byTitle(answer) },
];

/** The requests of {@link fingerprints}, in the form that a transport expects. */
export const fingerprintRequests: readonly AllowedRequest[] = fingerprints.map(({ call, path }) => ({
  call,
  path,
  method: 'GET',
  serves: 'session',
}));

const servers: readonly (readonly [RegExp, Product])[] = [
  [/^Asterisk\//i, asterisk],
  [/^Boa\//i, yeastarAppliance],
  [/^FreeSWITCH\b|xmlrpc-c_abyss/i, freeSwitch],
];

function byServer({ headers }: ApiAnswer): Product | undefined {
  if (/^webitel$/i.test(headers['x-powered-by'] ?? '')) return webitel;
  return servers.find(([form]) => form.test(headers['server'] ?? ''))?.[1];
}

const titles: readonly (readonly [RegExp, Product])[] = [
  [/FreePBX/i, freePbx],
  [/^MikoPBX/i, mikopbx],
  [/^Webitel\b/i, webitel],
];

function byTitle({ body }: ApiAnswer): Product | undefined {
  const title = /<title>\s*([^<]{1,200})/i.exec(body)?.[1] ?? '';
  return titles.find(([form]) => form.test(title))?.[1];
}

function readPing(answer: ApiAnswer): Product | undefined {
  const fields = fieldsOf(answer);
  return fields?.['function'] === 'ping' || (fields !== undefined && 'jsonapi' in fields) ? mikopbx : undefined;
}

function readWhoAmI(answer: ApiAnswer): Product | undefined {
  const { info, id } = fieldsOf(answer) ?? {};
  const isLegacy = typeof info === 'string' && /^Invalid token/i.test(info);
  return isLegacy || isWebitelError(id) ? webitel : byServer(answer);
}

/** PortSIP reports who is logged in. A modern Webitel lists the ways to log in, with the status 300, which nothing else uses. */
function readSessionState(answer: ApiAnswer): Product | undefined {
  const { errors, id, providers } = fieldsOf(answer) ?? {};
  if (isWebitelError(id) || (answer.status === 300 && providers !== undefined)) return webitel;
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  const isError = typeof first === 'object' && first !== null && 'code' in first && 'message' in first;
  return isError && typeof first.code === 'string' && /^[A-Z_]+$/.test(first.code) ? portsip : undefined;
}

function isWebitelError(id: unknown): boolean {
  return typeof id === 'string' && /^app\.[a-z_]+\./.test(id);
}

function readPSeries(answer: ApiAnswer): Product | undefined {
  const { errcode, errmsg } = fieldsOf(answer) ?? {};
  return typeof errcode === 'number' && typeof errmsg === 'string' ? yeastarP : undefined;
}

function fieldsOf({ body }: ApiAnswer): Readonly<Record<string, unknown>> | undefined {
  const value = tryJson(body);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
