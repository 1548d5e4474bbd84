import type { FleetRow } from '../fleet/fleet.ts';
import type { MemoryRow } from '../scrape/memory.ts';
import type { ScrapeRow } from '../scrape/scrape.ts';
import { drawPanel, type Curve } from './panel.ts';

/** Draws the picture of `docs/scaling.md`: scrape time and memory by number of series, with logarithmic axes. */
export function drawCurves(scrapes: readonly ScrapeRow[], memory: readonly MemoryRow[]): string {
  const time = (
    renderer: ScrapeRow['renderer'],
    encoding: ScrapeRow['encoding'],
    since: ScrapeRow['since'],
  ): Curve['points'] =>
    scrapes
      .filter((row) => row.renderer === renderer && row.encoding === encoding && row.since === since)
      .map((row) => [row.series, row.lastByteMs]);
  const resident = (renderer: MemoryRow['renderer']): Curve['points'] =>
    memory
      .filter((row) => row.renderer === renderer)
      .map((row) => [row.series, (row.series * row.bytesPerSeries) / 1e6]);
  const panels = [
    drawPanel({ left: 0, title: 'Scrape in gzip, last byte (ms)', counted: 'series' }, [
      { name: 'prom-client', colour: '#c2410c', points: time('prom-client', 'gzip', 'nothing') },
      { name: 'every PBX read anew', colour: '#1d4ed8', points: time('ours', 'gzip', 'every target changed') },
      { name: 'nothing new', colour: '#0e7490', points: time('ours', 'gzip', 'nothing') },
    ]),
    drawPanel({ left: 440, title: 'Resident memory (MB)', counted: 'series' }, [
      { name: 'prom-client', colour: '#c2410c', points: resident('prom-client') },
      { name: 'pbx-exporter', colour: '#1d4ed8', points: resident('ours') },
    ]),
  ];
  return drawPicture('Time and memory by number of series, against prom-client', panels);
}

/** Draws the second picture of `docs/scaling.md`: load and punctuality by number of PBXs, without dead PBXs. */
export function drawFleetCurves(fleet: readonly FleetRow[]): string {
  const curve = (value: (row: FleetRow) => number): Curve['points'] =>
    fleet
      .filter((row) => row.dead === 0 && Number.isFinite(value(row)))
      .map((row) => [row.pbxs, Math.max(value(row), 0.1)]);
  return drawPicture('Load and punctuality by number of PBXs', [
    drawPanel({ left: 0, title: 'CPU, share of one core (%)', counted: 'PBXs' }, [
      { name: 'pbx-exporter', colour: '#1d4ed8', points: curve(({ cpuShare }) => cpuShare * 100) },
    ]),
    drawPanel({ left: 440, title: 'Round and schedule (ms)', counted: 'PBXs' }, [
      { name: 'round, 99th percentile', colour: '#c2410c', points: curve(({ roundP99Ms }) => roundP99Ms) },
      { name: 'round, median', colour: '#1d4ed8', points: curve(({ roundMedianMs }) => roundMedianMs) },
      { name: 'skew, 99th percentile', colour: '#0e7490', points: curve(({ skewP99Ms }) => skewP99Ms) },
    ]),
  ]);
}

function drawPicture(title: string, panels: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 360" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>${title}</title>
<rect width="880" height="360" fill="#ffffff"/>
${panels.join('\n')}
</svg>
`;
}
