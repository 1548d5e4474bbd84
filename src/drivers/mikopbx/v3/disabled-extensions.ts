import { isRecord, listOf, textOf } from '../../kit/fields.ts';
import { type Envelope, outcomeOf } from '../shared/answers.ts';
import type { Peer } from '../../../snapshot/reading.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { requestFor } from '../requests.ts';

const hourMs = 60 * 60_000;
const pageRows = 500;
const mostPages = 20;

/**
 * The peers, and behind them the employees that the admin switched off: `sip:getStatuses` leaves those out. They are read
 * every five minutes where the account has the right to employees; an extension that the list has is not switched off.
 */
export async function withDisabled(round: Round, memory: PbxMemory, peers: readonly Peer[]): Promise<readonly Peer[]> {
  await learnDisabled(round, memory);
  const listed = new Set(peers.map(({ id }) => id));
  const disabled = [...(memory.disabledExtensions.value ?? [])].filter(([number]) => !listed.has(number));
  return [
    ...peers,
    ...disabled.map(([id, name]): Peer => ({ id, state: 'disabled', ...(name === '' ? {} : { name }) })),
  ];
}

async function learnDisabled(round: Round, { disabledExtensions }: PbxMemory): Promise<void> {
  if (!disabledExtensions.due) return;
  const outcome = await outcomeOf(askDisabled(round));
  if (outcome.ok) disabledExtensions.set(outcome.value);
  else disabledExtensions.postpone(outcome.failure.reason === 'forbidden' ? hourMs : hourMs / 12);
}

async function askDisabled(round: Round): Promise<ReadonlyMap<string, string>> {
  const disabled = new Map<string, string>();
  let read = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { limit: String(pageRows), offset: String(read) };
    const request = requestFor('v3_employees', { query, timeoutMs: round.share(0.3) });
    const answer = await round.ask(request, readEmployees);
    for (const [number, name] of answer.disabled) disabled.set(number, name);
    read += answer.rows;
    if (answer.rows === 0 || read >= answer.total) break;
  }
  return disabled;
}

/** One page of `employees` (2025.1 and newer). */
export interface EmployeesPage {
  /** Names of switched-off employees by extension. */
  readonly disabled: ReadonlyMap<string, string>;
  /** Rows on this page. */
  readonly rows: number;
  /** Rows in all, as far as told. */
  readonly total: number;
}

/** Switched-off employees on one page; `sip:getStatuses` leaves them out. */
export function readEmployees({ data }: Envelope): EmployeesPage {
  const rows = listOf(isRecord(data) ? data['data'] : data);
  const disabled = new Map<string, string>();
  for (const row of rows) {
    const number = isRecord(row) ? textOf(row['number']) : '';
    if (isRecord(row) && number !== '' && isTrue(row['disabled'])) disabled.set(number, textOf(row['user_username']));
  }
  const total = Number(textOf(isRecord(data) ? data['recordsTotal'] : undefined));
  return { disabled, rows: rows.length, total: Number.isSafeInteger(total) ? total : 0 };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}
