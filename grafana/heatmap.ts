import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { TooltipDisplayMode, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { describe, type PanelText, type Query, query } from './panels.ts';

/** Returns a heatmap of counts by band over time, from the buckets of a histogram. `unit` is the unit of the bands. */
export function heatmap(options: PanelText & { readonly query: Query }): Builder<Panel> {
  const panel = new HeatmapBuilder()
    .withTarget(query(options.query, 0).range().format(PromQueryFormat.Heatmap))
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Oranges')
        .fill('dark-orange')
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .yAxis(new YAxisConfigBuilder().unit(options.unit))
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .showValue(VisibilityMode.Never)
    .cellGap(1);
  return describe(panel, options);
}
