import type { Fault } from '../../src/simulator/kit/fault.ts';
import { faultNames } from '../../src/simulator/kit/fault.ts';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import type { PbxCertificates } from './certificates.ts';
import type { Lab, LabChanges } from './lab.ts';

/** The environment of the lab that a row can use. */
export interface Surroundings {
  readonly certificates: PbxCertificates;
  /** The address of another host, to which nothing may ever be sent. */
  readonly otherHost: URL;
}

/** `login`: the fault exists before the first round. `session`: it starts after a good round. */
export type Stage = 'login' | 'session';

/** One row of the table: a fault, how it begins and ends, and the permitted results. */
export interface FaultRow {
  readonly name: string;
  readonly stages: readonly Stage[];
  readonly changes?: (around: Surroundings) => LabChanges;
  begin(lab: Lab, around: Surroundings): Promise<void> | void;
  end(lab: Lab, around: Surroundings): Promise<void> | void;
  /** Only the deadline ends a round under this fault. */
  readonly waits?: boolean;
  /** The PBX counts an attempt during its lock as a reason to lock again. */
  readonly mayBan?: boolean;
  /** Number of rounds within which the target must be up again if it had to wait. Default: 300. */
  readonly recoversWithin?: number;
  /** Number of requests that a driver may send in addition to those of a healthy round, to diagnose the fault. Default: 0. */
  readonly spareRequests?: number;
  /** Permitted results of a round under this fault; `good` if it does not have to fail. */
  readonly reasons: readonly (FailureReason | 'good')[];
}

const both: readonly Stage[] = ['login', 'session'];

/** Returns a row for a fault on the wire, which affects every request (or connection) until it is cleared. */
function wire(name: string, fault: Fault, reasons: FaultRow['reasons'], more: Partial<FaultRow> = {}): FaultRow {
  return {
    name,
    stages: both,
    begin: ({ pbx }) => pbx.faults.set(fault),
    end: ({ pbx }) => pbx.faults.clear(),
    reasons,
    ...more,
  };
}

function known(name: string): Fault {
  const entry = faultNames[name];
  if (entry === undefined) throw new Error(`no fault is called ${name}`);
  return entry.fault;
}

const connection: readonly FaultRow[] = [
  wire('connection refused', known('refuse'), ['connect']),
  wire('connection reset immediately', known('reset-at-accept'), ['connect']),
  wire('connection closed immediately', known('close-at-accept'), ['connect']),
  wire('accepted, then silence', known('hang-at-accept'), ['timeout'], { waits: true }),
  wire('request read, then reset', known('reset-after-request'), ['connect']),
  wire('request read, then closed', known('close'), ['connect']),
  wire('request read, never answered', known('hang'), ['timeout'], { waits: true }),
  wire('answer lost on the way', known('lost-answer'), ['connect']),
  wire('reset in the middle of the answer', known('reset-in-body'), ['protocol']),
  wire('silence in the middle of the answer', known('hang-in-body'), ['timeout'], { waits: true }),
  wire('one byte per second', known('drip'), ['timeout'], { waits: true }),
];

