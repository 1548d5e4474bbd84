import { readdir, readFile, readlink } from 'node:fs/promises';
import { readSamples } from '../exporter/samples.ts';
import type { HourLedgers } from './pbxs.ts';

/** Facts about the exporter at one time, from the system and from its page. */
export interface Sample {
  /** Milliseconds since the start of the hour. */
  readonly atMs: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Memory of JavaScript objects outside the heap, mainly buffers. */
  readonly externalBytes: number;
  /** Number of open file descriptors, including sockets. */
  readonly handles: number;
  readonly sockets: number;
  readonly threads: number;
  /** Number of pending timers in the exporter. */
  readonly timers: number;
  /** Lag of the event loop since the previous scrape, 99th percentile. */
  readonly lagP99Ms: number;
  readonly cpuSeconds: number;
  readonly pbxsUp: number;
  readonly pbxsWithFault: number;
  readonly sessions: number;
  readonly logins: number;
  readonly requests: number;
}

/** Facts about a process from the system. Linux only. */
export interface ProcessFacts {
  readonly residentBytes: number;
  readonly threads: number;
  readonly handles: number;
  readonly sockets: number;
}

/** Reads the facts about a process. Rejects if the process has ended. */
export async function readProcess(pid: number): Promise<ProcessFacts> {
  const status = parseStatus(await readFile(`/proc/${pid}/status`, 'utf8'));
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  // Descriptors that were closed in the meantime do not count.
  const open = links.filter((link) => link !== '');
  return { ...status, handles: open.length, sockets: open.filter((link) => link.startsWith('socket:')).length };
}

/** Parses resident memory and threads from the text of `/proc/PID/status`; NaN for missing values. */
export function parseStatus(text: string): Pick<ProcessFacts, 'residentBytes' | 'threads'> {
  const numberOf = (line: RegExp): number => Number(line.exec(text)?.[1] ?? Number.NaN);
  return { residentBytes: numberOf(/^VmRSS:\s+(\d+) kB$/m) * 1024, threads: numberOf(/^Threads:\s+(\d+)$/m) };
}

/** Creates a sample from the facts of the system, the page of the exporter and the counts of the PBXs. */
export function makeSample(atMs: number, facts: ProcessFacts, page: string, ledgers: HourLedgers): Sample {
  const samples = readSamples(page);
  const { logins, requests, sessions, withFault } = ledgers;
  return {
    atMs: Math.round(atMs),
    ...facts,
    heapBytes: samples.sum('nodejs_heap_size_used_bytes'),
    externalBytes: samples.sum('nodejs_external_memory_bytes'),
    timers: Number(/^nodejs_active_resources\{type="Timeout"\} (\d+)$/m.exec(page)?.[1] ?? 0),
    lagP99Ms: samples.sum('nodejs_eventloop_lag_p99_seconds') * 1000,
    cpuSeconds: samples.sum('process_cpu_seconds_total'),
    pbxsUp: samples.sum('pbx_up'),
    pbxsWithFault: withFault,
    sessions,
    logins,
    requests,
  };
}
