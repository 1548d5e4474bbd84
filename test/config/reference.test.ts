import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaults } from '../../src/config/defaults.ts';
import { formatDuration } from '../../src/config/duration.ts';
import { fields } from '../../src/config/fields.ts';
import type { Field } from '../../src/config/fields.ts';
import { configurationReference } from '../../src/config/reference.ts';
import { findings, goodConfig, loadText } from './load-text.ts';

const account = { username: 'exporter', password: 'example' };
const target = { name: 'hq', family: 'acme-one', url: 'https://pbx.example.org' };

/** Returns a file in which the key has its example value. */
function fileWith({ group, key, example }: Field): string {
  const pair: Record<string, unknown> = { [key]: parse(example) as unknown };
  const own = key.startsWith('username') ? { password: 'x' } : { username: 'x' };
  const login = { ...(key.startsWith('token') ? {} : own), ...pair };
  const accountKey = /^(username|password|token)/.test(key);
  if (group === 'credentials.NAME')
    return stringify({ credentials: { a: login }, targets: [{ ...target, credentials: 'a' }] });
  if (group === 'targets[]' && accountKey) return stringify({ targets: [{ ...target, ...login }] });
  if (group === 'targets[]') return stringify({ targets: [{ ...target, ...account, ...pair }] });
  if (group === 'targets[].tls') return stringify({ targets: [{ ...target, ...account, tls: pair }] });
  if (group === 'targets[].trunks') return stringify({ targets: [{ ...target, ...account, trunks: pair }] });
  if (group === 'targets[].peers') return stringify({ targets: [{ ...target, ...account, peers: pair }] });
  if (group === 'journal') return stringify({ journal: pair, targets: [{ ...target, ...account }] });
  if (group === 'peers') return stringify({ peers: pair, targets: [{ ...target, ...account }] });
  return stringify({ ...(group === 'scrape' ? { scrape: pair } : pair), targets: [{ ...target, ...account }] });
}

/** Expected messages, because the examples refer to families, files and variables that the test does not have. */
const elsewhere =
  /family "asterisk"|does not exist|is not set|there is no "branches"|does not go with credentials|cannot log in with/;

test.each(fields.filter(({ key }) => key !== 'targets'))('$group $key: the example is understood', (field) => {
  const result = loadText(fileWith(field));
  const problems = result.ok ? [] : result.problems.map(({ message }) => message);
  expect(problems.filter((message) => !elsewhere.test(message))).toEqual([]);
});

test.each(fields.filter(({ group, fallback }) => group === 'targets[]' && fallback === 'required'))(
  '$key is required',
  ({ key }) => {
    const without = Object.fromEntries(Object.entries({ ...target, ...account }).filter(([name]) => name !== key));
    const messages = findings(loadText(stringify({ targets: [without] }))).map(({ message }) => message);
    expect(messages).toContain(`this target has no ${key}`);
  },
);

test('the defaults of the table are those of the loader', () => {
  const config = goodConfig(stringify({ targets: [{ ...target, ...account }] }));
  const told = Object.fromEntries(
    fields.filter(({ group }) => group === 'scrape').map(({ key, fallback }) => [key, fallback]),
  );
  const [loaded] = config.targets;
  expect(told).toMatchObject({
    interval: formatDuration(loaded?.intervalMs ?? 0),
    timeout: formatDuration(loaded?.timeoutMs ?? 0),
    concurrency: String(config.concurrency),
    requests_per_target: String(loaded?.requestsPerTarget),
  });
  expect(loaded).toMatchObject({
    staleAfterMs: defaults.staleAfterMs,
    collect: defaults.collect,
    peers: { names: 'plain', limit: 5000 },
  });
});

test('the reference page has every key in its section', () => {
  const page = configurationReference();
  for (const { key, about } of fields) {
    expect(page).toContain(`| \`${key}\` |`);
    expect(page).toContain(about);
  }
  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(fields.length);
});
