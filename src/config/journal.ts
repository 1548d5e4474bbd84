import type { JournalConfig } from './config.ts';
import { defaults } from './defaults.ts';
import type { groups } from './fields.ts';
import type { Section } from './read.ts';

/** The section `journal`: how many events are remembered. */
export function readJournal({ values }: Section<(typeof groups)['journal']>): JournalConfig {
  return { perPbx: values.per_pbx ?? defaults.journal.perPbx, total: values.total ?? defaults.journal.total };
}
