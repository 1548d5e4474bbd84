// Run as a process of its own, to be killed at any moment: an exporter with one target and a state file that polls by itself, on a clock
// that moves by so many milliseconds when a line on standard input says so. It answers each of them with a line.
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
