import type { AsteriskSimulator } from '../../src/simulator/asterisk/index.ts';

/** Length of a call (ms): a leg counts after 500 received packets, at 50 per second. */
const callMs = 12_000;
/** Pause between two calls (ms). Without running legs, the number of lossy legs is 0, which can be determined at any interval. */
const pauseMs = 2_000;

/** Plays calls, one after the other, over a trunk that loses packets. Returns a function that stops this. */
export function playLossyCalls({ legs }: AsteriskSimulator, trunk: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  const call = (): void => {
    const both = [legs.start({ endpoint: trunk }), legs.start({ endpoint: '1001' })] as const;
    both[0].change({ inward: { loss: 0.1, jitter: 0.03 } });
    timer = setTimeout(() => {
      for (const leg of both) legs.end(leg);
      timer = setTimeout(call, pauseMs);
    }, callMs);
  };
  call();
  return () => clearTimeout(timer);
}
