/** A fault of a simulated PBX on the wire. Times are milliseconds of the simulator's clock. */
export type Fault =
  // Applied to the connection, before any request is read; `call` and `matches` of the scope are ignored.
  | { readonly kind: 'refuse' }
  | { readonly kind: 'reset-at-accept' }
  | { readonly kind: 'close-at-accept' }
  | { readonly kind: 'hang-at-accept' }
  | { readonly kind: 'greet-at-accept'; readonly greeting: string }
  | { readonly kind: 'reset-after-hello' }
  | { readonly kind: 'short-read-hello'; readonly bytes: number }
  // Replaces the answer: the family's handler never sees the request.
  | { readonly kind: 'hang' }
  | { readonly kind: 'close' }
  | { readonly kind: 'reset-after-request' }
  | { readonly kind: 'html'; readonly status: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'redirect'; readonly to: string; readonly status: number }
  | { readonly kind: 'huge-body'; readonly bytes: number }
  | { readonly kind: 'gzip-bomb'; readonly bytes: number }
  // Applied to the request: its session is altered, so that the PBX answers as it does to an unknown session.
  | { readonly kind: 'unknown-session' }
  // Applied to the real answer, after the handler has run (a login has been counted, a session opened).
  | { readonly kind: 'reset-reused' }
  | { readonly kind: 'reset-resumed' }
  | { readonly kind: 'lost-answer' }
  | { readonly kind: 'reset-in-body' }
  | { readonly kind: 'hang-in-body' }
  | { readonly kind: 'drip'; readonly intervalMs: number }
  | { readonly kind: 'cut-body' }
  | { readonly kind: 'wrong-length'; readonly difference: number }
  | { readonly kind: 'broken-chunks' }
  | { readonly kind: 'invalid-utf8' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'old-framing' }
  | { readonly kind: 'old-json' }
  | { readonly kind: 'notice-in-front' }
  | { readonly kind: 'compressed-as-offered' }
  | { readonly kind: 'altered-body'; readonly alter: (body: string) => string };

/** The name of a fault. */
export type FaultKind = Fault['kind'];

/** Faults applied to a connection before a request is read. */
export type ConnectionFault = Extract<
  Fault,
  {
    kind:
      | 'refuse'
      | 'reset-at-accept'
      | 'close-at-accept'
      | 'hang-at-accept'
      | 'greet-at-accept'
      | 'reset-after-hello'
      | 'short-read-hello';
  }
>;

/** Faults that replace the answer. */
export type SubstituteFault = Extract<
  Fault,
  {
    kind: 'hang' | 'close' | 'reset-after-request' | 'html' | 'status' | 'redirect' | 'huge-body' | 'gzip-bomb';
  }
>;

/** Faults applied to the real answer. */
export type AnswerFault = Exclude<Fault, ConnectionFault | SubstituteFault | { kind: 'unknown-session' }>;

const connectionKinds: ReadonlySet<string> = new Set<ConnectionFault['kind']>([
  'refuse',
  'reset-at-accept',
  'close-at-accept',
  'hang-at-accept',
  'greet-at-accept',
  'reset-after-hello',
  'short-read-hello',
]);

const substituteKinds: ReadonlySet<string> = new Set<SubstituteFault['kind']>([
  'hang',
  'close',
  'reset-after-request',
  'html',
  'status',
  'redirect',
  'huge-body',
  'gzip-bomb',
]);

/** Reports whether the fault applies before a request is read. */
export function isConnectionFault(fault: Fault): fault is ConnectionFault {
  return connectionKinds.has(fault.kind);
}

/** Reports whether the fault replaces the answer. */
export function isSubstituteFault(fault: Fault): fault is SubstituteFault {
  return substituteKinds.has(fault.kind);
}

/** A fault that can be switched on from the command line. */
export interface NamedFault {
  /** Description for the list of faults. */
  readonly help: string;
  /** The fault with typical values. */
  readonly fault: Fault;
}

