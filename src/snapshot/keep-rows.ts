/**
 * The new list, made of the old list's rows and texts wherever they are equal. What a large fleet knows hardly changes
 * from round to round; kept objects cost nothing, while new ones that replace equal ones are garbage twice over.
 * Rows are compared with the one in the same place: a list that has shifted is simply new, once.
 */
export function keepRows<Row extends object>(
  before: readonly Row[] | undefined,
  after: readonly Row[],
): readonly Row[] {
  const rows = after.map((row, index) => keepRow(before?.[index], row));
  const isSame = rows.length === before?.length && rows.every((row, index) => row === before[index]);
  return isSame ? before : rows;
}

function keepRow<Row extends object>(old: Row | undefined, row: Row): Row {
  if (old !== undefined && isEqual(old, row)) return old;
  const texts = Object.entries(row).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const kept = texts.map(([name, text]) => [name, keepText(old && Reflect.get(old, name), text)]);
  return { ...row, ...Object.fromEntries(kept) };
}

function isEqual(old: object, row: object): boolean {
  const names = Object.keys(row);
  return (
    names.length === Object.keys(old).length &&
    names.every((name) => Object.hasOwn(old, name) && isSame(Reflect.get(old, name), Reflect.get(row, name)))
  );
}

/** Lists in rows are short lists of plain objects. */
function isSame(old: unknown, value: unknown): boolean {
  if (!Array.isArray(old) || !Array.isArray(value)) return Object.is(old, value);
  const [before, after]: readonly (readonly object[])[] = [old, value];
  return (
    before === after ||
    (before?.length === after?.length && before?.every((one, index) => isEqual(one, after?.[index] ?? {})) === true)
  );
}

function keepText(old: unknown, text: string): string {
  return typeof old === 'string' && old === text ? old : detached(text);
}

/** From this length on a piece cut out of a text refers to that text instead of being a copy. */
const shortestReference = 13;

/** The same text, without the answer it was cut out of: one name would keep the whole answer in memory. */
function detached(text: string): string {
  return text.length < shortestReference ? text : String(JSON.parse(JSON.stringify(text)));
}
