import { jsonResponse, type SimulatorResponse } from '../../kit/response.ts';
import type { ModernSwitches } from '../settings.ts';

/** Makes an error of the modern API; `code` is the HTTP status, or the gRPC status code if newer gateways wrap the error. */
export function errorResponse(switches: ModernSwitches, status: number, id: string): SimulatorResponse {
  const error = { id, status: statusWords[status] ?? 'Error', detail: `simulated: ${id}`, code: status };
  if (!switches.wrappedErrors) return jsonResponse(status, error);
  const code = ({ 401: 16, 403: 7, 404: 5 } as Readonly<Record<number, number>>)[status] ?? 13;
  return jsonResponse(status, { code, message: JSON.stringify(error), details: [] });
}

const statusWords: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  412: 'Precondition Failed',
};

/** Converts to Proto JSON, which omits false, 0, empty strings and empty lists; with `nulls` they are null, like nil in Go. */
export function protoJson(value: unknown, nulls = false): unknown {
  if (Array.isArray(value)) return value.map((one) => protoJson(one, nulls));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, isDefault(field) ? null : field] as const);
  const shown = fields.filter(([, field]) => nulls || field !== null);
  return Object.fromEntries(shown.map(([name, field]) => [name, protoJson(field, nulls)]));
}

function isDefault(field: unknown): boolean {
  return (
    field === undefined ||
    field === false ||
    field === 0 ||
    field === '' ||
    (Array.isArray(field) && field.length === 0)
  );
}
