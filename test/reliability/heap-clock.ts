import type { ShiftingClock } from './shifting-clock.ts';

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
  stopped: boolean;
}

/** Creates a clock, controlled by the test, for very many timers. It uses a heap, whereas {@link createShiftingClock} searches a list. */
export function createHeapClock(): Omit<ShiftingClock, 'waitFor'> {
  const heap: Entry[] = [];
  let now = 1000;
  let shift = 0;
  let order = 0;
  let waiting = 0;
  return {
    wallTime: () => Date.UTC(2026, 0, 10) + now + shift,
    monotonicTime: () => now,
    shiftWall: (milliseconds) => void (shift += milliseconds),
    get waiting() {
      return waiting;
    },
    after(delayMs, callback) {
      const entry: Entry = { due: now + delayMs, order: (order += 1), callback, stopped: false };
      push(heap, entry);
      waiting += 1;
      return {
        stop() {
          if (entry.stopped) return;
          entry.stopped = true;
          waiting -= 1;
        },
      };
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (let next = heap[0]; next !== undefined && next.due <= end; next = heap[0]) {
        pop(heap);
        if (next.stopped) continue;
        next.stopped = true;
        waiting -= 1;
        now = Math.max(now, next.due);
        next.callback();
      }
      now = end;
    },
  };
}

function isBefore(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry);
  let at = heap.length - 1;
  while (at > 0 && isBefore(heap[at], heap[(at - 1) >> 1])) at = swap(heap, at, (at - 1) >> 1);
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ;) {
    const child = isBefore(heap[2 * at + 2], heap[2 * at + 1]) ? 2 * at + 2 : 2 * at + 1;
    if (!isBefore(heap[child], heap[at])) return;
    at = swap(heap, at, child);
  }
}

function swap(heap: Entry[], at: number, other: number): number {
  const [one, two] = [heap[at], heap[other]];
  if (one === undefined || two === undefined) return other;
  heap[at] = two;
  heap[other] = one;
  return other;
}
