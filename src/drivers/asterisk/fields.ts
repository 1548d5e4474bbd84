import type { AmiMessage } from './ami-message.ts';

/** A field of a message; empty where it is missing. */
export function field(message: AmiMessage, name: string): string {
  return message.get(name) ?? '';
}

/** Digits only: `N/A`, an empty text and everything else is no number, never 0. */
export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
