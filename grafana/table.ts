import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { TableCellDisplayMode, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { fleetLabels } from './identity.ts';
import { describe, type PanelText, query, type Steps } from './panels.ts';
import { nothing } from './words.ts';

/** One column of a table. */
export interface Column {
  /** A label of the queries, or the number of the query whose value it shows. */
  readonly of: string | number;
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  /** Colour of the text by value. */
  readonly steps?: Steps;
  readonly mappings?: readonly ValueMapping[];
  /** What a cell without a value shows. Default: a dash. */
  readonly empty?: string;
  readonly link?: { readonly title: string; readonly url: string };
}

/** A table of what is so now: the rows of all queries that have the same labels are one row. Columns not named are left out. */
export function table(
  options: PanelText & {
    readonly expressions: readonly string[];
    readonly columns: readonly Column[];
    readonly sortBy: { readonly title: string; readonly descending: boolean };
  },
): Builder<Panel> {
  const several = options.expressions.length > 1;
  const columns = withWholeName(options.columns);
  const panel = new TableBuilder()
    .targets(
      options.expressions.map((expression, index) =>
        query({ expression, legend: '' }, index).instant().format(PromQueryFormat.Table),
      ),
    )
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: organised(columns, several) })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ title }) => title) } },
    })
    .sortBy([new TableSortByFieldStateBuilder().displayName(options.sortBy.title).desc(options.sortBy.descending)])
    .showHeader(true)
    .filterable(true);
  for (const column of columns) {
    panel.overrideByName(column.title, propertiesOf(column));
  }
  return describe(panel, options);
}

/** A PBX is told by all labels of the identity; links take them from these columns. */
function withWholeName(columns: readonly Column[]): readonly Column[] {
  const missing = fleetLabels.filter((label) => !columns.some(({ of }) => of === label));
  return columns.flatMap((column) =>
    column.of === 'pbx' ? [...missing.map((label) => ({ of: label, title: label })), column] : [column],
  );
}

/** Grafana calls the value column after its query, but only where there are several. */
function fieldOf({ of }: Column, several: boolean): string {
  if (typeof of === 'string') return of;
  return several ? `Value #${String.fromCodePoint(65 + of)}` : 'Value';
}

function organised(columns: readonly Column[], several: boolean): Record<string, unknown> {
  return {
    excludeByName: { Time: true },
    indexByName: Object.fromEntries(columns.map((column, index) => [fieldOf(column, several), index])),
    renameByName: Object.fromEntries(columns.map((column) => [fieldOf(column, several), column.title])),
  };
}

/**
 * Every column says what an empty cell shows: else Grafana fills it with what the panel says when there are no rows at all.
 */
function propertiesOf({ unit, decimals, width, steps, mappings, empty = '–', link }: Column): DynamicConfigValue[] {
  const coloured = steps !== undefined || mappings !== undefined;
  return [
    { id: 'noValue', value: empty },
    ...property('unit', unit),
    ...property('decimals', decimals),
    ...property('custom.width', width),
    ...property('mappings', coloured ? [...(mappings ?? []), nothing(empty)] : undefined),
    ...property('thresholds', steps && { mode: ThresholdsMode.Absolute, steps: steps.map(wireStep) }),
    ...property('custom.cellOptions', coloured ? { type: TableCellDisplayMode.ColorText } : undefined),
    ...property('links', link && [{ ...link, targetBlank: false }]),
  ];
}

function wireStep({ from, colour }: Steps[number]): { readonly value: number | null; readonly color: string } {
  return { value: from, color: colour };
}

function property(id: string, value: unknown): DynamicConfigValue[] {
  return value === undefined ? [] : [{ id, value }];
}
