import type { Report } from '../../config/report.ts';
import type { NamedFile } from '../../config/load-context.ts';

/** What the parts of the loader work with. */
export interface WebScope {
  readonly report: Report;
  readonly readFile: (path: string) => NamedFile;
}
