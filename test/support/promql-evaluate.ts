import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { aggregate, binary, overTime, simpleFunctions } from './promql-operations.ts';
import { inside, type Sample, samplesOf, type Series, type SeriesStore, timeOf, type Value } from './promql-series.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `1d`, `1h30m` or `10m` in milliseconds. */
export function durationMs(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhd])/g)].reduce(
    (sum, [, digits = '', unit = '']) => sum + Number(digits) * (unitMs[unit] ?? Number.NaN),
    0,
  );
}

/**
 * Evaluates a PromQL expression at a time (ms) as Prometheus does, with its own grammar and its matching rules. Throws if Prometheus would
 * return an error, e.g. because both sides of a join have several series for one match, and for expressions that are not supported here.
 */
export function evaluate(expression: string, store: SeriesStore, at: number): Value {
  return compiled(expression)(store, at);
}

type Compiled<Result = Value> = (store: SeriesStore, at: number) => Result;

const known = new Map<string, Compiled>();

/** Each expression is parsed only once, because rules are evaluated hundreds of times. */
function compiled(expression: string): Compiled {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const [root] = children(parser.parse(expression).topNode);
  if (root === undefined) throw new Error('an empty expression');
  const compilation = new Compilation(expression).value(root);
  known.set(expression, compilation);
  return compilation;
}

class Compilation {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(node: SyntaxNode): Compiled {
    const parts = children(node);
    const [first] = parts;
    switch (node.name) {
      case 'ParenExpr':
        return this.value(only(first));
      case 'NumberDurationLiteral': {
        const number = Number(this.#of(node));
        return () => number;
      }
      case 'UnaryExpr': {
        const operand = this.value(only(parts[1]));
        return (store, at) => negated(operand(store, at));
      }
      case 'VectorSelector': {
        const select = this.#select(node);
        return (store, at) => samplesOf(select(store), at);
      }
      case 'OffsetExpr': {
        const [operand, offset] = [this.value(only(first)), this.#duration(node)];
        return (store, at) => operand(store, at - offset);
      }
      case 'AggregateExpr':
        return this.#aggregate(node);
      case 'BinaryExpr':
        return this.#binary(parts);
      case 'FunctionCall':
        return this.#call(node);
      default:
        throw new Error(`not supported: ${node.name} in ${this.#of(node)}`);
    }
  }

  #of(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  #duration(node: SyntaxNode): number {
    const [last] = children(node).slice(-1);
    return durationMs(this.#of(only(last)));
  }

  #select(node: SyntaxNode): (store: SeriesStore) => readonly Series[] {
    const name = this.#of(only(node.getChild('Identifier') ?? undefined));
    const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    const conditions = matchers.map((matcher) => {
      const [label = '', operator, value = ''] = children(matcher).map((part) => this.#of(part));
      return { label, fits: condition(operator, value.slice(1, -1)) };
    });
    if (conditions.length === 0) return (store) => store.named(name);
    return (store) =>
      store.named(name).filter(({ labels }) => conditions.every(({ label, fits }) => fits(labels[label] ?? '')));
  }

  /** The points of a range, per series: the range excludes its start and includes its end. */
  #range(node: SyntaxNode): Compiled<readonly Series[]> {
    if (node.name === 'OffsetExpr') {
      const [range, offset] = [this.#range(only(children(node)[0])), this.#duration(node)];
      return (store, at) => range(store, at - offset);
    }
    if (node.name !== 'MatrixSelector') throw new Error(`not a range: ${this.#of(node)}`);
    const [select, length] = [this.#select(only(children(node)[0])), this.#duration(node)];
    return (store, at) =>
      select(store).flatMap(({ labels, points }) => {
        const found = inside(points, at - length, at);
        return found.length === 0 ? [] : [{ labels, points: found }];
      });
  }

  #aggregate(node: SyntaxNode): Compiled {
    const operands = children(only(node.getChild('FunctionCallBody') ?? undefined));
    const modifier = node.getChild('AggregateModifier');
    if ((modifier?.getChild('Without') ?? undefined) !== undefined) throw new Error('not supported: without');
    const labels = modifier?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
    const by = labels.map((label) => this.#of(label));
    const parameter = operands.length > 1 ? this.value(only(operands[0])) : () => Number.NaN;
    const vector = this.value(only(operands.at(-1)));
    const operator = this.#of(only(node.getChild('AggregateOp') ?? undefined));
    return (store, at) =>
      aggregate(operator, { by, parameter: Number(parameter(store, at)), vector: asVector(vector(store, at)) });
  }

  #binary(parts: readonly SyntaxNode[]): Compiled {
    const operator = this.#of(only(parts[1]));
    const clause = parts.find(({ name }) => name === 'MatchingModifierClause');
    const lists = clause?.getChildren('GroupingLabels') ?? [];
    const labelsOf = (list: SyntaxNode | undefined): readonly string[] =>
      (list?.getChildren('LabelName') ?? []).map((label) => this.#of(label));
    const [left, right] = [this.value(only(parts[0])), this.value(only(parts.at(-1)))];
    const matching = {
      bool: parts.some(({ name }) => name === 'BoolModifier'),
      ...((clause?.getChild('On') ?? undefined) === undefined ? {} : { on: labelsOf(lists[0]) }),
      ...((clause?.getChild('Ignoring') ?? undefined) === undefined ? {} : { ignoring: labelsOf(lists[0]) }),
      ...((clause?.getChild('GroupLeft') ?? undefined) === undefined ? {} : { groupLeft: labelsOf(lists[1]) }),
    };
    return (store, at) => {
      const one = left(store, at);
      // As in Prometheus: if the left side is empty, there is nothing to match.
      if (typeof one !== 'number' && one.length === 0 && operator !== 'or') return [];
      return binary(operator, { left: one, right: right(store, at), ...matching });
    };
  }

  #call(node: SyntaxNode): Compiled {
    const name = this.#of(only(node.getChild('FunctionIdentifier') ?? undefined));
    const operands = children(only(node.getChild('FunctionCallBody') ?? undefined));
    if (name === 'time') return (_, at) => at / 1_000;
    if (name === 'timestamp') return this.#timestamp(only(operands[0]));
    if (name === 'label_replace') return this.#labelReplace(operands);
    if (/^clamp(?:_min|_max)?$/.test(name)) return this.#clamp(name, operands);
    const last = only(operands.at(-1));
    if (overTime[name] !== undefined) return this.#overTime(name, operands);
    const simple = simpleFunctions[name];
    if (simple === undefined) throw new Error(`not supported: ${name}()`);
    const operand = this.value(last);
    return (store, at) => simple(operand(store, at));
  }

  #clamp(name: string, [vector, ...limits]: readonly SyntaxNode[]): Compiled {
    const operand = this.value(only(vector));
    const [first, second] = limits.map((limit) => this.value(limit));
    return (store, at) => {
      const [one, other] = [Number(first?.(store, at)), Number(second?.(store, at))];
      const [low, high] = name === 'clamp' ? [one, other] : name === 'clamp_min' ? [one, Infinity] : [-Infinity, one];
      return asVector(operand(store, at)).map(({ labels: { __name__: _name, ...labels }, value }) => ({
        labels,
        value: Math.max(low, Math.min(high, value)),
      }));
    };
  }

