import { type Markup, markup, type MarkupContent } from '../html.ts';
import { formatMoment } from './format.ts';
import { brandMark, dashboardLink, favicon, iconSheet } from './parts.ts';
import { linkTo } from './list-query.ts';
import { script, style } from './style.ts';
import type { View } from './view.ts';

/** Refresh intervals offered on each page, in seconds. */
const refreshChoices = [5, 10, 30, 60] as const;

/** A page with its layout. */
export interface Page {
  readonly title: string;
  /** Colour of the page's icon. */
  readonly tone: 'good' | 'warn' | 'bad' | 'wait';
  readonly content: MarkupContent;
  readonly view: View;
  /** Parameters of the page that is shown. */
  readonly parameters: URLSearchParams;
}

/** Renders a page as HTML. All links are relative, so that the page works under any path of a reverse proxy. */
export function renderPage({ title, tone, content, view, parameters }: Page): string {
  const refresh = refreshOf(parameters);
  const dashboards = dashboardLink('pbx-fleet', {}, view);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refresh !== undefined && markup`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
<link rel="icon" href="${favicon(tone)}">
<style>${style}</style></head>
<body>${iconSheet}
<a class="skip" href="#main">Skip to content</a>
<header class="top"><a class="brand" href="./">${brandMark}pbx-exporter</a>
<nav aria-label="Other pages"><a href="events">Events</a><a href="metrics">Metrics</a><a href="config">Configuration</a>${dashboards !== undefined && markup`<a href="${dashboards}">Dashboards</a>`}</nav>
${refreshBar(parameters, refresh, view)}</header>
<main id="main">
${view.stateProblem !== undefined && markup`<div class="card alert warn short"><p>${view.stateProblem}</p></div>`}
${content}
</main>
<footer><p>pbx-exporter ${view.version}. This page shows what the last rounds read; opening it sends no request to any PBX.</p></footer>
<script>${script}</script></body></html>
`.text;
}

function refreshBar(parameters: URLSearchParams, refresh: number | undefined, view: View): Markup {
  const choice = (seconds: number | undefined, text: string): Markup =>
    seconds === refresh
      ? markup`<strong aria-current="true">${text}</strong>`
      : markup`<a href="${linkTo(parameters, { refresh: seconds })}">${text}</a>`;
  return markup`<p class="refresh"><span>As of <time datetime="${new Date(view.wall).toISOString()}" data-local="second" data-zone="">${formatMoment(view.wall)}</time></span>
<span class="choices">Refresh: ${choice(undefined, 'off')}${refreshChoices.map((seconds) => choice(seconds, `${seconds} s`))}</span></p>`;
}

function refreshOf(parameters: URLSearchParams): number | undefined {
  return refreshChoices.find((seconds) => String(seconds) === parameters.get('refresh'));
}
