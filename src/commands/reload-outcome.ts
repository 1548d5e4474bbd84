import type { Clock } from '../clock.ts';
import type { OwnMetrics } from '../exposition/exporter-registry.ts';

/** The two configuration files, each good or bad by itself. */
export type ConfigPart = 'exporter' | 'web';

/** Takes note of how the last reading of each file went; the metrics say whether both can be used. */
export function createReloadOutcome(own: OwnMetrics, clock: Clock): (part: ConfigPart, success: boolean) => void {
  const bad = new Set<ConfigPart>();
  return (part, success) => {
    if (success) bad.delete(part);
    else bad.add(part);
    own.configReloaded(bad.size === 0, clock.wallTime());
  };
}