  #overTime(name: string, operands: readonly SyntaxNode[]): Compiled {
    const compute = overTime[name];
    const last = only(operands.at(-1));
    const parameterOf = operands.length > 1 ? this.value(only(operands[0])) : () => Number.NaN;
    const [range, windowMs] = [this.#range(last), this.#window(last)];
    return (store, at) => {
      const parameter = Number(parameterOf(store, at));
      return range(store, at).flatMap(({ labels, points }) => {
        const value = compute?.(points, { parameter, windowMs });
        if (value === undefined) return [];
        if (name === 'last_over_time') return [{ labels, value }];
        const { __name__: _name, ...rest } = labels;
        return [{ labels: rest, value }];
      });
    };
  }

  /** The time at which each series was scraped. For anything but a selector, Prometheus returns the time of the evaluation. */
  #timestamp(node: SyntaxNode): Compiled {
    if (node.name !== 'VectorSelector') throw new Error(`not supported: timestamp() of ${this.#of(node)}`);
    const select = this.#select(node);
    return (store, at) =>
      select(store).flatMap((series) => {
        const { __name__: _name, ...labels } = series.labels;
        return samplesOf([series], at).map(() => ({ labels, value: timeOf(series, at) / 1_000 }));
      });
  }

  #labelReplace([vector, ...texts]: readonly SyntaxNode[]): Compiled {
    const [label = '', replacement = '', source = '', pattern = ''] = texts.map((text) => this.#of(text).slice(1, -1));
    const whole = new RegExp(`^(?:${pattern})$`);
    const operand = this.value(only(vector));
    return (store, at) =>
      asVector(operand(store, at)).map(({ labels, value }) => {
        const found = whole.exec(labels[source] ?? '');
        const text = replacement.replace('$1', found?.[1] ?? '');
        return { labels: found === null ? labels : { ...labels, [label]: text }, value };
      });
  }

  #window(node: SyntaxNode): number {
    return node.name === 'OffsetExpr' ? this.#window(only(children(node)[0])) : this.#duration(node);
  }
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function only(node: SyntaxNode | undefined): SyntaxNode {
  if (node === undefined) throw new Error('a part of the expression is missing');
  return node;
}

function asVector(value: Value): readonly Sample[] {
  if (typeof value === 'number') throw new Error('a vector was expected');
  return value;
}

function negated(value: Value): Value {
  if (typeof value === 'number') return -value;
  return value.map((sample) => ({ ...sample, value: -sample.value }));
}

function condition(operator: string | undefined, wanted: string): (found: string) => boolean {
  if (operator === '=') return (found) => found === wanted;
  if (operator === '!=') return (found) => found !== wanted;
  const whole = new RegExp(`^(?:${wanted})$`);
  return operator === '=~' ? (found) => whole.test(found) : (found) => !whole.test(found);
}
