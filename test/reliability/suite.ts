import { makePbxCertificates } from './certificates.ts';
import { type Outcome, runExperiment } from './experiment.ts';
import { type FaultRow, type Stage, type Surroundings, wireFaults } from './faults.ts';
import { stateFaults } from './state-faults.ts';
import { allProducts } from '../support/products.ts';
import { startRawServer } from '../support/raw-server.ts';

/** The table of all faults. */
export const faultRows: readonly FaultRow[] = [...wireFaults, ...stateFaults];

/** The environment of experiments: certificates, and another host that counts connections. */
export interface Around extends Surroundings {
  /** Returns the number of connections to the other host. Must stay 0. */
  knocks(): number;
  close(): Promise<void>;
}

/** Creates the environment. */
export async function makeSurroundings(): Promise<Around> {
  const other = await startRawServer((socket) => socket.destroy());
  return {
    certificates: await makePbxCertificates(),
    otherHost: other.url,
    knocks: () => other.connections(),
    close: () => other.close(),
  };
}

/** Runs every row of the table at one stage, with every product. */
export async function runAll(stage: Stage, around: Surroundings): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const row of faultRows.filter(({ stages }) => stages.includes(stage)))
    for (const product of allProducts) outcomes.push(await runExperiment(product, row, stage, around));
  return outcomes;
}
