import { Failure } from '../../../transport/failure.ts';
import type { Envelope } from './answers.ts';
import { isRecord, type JsonRecord, listOf, textOf } from '../../kit/fields.ts';

/** Names of employees by extension, from `extensions/getForSelect` (2023.2 and 2024), whose texts are HTML. */
export function readExtensionNames({ data }: Envelope): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const row of listOf(data)) {
    if (!isRecord(row) || textOf(row['type']).toUpperCase() !== 'USER') continue;
    const number = textOf(row['value']);
    const name = plainName(textOf(row['name']), number);
    if (number !== '' && name !== '') names.set(number, name);
  }
  return names;
}

/**
 * Names of trunks by id in the list of providers of the web interface, as its own scripts get it: `providerlist` with one
 * row for each (`ProvidersController.php`, `indexAction`). Throws a `Failure` (`protocol`) when there is no such list.
 */
export function readTrunkNames({ providerlist }: JsonRecord): ReadonlyMap<string, string> {
  if (!Array.isArray(providerlist)) throw new Failure('protocol', 'the list of providers is not a list');
  const rows = listOf(providerlist).filter(isRecord);
  const names = rows.map((row) => [textOf(row['uniqid']), textOf(row['name'])] as const);
  return new Map(names.filter(([id, name]) => id !== '' && name !== ''));
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

/** The text of a snippet of HTML, without the number in angle brackets behind it. */
function plainName(html: string, number: string): string {
  const text = html
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/&(lt|gt|quot|#0?39|amp);/g, (entity) => entities.get(entity) ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.endsWith(`<${number}>`) ? text.slice(0, -number.length - 2).trim() : text;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&#039;', "'"],
  ['&amp;', '&'],
]);
