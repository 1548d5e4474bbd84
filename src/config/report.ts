import type { Problem, ConfigLocation } from './problem.ts';
import type { Place } from './source.ts';

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
