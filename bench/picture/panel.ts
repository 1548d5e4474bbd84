/** A line of a diagram. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  /** Number of series or PBXs, and value; both above 0. */
  readonly points: readonly (readonly [count: number, value: number])[];
}

const plot = { left: 56, top: 48, width: 350, height: 250 } as const;

/** Position and title of a diagram, and the unit of its horizontal axis. */
export interface PanelPlace {
  readonly left: number;
  readonly title: string;
  readonly counted: 'series' | 'PBXs';
}

/** Draws one diagram with logarithmic axes in whole decades. */
export function drawPanel(place: PanelPlace, curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const [across, upward] = [decades(points.map(([count]) => count)), decades(points.map(([, value]) => value))];
  const x = (count: number): number => plot.left + plot.width * part(count, across);
  const y = (value: number): number => plot.top + plot.height * (1 - part(value, upward));
  const columns = powers(across).map(
    (count) =>
      drawLine([x(count), plot.top, x(count), plot.top + plot.height]) +
      drawText([x(count), plot.top + plot.height + 18], count.toLocaleString('en'), 'middle'),
  );
  const rows = powers(upward).map(
    (value) =>
      drawLine([plot.left, y(value), plot.left + plot.width, y(value)]) +
      drawText([plot.left - 6, y(value) + 4], value.toLocaleString('en'), 'end'),
  );
  const drawn = curves.filter((curve) => curve.points.length > 0);
  return [
    `<g transform="translate(${place.left} 0)">`,
    `<text x="${plot.left}" y="24" font-size="15" font-weight="600" fill="#111827">${place.title}</text>`,
    ...columns,
    ...rows,
    drawText([plot.left + plot.width / 2, plot.top + plot.height + 40], place.counted, 'middle'),
    ...drawn.map((curve) => drawCurve(curve, x, y)),
    ...drawn.map(({ name, colour }, index) =>
      drawText([plot.left + 10, plot.top + 18 + index * 17], name, 'start', colour),
    ),
    '</g>',
  ].join('\n');
}

function drawCurve({ colour, points }: Curve, x: (count: number) => number, y: (value: number) => number): string {
  const places = points.map(([count, value]) => [x(count).toFixed(1), y(value).toFixed(1)] as const);
  const dots = places.map(([left, top]) => `<circle cx="${left}" cy="${top}" r="3.5" fill="${colour}"/>`);
  const path = places.map((place) => place.join(',')).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
}

/** Exponents of the decades that contain all values; one decade if there are none. */
function decades(values: readonly number[]): readonly [from: number, to: number] {
  if (values.length === 0) return [0, 1];
  const exponents = values.map((value) => Math.log10(value));
  const from = Math.floor(Math.min(...exponents));
  return [from, Math.max(from + 1, Math.ceil(Math.max(...exponents)))];
}

function part(value: number, [from, to]: readonly [number, number]): number {
  return (Math.log10(value) - from) / (to - from);
}

function powers([from, to]: readonly [number, number]): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

/** Draws a grid line. */
export function drawLine([x1, y1, x2, y2]: readonly [number, number, number, number]): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#e5e7eb"/>`;
}

/** Draws a text. */
export function drawText([x, y]: readonly [number, number], words: string, anchor: string, colour = '#4b5563'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}