/** Faults by their names on the command line. */
export const faultNames: Readonly<Record<string, NamedFault>> = {
  refuse: { help: 'connections are refused, as if the PBX were off', fault: { kind: 'refuse' } },
  'reset-at-accept': { help: 'connections are accepted and reset immediately', fault: { kind: 'reset-at-accept' } },
  'close-at-accept': { help: 'connections are accepted and closed immediately', fault: { kind: 'close-at-accept' } },
  'hang-at-accept': { help: 'connections are accepted, then nothing happens', fault: { kind: 'hang-at-accept' } },
  'greet-at-accept': {
    help: 'another service answers on this port: the manager interface of Asterisk',
    fault: { kind: 'greet-at-accept', greeting: 'Asterisk Call Manager/5.0.1\r\n' },
  },
  'reset-after-hello': { help: 'connections are reset after the first bytes', fault: { kind: 'reset-after-hello' } },
  'short-read-hello': {
    help: 'a first TLS message above 1 kB is not understood, as on devices that read it in one piece',
    fault: { kind: 'short-read-hello', bytes: 1024 },
  },
  'reset-reused': { help: 'connections are reset at their second request', fault: { kind: 'reset-reused' } },
  'reset-resumed': { help: 'connections with a resumed TLS session are reset', fault: { kind: 'reset-resumed' } },
  'old-framing': {
    help: 'HTTP as of old devices: LF without CR, spaces after chunk sizes, two kinds of length',
    fault: { kind: 'old-framing' },
  },
  'old-json': { help: 'JSON with a byte order mark, control characters and NUL bytes', fault: { kind: 'old-json' } },
  'notice-in-front': { help: 'a PHP error message before the answer', fault: { kind: 'notice-in-front' } },
  'compressed-as-offered': {
    help: 'answers compressed with gzip, or with raw deflate if the client accepts deflate',
    fault: { kind: 'compressed-as-offered' },
  },
  hang: { help: 'requests are read, but never answered', fault: { kind: 'hang' } },
  close: { help: 'requests are read, then the connection is closed without an answer', fault: { kind: 'close' } },
  'reset-after-request': {
    help: 'requests are read, then the connection is reset',
    fault: { kind: 'reset-after-request' },
  },
  html: { help: 'a web page with status 200 instead of the answer', fault: { kind: 'html', status: 200 } },
  'html-502': {
    help: 'the error page of a proxy with status 502 instead of the answer',
    fault: { kind: 'html', status: 502 },
  },
  'status-500': { help: 'status 500 instead of the answer', fault: { kind: 'status', status: 500, body: 'error\n' } },
  'status-503': { help: 'status 503 instead of the answer', fault: { kind: 'status', status: 503, body: 'busy\n' } },
  'status-429': {
    help: 'status 429 with Retry-After instead of the answer',
    fault: { kind: 'status', status: 429, body: 'slow down\n', headers: { 'Retry-After': '30' } },
  },
  'unknown-session': {
    help: 'requests are answered as if their session were unknown',
    fault: { kind: 'unknown-session' },
  },
  redirect: {
    help: 'a redirect to another host instead of the answer',
    fault: { kind: 'redirect', to: 'https://other.example.org/', status: 302 },
  },
  'huge-body': { help: '64 MiB of junk instead of the answer', fault: { kind: 'huge-body', bytes: 67_108_864 } },
  'gzip-bomb': {
    help: '1 GiB of zeros in a small compressed answer',
    fault: { kind: 'gzip-bomb', bytes: 1_073_741_824 },
  },
  'lost-answer': { help: 'requests are carried out, but the answer is lost', fault: { kind: 'lost-answer' } },
  'reset-in-body': { help: 'the connection is reset after half of the answer', fault: { kind: 'reset-in-body' } },
  'hang-in-body': { help: 'nothing more arrives after half of the answer', fault: { kind: 'hang-in-body' } },
  drip: { help: 'the answer arrives at one byte per second', fault: { kind: 'drip', intervalMs: 1000 } },
  'cut-body': { help: 'the connection is closed after half of the announced length', fault: { kind: 'cut-body' } },
  'wrong-length': { help: 'Content-Length is ten bytes too small', fault: { kind: 'wrong-length', difference: -10 } },
  'broken-chunks': { help: 'the chunk sizes of the answer are invalid', fault: { kind: 'broken-chunks' } },
  'invalid-utf8': { help: 'the answer contains bytes that are not UTF-8', fault: { kind: 'invalid-utf8' } },
  slow: { help: 'every answer is delayed by 5 s', fault: { kind: 'delay', delayMs: 5000 } },
};
