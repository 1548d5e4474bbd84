/** Header in which Prometheus says how long it will wait, in seconds. */
export const scrapeTimeoutHeader = 'x-prometheus-scrape-timeout-seconds';

/** Of the time that Prometheus waits, this much (ms) is kept for the way, and for making and sending the page; of a short time half. */
const marginMs = 500;
/** How much later than the last moment for a round (ms) the answer is sent without it. */
const graceMs = 200;

/**
 * How long (ms) the answer to a probe waits for the end of the round, for a target's own timeout (ms) and the header of the
 * request, if it has one. The round itself has the target's timeout, whoever began it. A garbled header counts as none.
 */
export function longestWaitMs(targetTimeoutMs: number, header: string | undefined): number {
  const allowedMs = header !== undefined && /^\d{1,6}(\.\d{1,9})?$/.test(header.trim()) ? Number(header) * 1000 : 0;
  return allowedMs === 0 ? targetTimeoutMs + graceMs : Math.max(allowedMs - marginMs, allowedMs / 2);
}
