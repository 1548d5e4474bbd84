// Runs as a separate process that can be killed at any moment: an exporter with one target, a state file and an accelerated clock.
import { createChildExporter } from './child-exporter.ts';
import { hurriedClock } from './hurried-clock.ts';
import type { HurriedTarget } from './hurried-process.ts';

const target = JSON.parse(process.argv[2] ?? '') as HurriedTarget;
createChildExporter(target, hurriedClock(target.startedAt, target.speed)).fleet.start();
process.stdout.write('started\n');
