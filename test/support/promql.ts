import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** One condition on a label, as written. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** One metric selector of an expression. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** A list of labels in an expression, and the metrics to which these labels can belong. */
export interface LabelList {
  /** Whether the labels are those of `by` or those that match two operands. */
  readonly use: 'aggregation' | 'matching';
  readonly labels: readonly string[];
  readonly metrics: readonly string[];
}

/** The parts of an expression. */
export interface ParsedExpression {
  /** The places that cannot be parsed; empty if the expression is valid. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  readonly labelLists: readonly LabelList[];
  /** The text of joins whose "one" side is not `topk by (KEYS) (1, ...)`: a second series on that side would make the query fail. */
  readonly ambiguousJoins: readonly string[];
  /** Labels that `label_replace` and `label_join` add. */
  readonly addedLabels: readonly string[];
}

/** Replaces Grafana's time variables with durations that can be parsed; variables inside quotes are left alone. */
export function withoutGrafanaTimes(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__interval', '1m')
    .replaceAll('$__range', '1h')
    .replaceAll('${goal:raw}', '99.9');
}

/** Parses a PromQL expression with Prometheus's own grammar. Never throws. */
export function parseExpression(expression: string): ParsedExpression {
  const tree = parser.parse(expression);
  const text = (node: SyntaxNodeRef): string => expression.slice(node.from, node.to);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const labelLists: LabelList[] = [];
  const ambiguousJoins: string[] = [];
  const addedLabels: string[] = [];
  tree.iterate({
    enter(reference) {
      const { node } = reference;
      if (node.type.isError) errors.push(`at ${node.from}: ${expression.slice(node.from, node.from + 30)}`);
      if (node.name === 'VectorSelector') selectors.push(selectorOf(node, text));
      if (node.name === 'AggregateExpr') labelLists.push(listOf('aggregation', node, text));
      if (node.name === 'BinaryExpr') labelLists.push(listOf('matching', node, text));
      if (node.name === 'BinaryExpr' && isAmbiguousJoin(node, text)) ambiguousJoins.push(text(node));
      if (node.name === 'FunctionCall') addedLabels.push(...addedBy(node, text));
    },
  });
  return {
    errors,
    selectors,
    labelLists: labelLists.filter(({ labels }) => labels.length > 0),
    ambiguousJoins,
    addedLabels,
  };
}

type TextOf = (node: SyntaxNodeRef) => string;

function selectorOf(node: SyntaxNode, text: TextOf): Selector {
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: name === null ? '' : text(name),
    matchers: matchers.map((matcher) => ({
      label: textOfChild(matcher, 'LabelName', text),
      operator: textOfChild(matcher, 'MatchOp', text),
      value: textOfChild(matcher, 'StringLiteral', text).slice(1, -1),
    })),
  };
}

function isAmbiguousJoin(node: SyntaxNode, text: TextOf): boolean {
  const clause = node.getChild('MatchingModifierClause');
  if (clause === null || !/group_(left|right)/.test(text(clause))) return false;
  const unique = text(clause).includes('group_left') ? node.lastChild : node.firstChild;
  const keys = clause.getChild('GroupingLabels')?.getChildren('LabelName').map(text) ?? [];
  if (unique === null) return true;
  // A recorded metric has one series per key; the tests of the rules ensure that.
  return !/^pbx:[\w:]+$/.test(text(unique)) && !text(unique).startsWith(`topk by (${keys.join(', ')}) (1,`);
}

function listOf(use: LabelList['use'], node: SyntaxNode, text: TextOf): LabelList {
  const clause = node.getChild(use === 'aggregation' ? 'AggregateModifier' : 'MatchingModifierClause');
  const lists = clause?.getChildren('GroupingLabels') ?? [];
  return {
    use,
    labels: lists.flatMap((list) => list.getChildren('LabelName').map(text)),
    metrics: metricsBelow(node, text),
  };
}

function metricsBelow(node: SyntaxNode, text: TextOf): string[] {
  const found: string[] = [];
  node.cursor().iterate((below) => {
    if (below.name === 'VectorSelector') found.push(selectorOf(below.node, text).metric);
  });
  return found;
}

function addedBy(node: SyntaxNode, text: TextOf): string[] {
  const name = textOfChild(node, 'FunctionIdentifier', text);
  if (name !== 'label_replace' && name !== 'label_join') return [];
  const [label] = node.getChild('FunctionCallBody')?.getChildren('StringLiteral') ?? [];
  return label === undefined ? [] : [text(label).slice(1, -1)];
}

function textOfChild(node: SyntaxNode, name: string, text: TextOf): string {
  const child = node.getChild(name);
  return child === null ? '' : text(child);
}
