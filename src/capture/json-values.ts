/** Gives what stands in place of a value, or the value itself. `path` holds the names above it, the nearest last. */
export type ReplaceValue = (value: string, path: readonly string[], isNumber: boolean) => string;

interface Level {
  readonly isObject: boolean;
  /** Names above this level. */
  readonly path: readonly string[];
  /** Name whose value comes next. */
  key: string | undefined;
}

const tokens = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/**
 * A JSON text with its texts and numbers replaced, the rest byte for byte; also one that was cut off or is broken elsewhere,
 * and JSON in a text of JSON. Numbers are replaced by numbers of as many digits. Any other text comes back as it is.
 */
export function replaceJsonValues(text: string, replace: ReplaceValue): string {
  if (!/^\s*[{[]/.test(text)) return text;
  const levels: Level[] = [];
  return text.replaceAll(tokens, (token, at: number) => {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const path = level === undefined ? [] : pathOf(level);
      levels.push({ isObject: token === '{', path, key: undefined });
      return token;
    }
    if (token === '}' || token === ']') {
      levels.pop();
      return token;
    }
    if (token === ',' && level !== undefined) level.key = undefined;
    if (token === ':' || token === ',' || level === undefined) return token;
    if (!token.startsWith('"')) return replaceNumber(token, (value) => replace(value, pathOf(level), true));
    if (
      level.isObject &&
      level.key === undefined &&
      /^\s*:/.test(text.slice(at + token.length, at + token.length + 9))
    ) {
      level.key = unescaped(token);
      return token;
    }
    return replaceText(token, (value) => replace(replaceJsonValues(value, replace), pathOf(level), false));
  });
}

function pathOf({ path, key }: Level): readonly string[] {
  return key === undefined ? path : [...path, key];
}

function replaceText(token: string, replace: (value: string) => string): string {
  const isCut = !/^"(?:[^"\\]|\\.)*"$/s.test(token);
  const value = unescaped(token);
  const replaced = replace(value);
  if (replaced === value) return token;
  const written = JSON.stringify(replaced);
  return isCut ? written.slice(0, -1) : written;
}

/** A number stays one, because a reader may insist on it. */
function replaceNumber(token: string, replace: (value: string) => string): string {
  if (!/^-?\d+(?:\.\d+)?$/.test(token) || replace(token) === token) return token;
  return token.replaceAll(/\d/g, /^-?9[9.]*$/.test(token) ? '8' : '9');
}

function unescaped(token: string): string {
  // A text that was cut off, maybe in the middle of an escape, is tried once more with an end.
  const candidates = [token, `${token}"`, `${token.replace(/\\[^\\]*$/s, '')}"`];
  const value = candidates.map(parsed).find((one) => typeof one === 'string');
  return value ?? token.slice(1).replace(/"$/, '');
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    return undefined;
  }
}