const body: readonly FaultRow[] = [
  wire('cut off in the middle', known('cut-body'), ['protocol']),
  wire('longer than announced', known('wrong-length'), ['protocol', 'connect', 'bad_credentials', 'good']),
  wire('shorter than announced', { kind: 'wrong-length', difference: 10 }, ['protocol']),
  wire('invalid chunk sizes', known('broken-chunks'), ['protocol']),
  wire('larger than the limit for answers', { kind: 'huge-body', bytes: 1_048_576 }, ['protocol']),
  wire('decompression bomb', { kind: 'gzip-bomb', bytes: 2_097_152 }, ['protocol']),
  wire('web page with status 200', known('html'), ['protocol', 'config']),
  wire('empty with status 200', { kind: 'status', status: 200, body: '' }, ['protocol', 'config']),
  wire('status 204', { kind: 'status', status: 204, body: '' }, ['protocol', 'config', 'http_status']),
  wire(
    'null',
    altered(() => 'null'),
    ['protocol', 'config'],
  ),
  wire('a list instead of an object, or the reverse', altered(swapped), ['protocol', 'config']),
  wire(
    'nested 100,000 deep',
    altered(() => '['.repeat(100_000)),
    ['protocol', 'config'],
  ),
  wire(
    'nested 20,000 deep and closed',
    altered(() => `${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    ['protocol', 'config'],
  ),
  wire(
    'bytes that are not UTF-8',
    known('invalid-utf8'),
    ['good', 'protocol', 'bad_credentials', 'session_lost', 'config', 'http_status'],
    { spareRequests: 1 },
  ),
];

/** Only at stage `login`: that round includes every kind of response, so a second stage would test nothing new. */
const once = { stages: ['login'] } as const;

const secure: Pick<FaultRow, 'changes'> = {
  changes: ({ certificates }) => ({
    certificate: certificates.good,
    tls: { insecureSkipVerify: false, ca: certificates.authority },
  }),
};

const oldFirmware: readonly FaultRow[] = [
  wire('HTTP framing of old web servers', known('old-framing'), ['good'], once),
  wire('JSON with a byte order mark, control characters and NUL bytes', known('old-json'), ['good'], once),
  wire('compressed, with raw deflate if offered', known('compressed-as-offered'), ['good'], once),
  wire('a PHP error message before the answer', known('notice-in-front'), ['protocol', 'good'], once),
  wire('the port of another service', known('greet-at-accept'), ['config'], once),
  wire('reset within the TLS handshake', known('reset-after-hello'), ['tls'], { ...once, ...secure }),
  wire('a first TLS message above 1 kB is not understood', known('short-read-hello'), ['good'], {
    ...once,
    ...secure,
  }),
  wire('resumed TLS sessions are reset', known('reset-resumed'), ['good'], { ...once, ...secure }),
  wire('kept connections are dead', known('reset-reused'), ['good'], {
    stages: ['session'],
    changes: () => ({ keepConnections: true }),
  }),
];

/** Each family interprets these statuses in its own way; the result on the page is measured. */
const anyRefusal: FaultRow['reasons'] = [
  'http_status',
  'bad_credentials',
  'session_lost',
  'forbidden',
  'config',
  'protocol',
  'locked_out',
  'two_factor_required',
  'service_unavailable',
  'suspended',
];

const statuses: readonly FaultRow[] = [
  ...[400, 401, 403, 404, 418].map((status) => plainStatus(status)),
  ...[405, 408, 422].map((status) => plainStatus(status, anyRefusal, 'status 405, 408 or 422')),
  ...[500, 501].map((status) => plainStatus(status, anyRefusal, 'status 500 or 501')),
  plainStatus(502, ['service_unavailable']),
  plainStatus(503, ['service_unavailable']),
  plainStatus(504, ['service_unavailable']),
  wire('web page with status 502: the API process is dead behind its proxy', known('html-502'), [
    'service_unavailable',
  ]),
  plainStatus(429, ['rate_limited']),
  wire('status 429 with Retry-After of ten minutes', retryAfter('600'), ['rate_limited']),
];

function plainStatus(status: number, reasons: FaultRow['reasons'] = anyRefusal, name = `status ${status}`): FaultRow {
  return wire(name, { kind: 'status', status, body: 'trouble\n' }, reasons);
}

function retryAfter(seconds: string): Fault {
  return { kind: 'status', status: 429, body: 'slow down\n', headers: { 'Retry-After': seconds } };
}

const redirects: readonly FaultRow[] = [302, 308].map((status) => ({
  name: `redirect (${status}) to another host`,
  stages: both,
  begin: ({ pbx }, { otherHost }) =>
    pbx.faults.set({ kind: 'redirect', status, to: new URL('/elsewhere', otherHost).href }),
  end: ({ pbx }) => pbx.faults.clear(),
  reasons: ['redirect', 'http_status', 'config'],
}));

/** Returns a fault that rewrites the actual response of the PBX. */
export function altered(alter: (body: string) => string): Fault {
  return { kind: 'altered-body', alter };
}

function swapped(text: string): string {
  return text.trimStart().startsWith('[') ? '{}' : '[]';
}

/** Every fault of a connection or a response. */
export const wireFaults: readonly FaultRow[] = [...connection, ...body, ...oldFirmware, ...statuses, ...redirects];
