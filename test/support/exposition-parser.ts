import type { TextFormat } from '../../src/exposition/negotiate.ts';

/** One parsed sample line. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** The line as it appears on the page. */
  readonly line: string;
}

/** All samples of one metric, with its header lines. */
export interface ParsedFamily {
  /** The name in its header lines; in OpenMetrics, this is the name without `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: ParsedSample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const numberText = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[nN][aA][nN]|[+-]Inf)$/;

/**
 * Parses a page as strictly as the specification of the format allows, independently of the renderer. Throws at the first violation: bytes
 * that are not UTF-8, a line outside the grammar, an empty line, a metric whose lines are not contiguous, samples before their header,
 * duplicate label sets, wrong suffixes, a missing or misplaced end marker.
 */
export function parseExposition(page: Buffer, format: TextFormat): ParsedFamily[] {
  const lines = bodyLines(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(page), format);
  const families: ParsedFamily[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.startsWith('#')) {
      families.push(parseHeader(line, lines[index + 1] ?? '', format));
      index += 1;
      continue;
    }
    const family = families.at(-1);
    if (family === undefined) throw new Error(`sample before any header: ${line}`);
    const sample = parseSample(line);
    checkName(sample, family, format);
    checkNew(sample, seen);
    family.samples.push(sample);
  }
  checkFamilies(families);
  return families;
}

function bodyLines(text: string, format: TextFormat): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('the page does not end in a newline');
  const lines = text.slice(0, -1).split('\n');
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('the end mark is missing');
  if (lines.includes('# EOF')) throw new Error('end mark before the end');
  return lines;
}

function parseHeader(helpLine: string, typeLine: string, format: TextFormat): ParsedFamily {
  const [, name, help] = /^# HELP (\S+) (.+)$/s.exec(helpLine) ?? [];
  const [, typedName, type] = /^# TYPE (\S+) (gauge|counter|histogram|summary)$/.exec(typeLine) ?? [];
  if (name === undefined || help === undefined || metricName.exec(name)?.[0] !== name)
    throw new Error(`not a HELP line: ${helpLine}`);
  if (type === undefined || typedName !== name) throw new Error(`TYPE of ${name} does not follow: ${typeLine}`);
  if (type === 'counter' && name.endsWith('_total') !== (format === 'text'))
    throw new Error(`wrong name of a counter: ${name}`);
  return { name, help: unescape(help, format === 'openmetrics' ? 'quoted' : 'plain'), type, samples: [] };
}

function parseSample(line: string): ParsedSample {
  const name = metricName.exec(line)?.[0];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const labels = new Map<string, string>();
  let rest = line.slice(name.length);
  if (rest.startsWith('{')) rest = parseLabels(rest.slice(1), labels);
  const value = /^ (\S+)$/.exec(rest)?.[1];
  if (value === undefined || !numberText.test(value)) throw new Error(`not a value: ${line}`);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')), line };
}

/** Fills `labels` and returns the text after the closing brace. */
function parseLabels(text: string, labels: Map<string, string>): string {
  let rest = text;
  while (!rest.startsWith('}')) {
    const name = labelName.exec(rest)?.[0];
    if (name === undefined || labels.has(name)) throw new Error(`label name wrong or twice: ${rest}`);
    const quoted = /^="((?:[^"\\]|\\.)*)"/s.exec(rest.slice(name.length));
    if (quoted === null) throw new Error(`label value wrong: ${rest}`);
    labels.set(name, unescape(quoted[1] ?? '', 'quoted'));
    rest = rest.slice(name.length + quoted[0].length);
    if (rest.startsWith(',') && rest[1] !== '}') rest = rest.slice(1);
    else if (!rest.startsWith('}')) throw new Error(`label without end: ${rest}`);
  }
  return rest.slice(1);
}

function unescape(text: string, style: 'quoted' | 'plain'): string {
  if (!/["\\]/.test(text)) return text;
  if (style === 'quoted' && /^"|[^\\](?:\\\\)*"/.test(text.replaceAll(String.raw`\"`, '')))
    throw new Error(`quote without backslash: ${text}`);
  return text.replaceAll(/\\(.?)/gs, (whole, character: string) => {
    if (character === 'n') return '\n';
    if (character === '\\' || (character === '"' && style === 'quoted')) return character;
    throw new Error(`unknown escape ${whole}`);
  });
}

function checkName({ name, line }: ParsedSample, family: ParsedFamily, format: TextFormat): void {
  const suffixes =
    family.type === 'histogram'
      ? ['_bucket', '_sum', '_count']
      : [family.type === 'counter' && format === 'openmetrics' ? '_total' : ''];
  const names = family.type === 'summary' ? [name] : suffixes.map((suffix) => family.name + suffix);
  if (!names.includes(name)) throw new Error(`not a sample of ${family.name}: ${line}`);
}

function checkNew({ name, labels, line }: ParsedSample, seen: Set<string>): void {
  const told = [...labels].filter(([, value]) => value !== '').sort(([left], [right]) => (left < right ? -1 : 1));
  const key = JSON.stringify([name, told]);
  if (seen.has(key)) throw new Error(`this label set stands twice: ${line}`);
  seen.add(key);
}

function checkFamilies(families: readonly ParsedFamily[]): void {
  const names = families.map((family) => family.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the lines of ${twice} do not stand together`);
  for (const family of families) {
    if (family.type !== 'counter') continue;
    const wrong = family.samples.find(({ value }) => !(value >= 0));
    if (wrong !== undefined) throw new Error(`a counter below 0: ${wrong.line}`);
  }
}
