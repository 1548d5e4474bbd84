import type { JournalConfig } from './config.ts';
import { defaults, limits } from './defaults.ts';
import { readWhole, type Section } from './read.ts';
import type { Report } from './report.ts';

/** The section `journal`: how many events are remembered. */
export function readJournal(report: Report, { entries }: Section): JournalConfig {
  const [perPbx, total] = [entries.get('per_pbx'), entries.get('total')];
  return {
    perPbx: (perPbx && readWhole(report, perPbx, limits.journalPerPbx)) ?? defaults.journal.perPbx,
    total: (total && readWhole(report, total, limits.journalTotal)) ?? defaults.journal.total,
  };
}
