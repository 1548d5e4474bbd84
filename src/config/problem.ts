import type { Place } from './source.ts';

/** A location in the configuration: the offset in the text and the path of keys, e.g. `targets[0].url`. */
export interface ConfigLocation {
  readonly offset: number;
  readonly path: string;
}

/**
 * A problem in the configuration, for display. A `non-fatal` problem only disables the affected feature; the program still
 * starts, but `check` treats the problem as an error.
 */
export interface Problem {
  readonly severity: 'error' | 'non-fatal' | 'warning';
  /** Display name of the affected file; absent for the configuration file itself. */
  readonly file?: string;
  /** Starts at 1. */
  readonly line: number;
  /** Starts at 1, in characters. */
  readonly column: number;
  /** Path of keys, e.g. `targets[0].url`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence without a full stop; never a secret. */
  readonly message: string;
  /** The probably intended text. */
  readonly suggestion?: string;
  /** The source line with a caret below the column. Secrets are hidden; absent if the line cannot be shown safely. */
  readonly excerpt?: string;
}

/** Formats `exporter.yml:12:5: message; did you mean "..."?`, followed by the source line with a caret below the column. */
function formatProblem(problem: Problem, fileName: string): string {
  const { file = fileName, line, column, severity, message, suggestion, excerpt } = problem;
  const kind = severity === 'warning' ? 'warning: ' : '';
  const hint = suggestion === undefined ? '' : `; did you mean ${JSON.stringify(suggestion)}?`;
  const head = `${file}:${line}:${column}: ${kind}${message}${hint}`;
  return excerpt === undefined ? head : `${head}\n${excerpt}`;
}

/** Formats all problems for printing, one below the other. Equal warnings are merged into one that lists the other lines. */
export function formatProblems(problems: readonly Problem[], fileName: string): string {
  return withoutEqualWarnings(problems)
    .map((problem) => `${formatProblem(problem, fileName)}\n`)
    .join('');
}

/** Returns a key that is equal for warnings with the same wording in the same file. */
export function wordingOf({ file = '', message, suggestion = '' }: Problem): string {
  return `${message}\n${suggestion}\n${file}`;
}

/** Maximum number of further lines in a merged warning; a longer list would not help the reader. */
const maximumLinesNamed = 5;

/** Merges equal warnings into the first one and adds the lines of the others to its message. */
function withoutEqualWarnings(problems: readonly Problem[]): readonly Problem[] {
  const lines = new Map<string, number[]>();
  const firsts: Problem[] = [];
  for (const problem of problems) {
    const known = problem.severity === 'warning' ? lines.get(wordingOf(problem)) : undefined;
    known?.push(problem.line);
    if (known !== undefined) continue;
    firsts.push(problem);
    if (problem.severity === 'warning') lines.set(wordingOf(problem), []);
  }
  return firsts.map((problem) => {
    const others = problem.severity === 'warning' ? (lines.get(wordingOf(problem)) ?? []) : [];
    return others.length === 0 ? problem : { ...problem, message: `${problem.message} (${alsoIn(others)})` };
  });
}

function alsoIn(lines: readonly number[]): string {
  const named = lines.slice(0, maximumLinesNamed).join(', ');
  const more = lines.length - maximumLinesNamed;
  return `also in line${lines.length === 1 ? '' : 's'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A problem at a location of the file. */
interface Finding {
  readonly severity: Problem['severity'];
  readonly location: ConfigLocation;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** Collects the problems of a file while it is read, so that all of them can be reported together. */
export class Report {
  readonly #findings: Finding[] = [];

  /** Adds a problem that makes the file unusable. */
  error(location: ConfigLocation, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'error', location, message, suggestion });
  }

  /** Adds a problem that the admin must solve, but that only disables the affected feature. */
  nonFatalError(location: ConfigLocation, message: string): void {
    this.#findings.push({ severity: 'non-fatal', location, message });
  }

  /** Adds a problem that the admin should know about, in a file that can be used. */
  warn(location: ConfigLocation, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'warning', location, message, suggestion });
  }

  /** Returns all problems in file order. A message is listed only once per location. */
  problems(placeOf: (offset: number) => Place): Problem[] {
    const unique = new Map(this.#findings.map((finding) => [`${finding.location.offset} ${finding.message}`, finding]));
    return [...unique.values()]
      .sort((a, b) => a.location.offset - b.location.offset)
      .map(({ severity, location, message, suggestion }) => ({
        severity,
        ...placeOf(location.offset),
        path: location.path,
        message,
        ...(suggestion === undefined ? {} : { suggestion }),
      }));
  }
}
