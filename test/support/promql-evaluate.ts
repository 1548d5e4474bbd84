import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { aggregate, binary, overTime, simpleFunctions } from './promql-operations.ts';

/** Labels of a series; the name is `__name__`. */
export type Labels = Readonly<Record<string, string>>;
/** One value of an instant vector. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
/** What an expression gives: a number, or a vector. */
export type Value = number | readonly Sample[];
/** One value in time; times in milliseconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
  /** Whether the series ended here: a scrape or a rule brought it no more. */
  readonly stale?: boolean;
}
/** A series, points in order of time. */
export interface Series {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** So long (ms) Prometheus takes the last value of a series for the present one. */
const lookbackMs = 300_000;
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
 * Evaluates a PromQL expression at a time (ms) as Prometheus does: parsed with its own grammar, matched by its rules. Throws
 * where Prometheus would refuse, e.g. when both sides of a join have several series for one match; also for what is not
 * supported here.
 */
export function evaluate(expression: string, series: readonly Series[], at: number): Value {
  return new Evaluation(expression, series).value(rootOf(expression), at);
}

const parsed = new Map<string, SyntaxNode>();

function rootOf(expression: string): SyntaxNode {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const [root] = children(parser.parse(expression).topNode);
  if (root === undefined) throw new Error('an empty expression');
  parsed.set(expression, root);
  return root;
}

class Evaluation {
  readonly #text: string;
  readonly #series: readonly Series[];

  constructor(text: string, series: readonly Series[]) {
    this.#text = text;
    this.#series = series;
  }

  value(node: SyntaxNode, at: number): Value {
    const parts = children(node);
    const [first] = parts;
    switch (node.name) {
      case 'ParenExpr':
        return this.value(only(first), at);
      case 'NumberDurationLiteral':
        return Number(this.#of(node));
      case 'UnaryExpr':
        return negated(this.value(only(parts[1]), at));
      case 'VectorSelector':
        return this.#select(node).flatMap(({ labels, points }) => {
          const point = points.findLast((candidate) => candidate.at <= at);
          return point !== undefined && point.stale !== true && at - point.at < lookbackMs
            ? [{ labels, value: point.value }]
            : [];
        });
      case 'OffsetExpr':
        return this.value(only(first), at - this.#duration(node));
      case 'AggregateExpr':
        return this.#aggregate(node, at);
      case 'BinaryExpr':
        return this.#binary(parts, at);
      case 'FunctionCall':
        return this.#call(node, at);
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

  #select(node: SyntaxNode): readonly Series[] {
    const name = node.getChild('Identifier');
    const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    const conditions = matchers.map((matcher) => {
      const [label, operator, value] = children(matcher).map((part) => this.#of(part));
      return {
        label: label ?? '',
        operator,
        value: (value ?? '').slice(1, -1),
      };
    });
    return this.#series.filter(
      ({ labels }) =>
        (name === null || labels['__name__'] === this.#of(name)) &&
        conditions.every(({ label, operator, value }) => matches(labels[label] ?? '', operator, value)),
    );
  }

  /** The points of a range, per series: those after its beginning, its end included. */
  #range(node: SyntaxNode, at: number): readonly Series[] {
    if (node.name === 'OffsetExpr') return this.#range(only(children(node)[0]), at - this.#duration(node));
    if (node.name !== 'MatrixSelector') throw new Error(`not a range: ${this.#of(node)}`);
    const from = at - this.#duration(node);
    return this.#select(only(children(node)[0])).flatMap(({ labels, points }) => {
      const inside = points.filter((point) => point.at > from && point.at <= at && point.stale !== true);
      return inside.length === 0 ? [] : [{ labels, points: inside }];
    });
  }

  #aggregate(node: SyntaxNode, at: number): readonly Sample[] {
    const operands = children(only(node.getChild('FunctionCallBody') ?? undefined));
    const modifier = node.getChild('AggregateModifier');
    if ((modifier?.getChild('Without') ?? undefined) !== undefined) throw new Error('not supported: without');
    const by = modifier?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
    const parameter = operands.length > 1 ? this.value(only(operands[0]), at) : Number.NaN;
    const vector = this.value(only(operands.at(-1)), at);
    return aggregate(this.#of(only(node.getChild('AggregateOp') ?? undefined)), {
      by: by.map((label) => this.#of(label)),
      parameter: Number(parameter),
      vector: asVector(vector),
    });
  }

  #binary(parts: readonly SyntaxNode[], at: number): Value {
    const [left, operator] = parts;
    const clause = parts.find(({ name }) => name === 'MatchingModifierClause');
    const lists = clause?.getChildren('GroupingLabels') ?? [];
    const labelsOf = (list: SyntaxNode | undefined): readonly string[] =>
      (list?.getChildren('LabelName') ?? []).map((label) => this.#of(label));
    return binary(this.#of(only(operator)), {
      left: this.value(only(left), at),
      right: this.value(only(parts.at(-1)), at),
      bool: parts.some(({ name }) => name === 'BoolModifier'),
      ...((clause?.getChild('On') ?? undefined) === undefined ? {} : { on: labelsOf(lists[0]) }),
      ...((clause?.getChild('Ignoring') ?? undefined) === undefined ? {} : { ignoring: labelsOf(lists[0]) }),
      ...((clause?.getChild('GroupLeft') ?? undefined) === undefined ? {} : { groupLeft: labelsOf(lists[1]) }),
    });
  }

  #call(node: SyntaxNode, at: number): Value {
    const name = this.#of(only(node.getChild('FunctionIdentifier') ?? undefined));
    const operands = children(only(node.getChild('FunctionCallBody') ?? undefined));
    if (name === 'time') return at / 1_000;
    if (name === 'label_replace') return this.#labelReplace(operands, at);
    const range = overTime[name];
    const last = only(operands.at(-1));
    if (range !== undefined) {
      const parameter = operands.length > 1 ? Number(this.value(only(operands[0]), at)) : Number.NaN;
      const windowMs = this.#window(last);
      return this.#range(last, at).flatMap(({ labels, points }) => {
        const value = range(points, { parameter, windowMs });
        const { __name__: _name, ...rest } = labels;
        return value === undefined ? [] : [{ labels: name === 'last_over_time' ? labels : rest, value }];
      });
    }
    const simple = simpleFunctions[name];
    if (simple === undefined) throw new Error(`not supported: ${name}()`);
    return simple(this.value(last, at));
  }

  #labelReplace([vector, ...texts]: readonly SyntaxNode[], at: number): readonly Sample[] {
    const [label = '', replacement = '', source = '', pattern = ''] = texts.map((text) => this.#of(text).slice(1, -1));
    return asVector(this.value(only(vector), at)).map(({ labels, value }) => {
      const found = new RegExp(`^(?:${pattern})$`).exec(labels[source] ?? '');
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

function matches(found: string, operator: string | undefined, wanted: string): boolean {
  const pattern = new RegExp(`^(?:${wanted})$`);
  if (operator === '=') return found === wanted;
  if (operator === '!=') return found !== wanted;
  return operator === '=~' ? pattern.test(found) : !pattern.test(found);
}
