import type { Command } from 'commander';
import { demo } from './demo.ts';
import {
  createLog,
  examples,
  type ListenOptions,
  type LogOptions,
  type ProcessEdge,
  wholeNumber,
  withListenAddress,
  withLogOptions,
} from './flags.ts';

/** Adds `demo`. */
export function addDemo(program: Command, { terminal, keepRunning }: ProcessEdge): void {
  withLogOptions(withListenAddress(program.command('demo'), '127.0.0.1:10560'), 'warn')
    .description('simulated PBXs of every family and an exporter for them, to look at')
    .option('--peers <number>', 'extensions of each PBX', wholeNumber, 20)
    .option('--trunks <number>', 'trunks of each PBX', wholeNumber, 4)
    .addHelpText(
      'after',
      examples('pbx-exporter demo', 'pbx-exporter demo --web.listen-address 127.0.0.1:10561 --peers 300'),
    )
    .action(async (options: ListenOptions & LogOptions & { readonly peers: number; readonly trunks: number }) => {
      const { peers, trunks } = options;
      const address = options['web.listenAddress'];
      keepRunning(await demo({ address, peers, trunks, seed: 1, log: createLog(options, terminal) }, terminal));
    });
}
