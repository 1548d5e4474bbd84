import { historyMinutes } from '../../journal/history.ts';
import { type Markup, markup } from '../html.ts';

/** A value of one minute since 1970. */
export interface Point {
  readonly minute: number;
  readonly value: number;
}

/** A stretch without values, in minutes since 1970. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** How a curve is drawn. */
export interface CurveOptions {
  /** Minute at the left edge. */
  readonly first: number;
  /** Points that lie further apart (minutes) are not joined. */
  readonly longestStep: number;
  readonly kind: 'line' | 'bars';
  /** Says what the picture shows. */
  readonly label: string;
}

const height = 60;

/** A chart of six hours, one unit a minute, from 0 to the highest value. No script, no style of its own. */
export function curve(points: readonly Point[], { first, longestStep, kind, label }: CurveOptions): Markup {
  const highest = Math.max(0, ...points.map(({ value }) => value));
  const at = ({ minute, value }: Point): string =>
    `${minute - first} ${(height - (highest === 0 ? 0 : (value / highest) * height)).toFixed(1)}`;
  const path =
    kind === 'bars'
      ? points.filter(({ value }) => value > 0).map((point) => `M${point.minute - first} ${height}L${at(point)}`)
      : stretches(points, longestStep).map(
          (stretch) => `M${stretch.map(at).join('L')}${stretch.length === 1 ? 'h.1' : ''}`,
        );
  return markup`<svg class="curve" viewBox="0 -2 ${historyMinutes} ${height + 4}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="${kind}" d="${path.join('')}" vector-effect="non-scaling-stroke"/></svg>`;
}

/** Stretches without values between `first` and `end` (minutes since 1970), oldest first. */
export function gapsOf(
  points: readonly Point[],
  { first, longestStep, end }: { readonly first: number; readonly longestStep: number; readonly end: number },
): readonly Gap[] {
  const minutes = [first, ...points.map(({ minute }) => minute), end];
  return minutes.slice(1).flatMap((to, index) => {
    const from = minutes[index] ?? to;
    return to - from > longestStep ? [{ from, to }] : [];
  });
}

function stretches(points: readonly Point[], longestStep: number): readonly (readonly Point[])[] {
  const found: Point[][] = [];
  for (const point of points) {
    const current = found.at(-1);
    const before = current?.at(-1);
    if (current === undefined || before === undefined || point.minute - before.minute > longestStep)
      found.push([point]);
    else current.push(point);
  }
  return found;
}
