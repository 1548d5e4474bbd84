import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Target } from '../../src/polling/target.ts';
import { pageOf } from '../exposition/page-of.ts';
import { parseExposition } from '../support/exposition-parser.ts';
import { allProducts } from '../support/products.ts';
import { listen, replay } from './replayed.ts';

/** Values that replace a field, whatever its type should be. */
const strangers: readonly unknown[] = [null, true, -1, 1.5e300, '', 'x', '\u0000"\n', [], [[]], {}, { a: 1 }];

/** Yields the body with each field replaced by each of these values in turn; of a list, only the first row is changed. */
function* spoiled(body: string): Generator<string> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    yield* spoiledLines(body);
    return;
  }
  for (const path of pathsOf(value))
    for (const stranger of strangers) yield JSON.stringify(replaced(value, path, stranger));
}

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value).slice(0, Array.isArray(value) ? 1 : 40))
    yield* pathsOf(inner, [...path, key]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], stranger: unknown): unknown {
  if (key === undefined) return stranger;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? replaced(item, rest, stranger) : item));
  const fields = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    fields.map(([name, inner]) => [name, name === key ? replaced(inner, rest, stranger) : inner]),
  );
}

/** Does the same for lines of the form `Key: value`, for the first line of each key. */
function* spoiledLines(body: string): Generator<string> {
  const keys = new Set([...body.matchAll(/^([\w-]+): /gm)].map(([, key = '']) => key));
  for (const key of keys)
    for (const text of ['', '-1', 'x', '1e300', '\u0000"', 'a: b: c'])
      yield body.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${text}`);
  yield* spoiledElements(body);
}

/** Does the same for lines that consist of one XML element. */
function* spoiledElements(body: string): Generator<string> {
  const tags = new Set([...body.matchAll(/^ *<([\w-]+)>.*<\/\1>$/gm)].map(([, tag = '']) => tag));
  for (const tag of tags)
    for (const text of ['', '\u0000"', `a</${tag}><b>&`])
      yield body.replace(
        new RegExp(`(<${tag}>).*(</${tag}>)$`, 'm'),
        (_all, open: string, close: string) => `${open}${text}${close}`,
      );
}

async function check(target: Target): Promise<readonly string[]> {
  // A driver may wait for the PBX to settle. Nothing advances this clock, so such a round is left unfinished.
  await Promise.race([target.poll(), wait(1_000, undefined, { ref: false })]);
  parseExposition(await pageOf([target], 'text'), 'text');
  const { lastRound, collectors } = target.record;
  const details = [lastRound?.detail, ...Object.values(collectors).map(({ detail }) => detail)];
  return details.filter((detail) => detail !== undefined).filter((detail) => detail.includes('could not be processed'));
}

/** Returns peers of the record whose id no response contained, neither literally nor escaped. */
function inventedPeers(target: Target, known: ReadonlySet<string>, body: string): readonly string[] {
  const ids = (target.record.retained.peers?.value ?? []).map(({ id }) => id);
  const named = (id: string): boolean =>
    known.has(id) || body.includes(id) || body.includes(JSON.stringify(id).slice(1, -1));
  return ids.filter((id) => !named(id)).map((id) => `invented ${JSON.stringify(id)}`);
}

test.each(allProducts.map((product) => [product.name, product] as const))(
  '%s: a wrong type at any field of any answer is a named failure or a skipped row, on a valid page',
  async (_name, product) => {
    const conversation = await listen(product);
    const untouched = replay(conversation);
    await untouched.poll();
    expect(untouched.record.up).toBe(true);
    const known = new Set(untouched.record.retained.peers?.value.map(({ id }) => id));
    const defects: string[] = [];
    const changes = conversation.exchanges.flatMap((exchange) =>
      [...spoiled(exchange.answer.body)].map((body) => ({ exchange, body })),
    );
    for (const change of changes) {
      const target = replay(conversation, change);
      const found = [...(await check(target)), ...inventedPeers(target, known, change.body)];
      defects.push(
        ...found.map((text) => `${change.exchange.key.slice(0, 80)}: ${text}: ${change.body.slice(0, 200)}`),
      );
    }
    expect(defects.slice(0, 5)).toEqual([]);
    expect(changes.length).toBeGreaterThan(50);
  },
  60_000,
);
