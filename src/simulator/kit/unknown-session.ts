import type { SimulatorRequest } from './request.ts';

/** Headers and query parameters that carry a session in one family or another. */
const carriers = /^(authorization|cookie|.*token.*)$/iu;

/** The same request as if it came with a session that this PBX never had: what carries one has other letters and digits. */
export function withUnknownSession(request: SimulatorRequest): SimulatorRequest {
  const headers = { ...request.headers };
  for (const [name, value] of Object.entries(headers))
    if (carriers.test(name) && typeof value === 'string') headers[name] = withOtherValue(value);
  const query = new URLSearchParams(request.query);
  for (const [name, value] of request.query) if (carriers.test(name)) query.set(name, shifted(value));
  return { ...request, headers, query };
}

/** Keeps a scheme (`Bearer`) and the names of cookies. */
function withOtherValue(value: string): string {
  return value.replace(
    /(^\w+ |[\w.-]+=)?([^;]+)/gu,
    (_whole, name: string = '', rest: string) => `${name}${shifted(rest)}`,
  );
}

function shifted(text: string): string {
  return text.replace(/[0-8a-eg-yA-EG-Y]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
}
