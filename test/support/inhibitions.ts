import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Labels } from './promql-series.ts';

const schema = z.object({
  inhibit_rules: z.array(
    z.object({
      source_matchers: z.array(z.string()),
      target_matchers: z.array(z.string()),
      equal: z.array(z.string()).default([]),
    }),
  ),
});

/** An inhibition rule of `alertmanager.yml`: alerts of `source` suppress alerts of `target` that have the same values of the labels `equal`. */
export interface Inhibition {
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly equal: readonly string[];
}

/** Reads the committed inhibition rules. They have no matchers on labels other than `alertname`. */
export function committedInhibitions(alertNames: readonly string[]): readonly Inhibition[] {
  const file = fileURLToPath(new URL('../../deploy/alertmanager/alertmanager.yml', import.meta.url));
  return schema.parse(parse(readFileSync(file, 'utf8'))).inhibit_rules.map((rule) => ({
    source: matching(rule.source_matchers, alertNames),
    target: matching(rule.target_matchers, alertNames),
    equal: rule.equal,
  }));
}

function matching(matchers: readonly string[], alertNames: readonly string[]): readonly string[] {
  return alertNames.filter((name) =>
    matchers.every((matcher) => {
      const [, operator = '', value = ''] = /^alertname(=~|!=|=)"(.+)"$/.exec(matcher) ?? [];
      if (operator === '!=') return name !== value;
      return operator === '=' ? name === value : new RegExp(`^(?:${value})$`).test(name);
    }),
  );
}

/** Returns the names of the firing alerts that suppress an alert. */
export function suppressing(
  inhibitions: readonly Inhibition[],
  target: Labels,
  firing: readonly Labels[],
): readonly string[] {
  const nameOf = ({ alertname = '' }: Labels): string => alertname;
  const sources = inhibitions
    .filter((one) => one.target.includes(nameOf(target)))
    .flatMap(({ source, equal }) =>
      firing.filter(
        (one) => source.includes(nameOf(one)) && equal.every((label) => (one[label] ?? '') === (target[label] ?? '')),
      ),
    );
  return [...new Set(sources.map(nameOf))];
}
