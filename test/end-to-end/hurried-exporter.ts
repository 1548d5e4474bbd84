// Runs as a separate process that can be killed at any moment: an exporter with one target and a state file, which polls on its own
// schedule. Each line on standard input is a number of milliseconds by which its clock advances, and is answered with a line.
import { createInterface } from 'node:readline/promises';
import { createHandClock } from '../simulator/hand-clock.ts';
import { createChildExporter } from './child-exporter.ts';
import type { HurriedTarget } from './hurried-process.ts';

const target = JSON.parse(process.argv[2] ?? '') as HurriedTarget;
const clock = createHandClock();
clock.advance(target.now - clock.monotonicTime());
createChildExporter(target, clock).fleet.start();
process.stdout.write('started\n');
for await (const line of createInterface({ input: process.stdin })) {
  clock.advance(Number(line));
  process.stdout.write('moved\n');
}
