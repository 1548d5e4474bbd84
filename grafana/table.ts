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
  /** A label of the queries, or the index of a query to show its value. */
  readonly of: string | number;
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  /** Colour of the text by value. */
  readonly steps?: Steps;
  readonly mappings?: readonly ValueMapping[];
  /** Text of a cell without a value. Default: a dash. */
  readonly empty?: string;
  readonly link?: { readonly title: string; readonly url: string };
}

/** Returns a table of current values. Rows of all queries with the same labels are merged; labels without a column are omitted. */
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

/** Adds columns for all identity labels, because links take the labels from these columns. */
function withWholeName(columns: readonly Column[]): readonly Column[] {
  const missing = fleetLabels.filter((label) => !columns.some(({ of }) => of === label));
  return columns.flatMap((column) =>
    column.of === 'pbx' ? [...missing.map((label) => ({ of: label, title: label })), column] : [column],
  );
}

/** The field name of a column. Grafana names value columns after their query, but only if there are several queries. */
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

/** The properties of a column. Each sets the text of empty cells; otherwise, Grafana would show the text for a table without rows. */
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
