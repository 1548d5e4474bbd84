import type { Part, SystemFacts, Usage } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import { goodPart } from '../kit/collectors.ts';
import { asRecord, countOf, optional, readUsage, textOf } from '../kit/fields.ts';

/** What is used of the totals of a tenant (`GET /tenant/status`) or of the whole system (`GET /admin/status`). */
export interface Totals {
  readonly version?: string;
  readonly currentCalls?: number;
  readonly usage: Usage;
  /** When help and new versions end: seconds since 1970. */
  readonly maintenanceExpiry?: number;
}

/** The totals. Licence keys and news in the same answer are not kept. Throws a `Failure` for other shapes. */
export function readTotals(value: unknown): Totals {
  const fields = asRecord(value);
  if (fields === undefined) throw new Failure('protocol', 'the totals are not a JSON object');
  const version = /^\s*v?(\d+(?:\.\d+)*)/i.exec(textOf(fields['version']))?.[1];
  const currentCalls = countOf(fields['current_calls']);
  return {
    ...optional('version', version),
    ...optional('currentCalls', currentCalls),
    ...optional('maintenanceExpiry', secondsOf(textOf(fields['maintenance_expires_at']))),
    usage: readUsage(
      {
        calls: currentCalls,
        users: fields['current_users'],
        online_users: fields['online_users'],
        trunks: fields['current_trunks'],
      },
      { calls: fields['max_concurrent_calls'], users: fields['licensed_users'] },
    ),
  };
}

/** Seconds since 1970 of a moment in RFC 3339; undefined for anything else, and for the zero time of Go (the year 1). */
function secondsOf(moment: string): number | undefined {
  const milliseconds = /^\d{4}-\d{2}-\d{2}T/.test(moment) ? Date.parse(moment) : Number.NaN;
  return milliseconds > 0 ? Math.floor(milliseconds / 1000) : undefined;
}

/** Throws a `Failure` when the number of calls is not told. */
export function callsPart({ currentCalls }: Totals): Part<{ readonly all: number }> {
  if (currentCalls === undefined) throw new Failure('protocol', 'the PBX did not tell its number of calls');
  return goodPart({ all: currentCalls });
}

/** What the PBX says of itself, where it tells it. */
export function systemPart({ version, usage, maintenanceExpiry }: Totals): Part<SystemFacts> {
  const licenseExpiries = optional('maintenance', maintenanceExpiry);
  return goodPart({
    ...optional('version', version),
    ...usage,
    ...(maintenanceExpiry === undefined ? {} : { licenseExpiries }),
  });
}
