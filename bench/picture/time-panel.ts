import { drawLine, drawText } from './panel.ts';

/** A line over time. */
export interface TimeCurve {
  readonly name: string;
  readonly colour: string;
  /** Minutes and value; values are not below 0. */
  readonly points: readonly (readonly [minutes: number, value: number])[];
}

/** Position, title and time axis of a diagram. */
export interface TimeAxis {
  readonly top: number;
  readonly title: string;
  readonly minutes: number;
  /** Shaded periods, in minutes. */
  readonly shaded: readonly (readonly [from: number, to: number])[];
}

const plot = { left: 56, top: 36, width: 810, height: 140 } as const;

/** Draws one wide diagram over time. The vertical axis starts at 0, so that rises are shown in proportion. */
export function drawTimePanel({ top, title, minutes, shaded }: TimeAxis, curves: readonly TimeCurve[]): string {
  const step = stepOf(Math.max(1, ...curves.flatMap(({ points }) => points.map(([, value]) => value))), 4);
  const most =
    step * Math.ceil(Math.max(1, ...curves.flatMap(({ points }) => points.map(([, value]) => value))) / step);
  const x = (minute: number): number => plot.left + (plot.width * minute) / minutes;
  const y = (value: number): number => plot.top + plot.height * (1 - value / most);
  const bottom = plot.top + plot.height;
  const columns = ticks(minutes, stepOf(minutes, 6)).map((minute) =>
    drawText([x(minute), bottom + 16], String(minute), 'middle'),
  );
  const rows = ticks(most, step).map(
    (value) =>
      drawLine([plot.left, y(value), plot.left + plot.width, y(value)]) +
      drawText([plot.left - 6, y(value) + 4], value.toLocaleString('en'), 'end'),
  );
  return [
    `<g transform="translate(0 ${top})">`,
    `<text x="${plot.left}" y="24" font-size="15" font-weight="600" fill="#111827">${title}</text>`,
    ...shaded.map(([from, to]) => shade(x(from), x(to) - x(from))),
    ...columns,
    ...rows,
    ...curves.map(({ colour, points }) =>
      drawCurve(
        colour,
        points.map(([minute, value]) => [x(minute), y(value)]),
      ),
    ),
    ...curves.map(({ name, colour }, index) =>
      drawText([plot.left + plot.width - 8 - 90 * index, 24], name, 'end', colour),
    ),
    '</g>',
  ].join('\n');
}

function drawCurve(colour: string, places: readonly (readonly [number, number])[]): string {
  const path = places.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function shade(left: number, width: number): string {
  return `<rect x="${left.toFixed(1)}" y="${plot.top}" width="${width.toFixed(1)}" height="${plot.height}" fill="#fef3e2"/>`;
}

/** Returns a step of 1, 2 or 5 times a power of ten, so that about `wanted` steps fit below `most`. */
export function stepOf(most: number, wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(most / wanted));
  return power * ([1, 2, 5].find((factor) => factor * power * wanted >= most * 0.8) ?? 10);
}

function ticks(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}
