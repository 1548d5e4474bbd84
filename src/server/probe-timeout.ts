/** Header in which Prometheus says how long it will wait, in seconds. */
export const scrapeTimeoutHeader = 'x-prometheus-scrape-timeout-seconds';

/** Of the time that Prometheus waits, this much (ms) is kept for the way, and for making and sending the page. */
const marginMs = 500;
/** A round is never shorter (ms): a login that is cut short would look like a PBX in trouble. */
const shortestRoundMs = 500;
/** How much later than the last moment for a round (ms) the answer is sent without it. */
const graceMs = 200;

/** The times of one probe, in milliseconds from now. */
export interface ProbeTimes {
  /** Longest time of a round that the probe begins. */
  readonly roundMs: number;
  /** When to answer, whether the round has ended or not. */
  readonly answerMs: number;
}

/** Times for a target's own timeout (ms) and the header of the request, if it has one. A garbled header counts as none. */
export function probeTimes(targetTimeoutMs: number, header: string | undefined): ProbeTimes {
  const seconds = header !== undefined && /^\d{1,6}(\.\d{1,9})?$/.test(header.trim()) ? Number(header) : 0;
  const allowed = seconds === 0 ? targetTimeoutMs : Math.max(shortestRoundMs, seconds * 1000 - marginMs);
  return { roundMs: Math.min(targetTimeoutMs, allowed), answerMs: allowed + graceMs };
}
