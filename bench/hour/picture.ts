import { drawTimePanel } from '../picture/time-panel.ts';
import type { HourResult } from './result.ts';
import type { Sample } from './watch.ts';

/** Draws the picture of `docs/reliability.md`: memory, handles and PBXs with faults over the hour. Periods with faults are shaded. */
export function drawHour({ samples, periods, loadMs }: HourResult): string {
  const within = samples.filter(({ atMs }) => atMs <= loadMs);
  const curve = (value: (sample: Sample) => number): readonly (readonly [number, number])[] =>
    within.map((sample) => [sample.atMs / 60_000, value(sample)] as const);
  const shaded = periods
    .filter(({ hasFaults }) => hasFaults)
    .map(({ from, to }) => [from / 60_000, to / 60_000] as const);
  const axis = { minutes: loadMs / 60_000, shaded };
  const panels = [
    drawTimePanel({ ...axis, top: 0, title: 'Memory of the exporter (MB)' }, [
      { name: 'resident', colour: '#1d4ed8', points: curve(({ residentBytes }) => residentBytes / 1e6) },
      { name: 'heap in use', colour: '#0e7490', points: curve(({ heapBytes }) => heapBytes / 1e6) },
    ]),
    drawTimePanel({ ...axis, top: 210, title: 'Open handles and timers' }, [
      { name: 'handles', colour: '#1d4ed8', points: curve(({ handles }) => handles) },
      { name: 'timers', colour: '#0e7490', points: curve(({ timers }) => timers) },
    ]),
    drawTimePanel({ ...axis, top: 420, title: 'PBXs' }, [
      { name: 'up', colour: '#15803d', points: curve(({ pbxsUp }) => pbxsUp) },
      { name: 'with faults', colour: '#c2410c', points: curve(({ pbxsWithFault }) => pbxsWithFault) },
    ]),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 660" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>Memory, handles and PBXs over an hour under load; times with faults are shaded</title>
<rect width="880" height="660" fill="#ffffff"/>
${panels.join('\n')}
<text x="466" y="648" text-anchor="middle" fill="#4b5563">minutes; shaded: PBXs get faults</text>
</svg>
`;
}
