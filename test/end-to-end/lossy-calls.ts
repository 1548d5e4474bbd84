import type { AsteriskSimulator } from '../../src/simulator/asterisk/index.ts';

/** A leg counts from 500 received packets on, 50 a second (ms). */
const callMs = 12_000;
/** Without running legs none is lossy, which can be said at any interval (ms). */
const pauseMs = 2_000;

/** Plays calls over a trunk that loses packets, one after the other, until it is told to stop. */
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
