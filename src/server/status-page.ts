import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { visibleParts } from '../snapshot/record.ts';
import type { Target } from '../target/target.ts';
import { escapeHtml } from './html.ts';
import { type Route, sendText } from './routes.ts';

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.up{color:light-dark(#17692c,#6fd08c)}.down{color:light-dark(#a31621,#ff8a8f);font-weight:600}.wait{opacity:.7}
small{opacity:.75}`;

const headers = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** `/`: a page for people: every PBX, up or down, with the numbers that matter. */
export function statusPageRoute(fleet: () => Fleet, clock: Clock, version: string): Route {
  return {
    path: '/',
    methods: ['GET'],
    handle({ response }) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      sendText(response, 200, page(fleet().targets, clock, version), 'text/html; charset=utf-8');
    },
  };
}

function page(targets: readonly Target[], clock: Clock, version: string): string {
  const up = targets.filter((target) => target.record.up).length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>pbx-exporter</title><style>${style}</style></head><body>
<h1>pbx-exporter</h1>
<p>${up} of ${targets.length} PBXs up. Version ${escapeHtml(version)}. <a href="/metrics">Metrics</a> for Prometheus.</p>
<table><thead><tr><th>PBX</th><th>Family</th><th>State</th><th>Peers reachable</th><th>Trunks in service</th><th>Last round</th></tr></thead>
<tbody>${targets.map((target) => row(target, clock)).join('')}</tbody></table>
</body></html>
`;
}

function row(target: Target, clock: Clock): string {
  const { identity, record } = target;
  const parts = visibleParts(record, identity.staleAfterMs, clock.monotonicTime());
  const peers = parts.peers?.value;
  const trunks = parts.trunks?.value;
  const cells = [
    escapeHtml(identity.name),
    escapeHtml(identity.family),
    stateCell(target),
    peers === undefined ? '' : `${peers.filter(({ state }) => state === 'reachable').length} of ${peers.length}`,
    trunks === undefined ? '' : `${trunks.filter(({ state }) => inService.has(state)).length} of ${trunks.length}`,
    record.lastRound === undefined ? '' : `${ageText(clock.wallTime() - record.lastRound.endedAtWall)} ago`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}

const inService: ReadonlySet<string> = new Set(['registered', 'reachable', 'unmonitored']);

function stateCell({ record, tried }: Target): string {
  if (!tried) return '<span class="wait">not tried yet</span>';
  if (record.up) return '<span class="up">up</span>';
  const detail = record.lastRound?.detail ?? '';
  return `<span class="down">down</span> ${escapeHtml(record.lastRound?.reason ?? '')}<br><small>${escapeHtml(detail)}</small>`;
}

function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
