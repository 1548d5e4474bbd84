import type { IncomingMessage } from 'node:http';
import { applySubstitute, applyToAnswer } from './apply-fault.ts';
import { type Fault, isConnectionFault, isSubstituteFault } from './fault.ts';
import { describeRequest, type SimulatorRequest } from './request.ts';
import type { Reaction, SimulatorResponse } from './response.ts';
import type { ServerDefinition, ServerOptions } from './server-definition.ts';
import { sendResponse, type Wire } from './wire.ts';

/** Largest request body that a simulated PBX accepts. */
const bodyLimitBytes = 1_048_576;

/** Reads the request, applies a fault or calls the handler, and sends the result. Never rejects. */
export async function answerRequest(
  incoming: IncomingMessage,
  wire: Wire,
  definition: ServerDefinition,
  options: ServerOptions,
): Promise<void> {
  const { ledger, faults } = options;
  const body = await readBody(incoming);
  if (body === undefined) return void wire.stream.destroy();
  const request = describeRequest(
    {
      method: incoming.method ?? 'GET',
      target: incoming.url ?? '/',
      headers: incoming.headers,
      body,
      clientAddress: incoming.socket.remoteAddress ?? '',
    },
    definition.nameCall,
  );
  ledger.countRequest(request.call);
  wire.response.once('close', () => ledger.countRequestDone());
  const fault = faults.takeForRequest(request);
  if (fault !== undefined) ledger.countFault(fault.kind);
  if (fault !== undefined && isSubstituteFault(fault)) return applySubstitute(wire, fault);
  const reaction = await react(() => definition.handle(asSeenWith(fault, request)), options);
  if ('fault' in reaction) return applyAny(wire, reaction.fault);
  const { delayMs = 0 } = reaction;
  if (delayMs > 0 && !(await wire.wait(delayMs))) return;
  return fault === undefined || fault.kind === 'unknown-session'
    ? sendResponse(wire, reaction)
    : applyToAnswer(wire, fault, reaction);
}

function asSeenWith(fault: Fault | undefined, request: SimulatorRequest): SimulatorRequest {
  return fault?.kind === 'unknown-session' ? withUnknownSession(request) : request;
}

/** Turns an exception of the handler into status 599: it is a defect of the simulator and must not look like a hang. */
async function react(
  handle: () => Reaction | Promise<Reaction>,
  { ledger, loginDelayMs = 0 }: ServerOptions,
): Promise<Reaction> {
  const before = ledger.loginsJudged;
  try {
    const reaction = await handle();
    const isLogin = ledger.loginsJudged > before;
    return isLogin && !('fault' in reaction) ? later(reaction, loginDelayMs) : reaction;
  } catch (error) {
    const body = `simulator defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
    return { status: 599, reason: 'Simulator Defect', body };
  }
}

function later(response: SimulatorResponse, loginDelayMs: number): SimulatorResponse {
  return { ...response, delayMs: (response.delayMs ?? 0) + loginDelayMs };
}

function applyAny(wire: Wire, fault: Fault): void | Promise<void> {
  if (isSubstituteFault(fault)) return applySubstitute(wire, fault);
  if (fault.kind === 'unknown-session') return wire.reset();
  if (isConnectionFault(fault)) return fault.kind === 'hang-at-accept' ? undefined : wire.reset();
  const empty: SimulatorResponse = { status: 200 };
  return applyToAnswer(wire, fault, empty);
}

/** Returns the body as text; undefined if the client aborted or exceeded {@link bodyLimitBytes}. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  try {
    const body = await collect(incoming);
    return body?.toString('utf8');
  } catch {
    return undefined;
  }
}

async function collect(incoming: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming) {
    bytes += piece.length;
    if (bytes > bodyLimitBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Names of the headers and query parameters that carry a session in any family. */
const carriers = /^(authorization|cookie|.*token.*)$/iu;

/** Returns the request with letters and digits of its session changed, so that the PBX does not recognize the session. */
function withUnknownSession(request: SimulatorRequest): SimulatorRequest {
  const headers = { ...request.headers };
  for (const [name, value] of Object.entries(headers))
    if (carriers.test(name) && typeof value === 'string') headers[name] = withOtherValue(value);
  const query = new URLSearchParams(request.query);
  for (const [name, value] of request.query) if (carriers.test(name)) query.set(name, shifted(value));
  return { ...request, headers, query };
}

/** Changes the value but keeps a scheme (`Bearer`) and the names of cookies. */
function withOtherValue(value: string): string {
  return value.replace(
    /(^\w+ |[\w.-]+=)?([^;]+)/gu,
    (_whole, name: string = '', rest: string) => `${name}${shifted(rest)}`,
  );
}

function shifted(text: string): string {
  return text.replace(/[0-8a-eg-yA-EG-Y]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
}
