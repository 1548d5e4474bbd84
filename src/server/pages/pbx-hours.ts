import { historyMinutes, type HistoryPoint } from '../../journal/history.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatRoundtrip, formatShortMoment } from './format.ts';
import { shortMoment } from './parts.ts';
import type { StatusTarget, View } from './view.ts';

const anchor = 'hours';
const minuteMs = 60_000;

/** The data of one small chart. */
interface Measure {
  readonly title: string;
  readonly points: readonly Point[];
  readonly format: (value: number) => string;
  /** Bars for counts, a line for measured values. */
  readonly kind: 'line' | 'bars';
}

/** The time window shared by all charts of a page. */
interface Window {
  /** First minute of the six hours, since 1970. */
  readonly first: number;
  /** Values further apart than this (minutes) have a gap between them. */
  readonly longestStep: number;
  readonly wall: number;
}

/** Renders the last six hours of a PBX as small charts; empty before the first round. */
export function hoursSection(target: StatusTarget, view: View): Markup {
  const points = view.journal?.history(target.identity.name, view.wall) ?? [];
  if (points.length === 0) return nothing;
  const { wall } = view;
  const first = Math.floor(wall / minuteMs) - historyMinutes + 1;
  const window = { first, longestStep: Math.max(2, Math.ceil((2 * target.intervalMs) / minuteMs)), wall };
  const charts = measuresOf(points).filter((measure) => measure.points.length > 0);
  return markup`<section aria-labelledby="${anchor}"><h2 id="${anchor}">The last six hours <small>${shortMoment(first * minuteMs, wall)} to ${shortMoment(wall, wall)}</small></h2>
<div class="tiles hours">${charts.map((measure) => chart(measure, window))}</div></section>`;
}

function measuresOf(points: readonly HistoryPoint[]): readonly Measure[] {
  const valuesOf = (value: (point: HistoryPoint) => number | undefined): readonly Point[] =>
    points.flatMap((point) => {
      const read = value(point);
      return read === undefined ? [] : [{ minute: point.minute, value: read }];
    });
  return [
    { title: 'Peers reachable', points: valuesOf((point) => point.reachablePeers), format: formatCount, kind: 'line' },
    {
      title: 'Trunks in service',
      points: valuesOf((point) => point.trunksInService),
      format: formatCount,
      kind: 'line',
    },
    {
      title: 'Median roundtrip',
      points: valuesOf((point) => point.medianRoundtrip),
      format: formatRoundtrip,
      kind: 'line',
    },
    { title: 'Failed rounds', points: valuesOf((point) => point.failedRounds), format: formatCount, kind: 'bars' },
  ];
}

function chart(measure: Measure, window: Window): Markup {
  const { title, points, kind } = measure;
  const words = [...(kind === 'bars' ? countText(measure) : valuesText(measure)), ...gapsText(points, window)];
  const label = `${title}, the last six hours. ${asText(words, window)}`;
  return markup`<figure class="card tile"><h3>${title}</h3>
${curve(points, { ...window, kind, label })}
<figcaption>${asMarkup(words, window)}</figcaption></figure>`;
}

/** A text with times in it: numbers are minutes since 1970. */
type Words = readonly (string | number)[];

function asText(words: Words, { wall }: Window): string {
  return words.map((word) => (typeof word === 'string' ? word : formatShortMoment(word * minuteMs, wall))).join('');
}

function asMarkup(words: Words, { wall }: Window): Markup {
  return markup`${words.map((word) => (typeof word === 'string' ? word : shortMoment(word * minuteMs, wall, '')))}`;
}

function valuesText({ points, format }: Measure): Words {
  const last = points.at(-1);
  if (last === undefined) return [];
  const least = points.reduce((one, other) => (other.value < one.value ? other : one));
  const most = points.reduce((one, other) => (other.value > one.value ? other : one));
  if (least.value === most.value) return [`Always ${format(last.value)}.`];
  const lowest = [`lowest ${format(least.value)} at `, least.minute];
  return [`Last ${format(last.value)}, `, ...lowest, `, highest ${format(most.value)} at `, most.minute, '.'];
}

function countText({ points, format }: Measure): Words {
  const failed = points.filter(({ value }) => value > 0);
  const sum = failed.reduce((total, { value }) => total + value, 0);
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined) return ['None.'];
  return [`${format(sum)}, from `, first.minute, ' to ', last.minute, '.'];
}

/** If there are more gaps than this, only their number is shown. */
const maximumGaps = 3;

function gapsText(points: readonly Point[], { first, longestStep, wall }: Window): Words {
  const end = Math.floor(wall / minuteMs);
  const gaps = gapsOf(points, { first, longestStep, end });
  if (gaps.length === 0) return [];
  if (gaps.length > maximumGaps) return [` ${formatCount(gaps.length)} gaps.`];
  const spans = gaps.flatMap(({ from, to }, index) => [index === 0 ? 'from ' : ', from ', from, ' to ', to]);
  return [' No values ', ...spans, '.'];
}

/** A value of one minute since 1970. */
interface Point {
  readonly minute: number;
  readonly value: number;
}

/** A period without values, in minutes since 1970. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Options of a curve. */
interface CurveOptions {
  /** Minute at the left edge. */
  readonly first: number;
  /** Points further apart than this (minutes) are not connected. */
  readonly longestStep: number;
  readonly kind: 'line' | 'bars';
  /** Description of the chart for screen readers. */
  readonly label: string;
}

const height = 60;

/** An SVG chart of six hours, one unit per minute, from 0 to the highest value. It needs no script and no inline style. */
function curve(points: readonly Point[], { first, longestStep, kind, label }: CurveOptions): Markup {
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

/** Periods without values between `first` and `end` (minutes since 1970), oldest first. */
function gapsOf(
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
