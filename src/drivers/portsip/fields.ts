/** A JSON object with unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; undefined for everything else, also for lists. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** A text that is not blank, or a whole number as its digits; PortSIP writes blank fields as `null`, as `""` or not at all. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A whole number from 0 on, also where it is written as text. */
export function asCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
