import type { Place } from './source.ts';

/** A place in the configuration: offset in the text, and the path of keys that leads there, e.g. `targets[0].url`. */
export interface ConfigLocation {
  readonly offset: number;
  readonly path: string;
}

/**
 * Something wrong (`error`) or doubtful (`warning`) in the configuration, for people to read. `tolerated`: wrong, but the
 * program runs without what it is about; for `check` it is an error.
 */
export interface Problem {
  readonly severity: 'error' | 'tolerated' | 'warning';
  /** Another file than the configuration file, by its name for people. */
  readonly file?: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** Keys that lead there, e.g. `targets[0].url`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence without a full stop; never a secret. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** The line with a mark below the place; secrets in it are already hidden. Absent if it cannot be shown safely. */
  readonly excerpt?: string;
}

/** `exporter.yml:12:5: message; did you mean "..."?`, then the source line with a caret below the place. */
function formatProblem(problem: Problem, fileName: string): string {
  const { file = fileName, line, column, severity, message, suggestion, excerpt } = problem;
  const kind = severity === 'warning' ? 'warning: ' : '';
  const hint = suggestion === undefined ? '' : `; did you mean ${JSON.stringify(suggestion)}?`;
  const head = `${file}:${line}:${column}: ${kind}${message}${hint}`;
  return excerpt === undefined ? head : `${head}\n${excerpt}`;
}

/** All problems, one below the other, ready to print; equal warnings are merged into one, which lists the places of the others. */
export function formatProblems(problems: readonly Problem[], fileName: string): string {
  return withoutEqualWarnings(problems)
    .map((problem) => `${formatProblem(problem, fileName)}\n`)
    .join('');
}

/** What a warning says, wherever in its file it says it. */
export function wordingOf({ file = '', message, suggestion = '' }: Problem): string {
  return `${message}\n${suggestion}\n${file}`;
}

/** So many further lines are named; nobody follows up more of them at once. */
const mostLinesNamed = 5;

/** The problems, of equal warnings the first only, with the lines of the others in its message. */
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
  const named = lines.slice(0, mostLinesNamed).join(', ');
  const more = lines.length - mostLinesNamed;
  return `also in line${lines.length === 1 ? '' : 's'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What was found at a place of the file. */
interface Finding {
  readonly severity: Problem['severity'];
  readonly location: ConfigLocation;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** Collects what is wrong with a file while it is read, so that all of it can be told at once. */
export class Report {
  readonly #findings: Finding[] = [];

  /** The file cannot be used. */
  error(location: ConfigLocation, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'error', location, message, suggestion });
  }

  /** The admin has to do something, but the program starts all the same and leaves out what this is about. */
  tolerate(location: ConfigLocation, message: string): void {
    this.#findings.push({ severity: 'tolerated', location, message });
  }

  /** The file can be used, but the admin should know. */
  warn(location: ConfigLocation, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'warning', location, message, suggestion });
  }

  /** Everything found, in file order, the same thing at the same place once. */
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
