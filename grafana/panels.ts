import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DashboardLink, Panel, Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  DashboardLinkBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { identity } from './identity.ts';
import { colours } from './words.ts';

/** The data source selected by the user. */
export const chosenDataSource = { type: 'prometheus', uid: '${datasource}' } as const;

/** One query of a panel. */
export interface Query {
  readonly expression: string;
  /** Legend pattern of Grafana, e.g. `{{trunk}}`. */
  readonly legend: string;
}

/** Options of every panel; `empty` is the text without data. */
export interface PanelText {
  readonly title: string;
  readonly description: string;
  readonly empty: string;
  /** Grafana's identifier of the unit, e.g. `µs`. */
  readonly unit: string;
  /** Width in columns out of 24, height in rows of about 30 px. */
  readonly width: number;
  readonly height: number;
  /** Links of the panel. */
  readonly links?: readonly PanelLink[];
}

/** A link to another dashboard. */
export interface PanelLink {
  readonly title: string;
  readonly url: string;
}

/** Minimum step of all panels, so that they do not request more values than are scraped. */
const minimumInterval = '30s';

/**
 * Longest scrape interval. Rates use four times this range. They thus find two values of a PBX that is probed every 60 s, regardless of the
 * interval of the data source.
 */
const longestScrapeInterval = '1m';

/** Colours by value; `from` of the first one is null. */
export type Steps = readonly { readonly from: number | null; readonly colour: string }[];

/** Green, and red from 1 on, for counts that should be 0. */
export const redFromOne: Steps = [
  { from: null, colour: colours.good },
  { from: 1, colour: colours.bad },
];

/** Returns one colour for all values. */
export function always(colour: string): Steps {
  return [{ from: null, colour }];
}

/** Returns a panel with the current value as a large number. */
export function stat(
  options: PanelText & { readonly query: Query; readonly steps: Steps; readonly mappings?: readonly ValueMapping[] } & {
    /** Additional numbers for unknown values; each is shown only if it exists. */
    readonly beside?: readonly Query[];
    /** Whether to show the label of the series instead of its value. */
    readonly showsName?: boolean;
    /** Links of the number. */
    readonly dataLinks?: readonly PanelLink[];
  },
): Builder<Panel> {
  const beside = options.beside ?? [];
  const panel = new StatBuilder()
    .targets([options.query, ...beside].map((one, index) => query(one, index).instant()))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(textMode(options.showsName === true, beside.length > 0))
    .thresholds(thresholds(options.steps))
    .mappings([...(options.mappings ?? [])]);
  if (options.dataLinks !== undefined) panel.dataLinks(options.dataLinks.map(wireLink));
  for (const { legend } of beside) {
    panel.overrideByName(legend, [
      { id: 'thresholds', value: thresholds(always(colours.unknown)).build() },
      // These numbers are counts, regardless of the unit of the first one.
      { id: 'unit', value: 'none' },
    ]);
  }
  return describe(panel, options);
}

function textMode(showsName: boolean, several: boolean): BigValueTextMode {
  if (showsName) return BigValueTextMode.Name;
  return several ? BigValueTextMode.ValueAndName : BigValueTextMode.Value;
}

/** Returns a graph with lines over time. */
export function graph(
  options: PanelText & {
    /** Links of a line; they can contain its labels, e.g. `${__field.labels.pbx}`. */
    readonly dataLinks?: readonly PanelLink[];
    readonly queries: readonly Query[];
    readonly stacked?: boolean;
    /** Colours by series name. Default: the palette. */
    readonly seriesColours?: Readonly<Record<string, string>>;
    /** A list below the graph, or a table next to it. */
    readonly legend?: 'below' | 'beside';
  },
): Builder<Panel> {
  const beside = options.legend === 'beside';
  const panel = new GraphBuilder()
    .targets(options.queries.map((one, index) => query(one, index).range()))
    .min(0)
    .lineWidth(1)
    .fillOpacity(options.stacked === true ? 60 : 8)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(beside ? LegendDisplayMode.Table : LegendDisplayMode.List)
        .placement(beside ? LegendPlacement.Right : LegendPlacement.Bottom)
        .calcs(beside ? ['lastNotNull', 'max'] : []),
    );
  if (options.dataLinks !== undefined) panel.dataLinks(options.dataLinks.map(wireLink));
  if (options.stacked === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  for (const [name, fixedColor] of Object.entries(options.seriesColours ?? {})) {
    panel.overrideByName(name, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  }
  return describe(panel, options);
}

/** Returns a timeline with one bar per series, coloured by state. */
export function timeline(
  options: PanelText & {
    readonly query: Query;
    readonly mappings: readonly ValueMapping[];
    readonly dataLinks?: readonly PanelLink[];
  },
): Builder<Panel> {
  const panel = new TimelineBuilder()
    .withTarget(query(options.query, 0).range())
    .mappings([...options.mappings])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(always(colours.off)))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .fillOpacity(80)
    .lineWidth(0)
    .perPage(20)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
  if (options.dataLinks !== undefined) panel.dataLinks(options.dataLinks.map(wireLink));
  return describe(panel, options);
}

/** Legend with all labels that identify a PBX. */
const wholeName = identity.map((label) => `{{${label}}}`).join(' ');

/** Returns a query with its letter, for other panel types. */
export function query({ expression, legend }: Query, index: number): DataqueryBuilder {
  const made = new DataqueryBuilder()
    .datasource(chosenDataSource)
    .refId(String.fromCodePoint(65 + index))
    .expr(expression)
    .legendFormat(legend.replace('{{pbx}}', wholeName));
  return expression.includes('$__rate_interval') ? made.interval(longestScrapeInterval) : made;
}

function wireLink({ title, url }: PanelLink): Builder<DashboardLink> {
  return new DashboardLinkBuilder(title).url(url);
}

/** Returns thresholds in absolute numbers. */
export function thresholds(steps: Steps): ThresholdsConfigBuilder {
  // For the first step, Grafana requires null and not a missing key.
  const wire: Threshold[] = steps.map(({ from, colour }) => ({ value: from, color: colour }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(wire);
}

interface Describable extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(reference: typeof chosenDataSource): this;
  noValue(text: string): this;
  unit(unit: string): this;
  interval(interval: string): this;
  links(links: Builder<DashboardLink>[]): this;
  span(width: number): this;
  height(height: number): this;
}

/** Sets the common options of a panel. */
export function describe<T extends Describable>(panel: T, text: PanelText): T {
  return panel
    .datasource(chosenDataSource)
    .title(text.title)
    .description(text.description)
    .noValue(text.empty)
    .unit(text.unit)
    .interval(minimumInterval)
    .links((text.links ?? []).map(({ title, url }) => new DashboardLinkBuilder(title).url(url)))
    .span(text.width)
    .height(text.height);
}
