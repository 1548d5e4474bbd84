import type { Problem, Spot } from './problem.ts';
import type { Place } from './source.ts';

/** What was found at a place of the file. */
interface Finding {
  readonly severity: Problem['severity'];
  readonly spot: Spot;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** Collects what is wrong with a file while it is read, so that all of it can be told at once. */
export class Report {
  readonly #findings: Finding[] = [];

  /** The file cannot be used. */
  error(spot: Spot, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'error', spot, message, suggestion });
  }

  /** The admin has to do something, but the program starts all the same and leaves out what this is about. */
  tolerate(spot: Spot, message: string): void {
    this.#findings.push({ severity: 'tolerated', spot, message });
  }

  /** The file can be used, but the admin should know. */
  warn(spot: Spot, message: string, suggestion?: string): void {
    this.#findings.push({ severity: 'warning', spot, message, suggestion });
  }

  /** Everything found, in file order, the same thing at the same place once. */
  problems(placeOf: (offset: number) => Place): Problem[] {
    const unique = new Map(this.#findings.map((finding) => [`${finding.spot.offset} ${finding.message}`, finding]));
    return [...unique.values()]
      .sort((a, b) => a.spot.offset - b.spot.offset)
      .map(({ severity, spot, message, suggestion }) => ({
        severity,
        ...placeOf(spot.offset),
        path: spot.path,
        message,
        ...(suggestion === undefined ? {} : { suggestion }),
      }));
  }
}
