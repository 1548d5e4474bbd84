import { stringify } from 'yaml';
import type { AlertName } from './alert-names.ts';

/** A recording rule. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  /** Why it exists; written as a comment above the rule. */
  readonly why: string;
}

/** Urgency of an alert: `critical` even at night, `warning` the same day, `info` for troubleshooting; `none` for the dead man's switch. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** An alerting rule. The generator adds the parts that are the same for all alerts. */
export interface Alert {
  readonly alert: AlertName;
  readonly expr: string;
  /** How long the condition must be true before the alert fires. */
  readonly for: string;
  /** How long the alert continues to fire after its condition, if another alert must resolve first. */
  readonly keep_firing_for?: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly description: string;
  /** Reasons for the expression and for `for`; written as a comment above the rule. */
  readonly why: string;
  /** The linked dashboard; `pbx` selects the PBX of the alert. Default: the fleet. */
  readonly dashboard?: 'pbx' | 'exporter';
}

/** Rules that are evaluated in sequence, so that recorded values are as new as the queried ones. */
export interface Group {
  readonly name: string;
  /** Default: the `evaluation_interval` of Prometheus. */
  readonly interval?: string;
  readonly rules: readonly (Recording | Alert)[];
}

/** The keys of a written rule, in order. */
export type WrittenRule = Readonly<Record<string, unknown>>;

/** Returns the text of one rule file. `written` converts a rule to its keys. */
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

/** Part of "for" that covers detection, in seconds: a round, a scrape, a lost scrape and an evaluation, 30 s each. */
const foundOutWithin = 120;
const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** A sentence about the outage that "for" tolerates. The head of the file explains the rest of "for". */
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
