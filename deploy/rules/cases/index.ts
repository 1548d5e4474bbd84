import { absenceCases } from './absences.ts';
import type { Case } from './case.ts';
import { endingCases } from './endings.ts';
import { exporterCases } from './exporters.ts';
import { limitCases } from './limits.ts';
import { listCases } from './lists.ts';
import { peerCases } from './peers.ts';
import { qualityCases } from './quality.ts';
import { readingCases } from './reading.ts';
import { renameCases } from './renames.ts';
import { serviceCases } from './service.ts';
import { trunkCases } from './trunks.ts';

export { longCases, weekCases } from './long.ts';

/** All cases in file order. */
export const cases: readonly Case[] = [
  ...readingCases,
  ...listCases,
  ...renameCases,
  ...absenceCases,
  ...trunkCases,
  ...peerCases,
  ...serviceCases,
  ...qualityCases,
  ...limitCases,
  ...exporterCases,
  ...endingCases,
];
