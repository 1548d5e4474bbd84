import type { TextFormat } from './negotiate.ts';

const needsEscape = /[\\"\n]/;
const labelEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/**
 * A label value as it stands between the quotes, in both formats. Halves of surrogate pairs, which UTF-8 cannot hold,
 * become U+FFFD here and not when the bytes are made, so that two values which look alike on the page are seen to be one.
 */
export function escapeLabelValue(value: string): string {
  const text = value.isWellFormed() ? value : value.toWellFormed();
  if (!needsEscape.test(text)) return text;
  return text.replaceAll(/[\\"\n]/g, (character) => labelEscapes[character] ?? character);
}

/** Help text as it stands behind `# HELP name`. Only OpenMetrics wants quotes escaped there. */
export function escapeHelp(help: string, format: TextFormat): string {
  const text = help.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? text.replaceAll('"', '\\"') : text;
}
