import { stringify } from 'yaml';
import type { AlertName } from './alert-names.ts';

/** A value that Prometheus computes and keeps. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  /** Why it exists; written above it. */
  readonly why: string;
}

/** How soon somebody has to look: at night, today, or only when something is looked for. `none` is the dead man's switch. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** An alert as people write it; the generator adds what is the same for all. */
export interface Alert {
  readonly alert: AlertName;
  readonly expr: string;
  /** How long it must hold before anybody hears of it. */
  readonly for: string;
  /** How long it goes on after its end, where another alert must be over before it. */
  readonly keep_firing_for?: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly description: string;
  /** Why the expression is as it is, and where `for` comes from; written above it. */
  readonly why: string;
  /** Which dashboard shows it; `pbx` chooses the PBX of the alert. Left out: the fleet. */
  readonly dashboard?: 'pbx' | 'exporter';
}

/** Rules that are evaluated one after the other, so that what is recorded is as new as what is asked. */
export interface Group {
  readonly name: string;
  /** Left out: the `evaluation_interval` of Prometheus. */
  readonly interval?: string;
  readonly rules: readonly (Recording | Alert)[];
}

/** What is written of a rule, in the order of the keys. */
export type WrittenRule = Readonly<Record<string, unknown>>;

/** One file of rules. `written` turns a rule into its keys. */
export function ruleFile(
  head: string,
  groups: readonly Group[],
  written: (rule: Recording | Alert) => WrittenRule,
): string {
  return `${comment(head, 0)}groups:\n${groups.map((group) => groupText(group, written)).join('\n')}`;
}

function groupText({ name, interval, rules }: Group, written: (rule: Recording | Alert) => WrittenRule): string {
  const head = `  - name: ${name}\n${interval === undefined ? '' : `    interval: ${interval}\n`}    rules:\n`;
  return head + rules.map((rule) => comment(whyOf(rule), 6) + item(written(rule))).join('\n');
}

function whyOf(rule: Recording | Alert): string {
  return 'alert' in rule ? `${rule.why} ${borneInWords(rule.for)}` : rule.why;
}

/** What "for" beyond the time that it is borne has to cover, in seconds: a round, a scrape, a lost scrape and an evaluation, 30 each. */
const foundOutWithin = 120;
const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** How much of an outage "for" bears; the head of the file says what the rest of it is for. */
function borneInWords(wait: string): string {
  const seconds = Number.parseInt(wait, 10) * (unitSeconds.get(wait.slice(-1)) ?? Number.NaN);
  if (seconds === 0) return '"for" is 0: it fires immediately.';
  const borne = (seconds - foundOutWithin) / 60;
  return borne <= 0 ? '"for" tolerates no outage.' : `"for" tolerates an outage of ${borne} min.`;
}

function item(rule: WrittenRule): string {
  const text = stringify(rule, { lineWidth: 130, singleQuote: true, blockQuote: 'literal' });
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => (line === '' ? '\n' : `${index === 0 ? '      - ' : '        '}${line}\n`))
    .join('');
}

/** Text as comment lines of at most 130 characters. */
function comment(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 126 - indent) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${' '.repeat(indent)}# ${line}\n`).join('');
}
