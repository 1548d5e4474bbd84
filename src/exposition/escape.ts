import type { TextFormat } from './negotiate.ts';

const needsEscape = /[\\"\n]/;
const labelEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/**
 * Escapes a label value for both formats. Unpaired surrogates, which UTF-8 cannot represent, become U+FFFD here and not
 * during encoding, so that values that look the same on the page are detected as equal.
 */
export function escapeLabelValue(value: string): string {
  const text = value.isWellFormed() ? value : value.toWellFormed();
  if (!needsEscape.test(text)) return text;
  return text.replaceAll(/[\\"\n]/g, (character) => labelEscapes[character] ?? character);
}

/** Escapes a help text for the line `# HELP name`. Only OpenMetrics requires escaped quotes. */
export function escapeHelp(help: string, format: TextFormat): string {
  const text = help.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? text.replaceAll('"', '\\"') : text;
}
