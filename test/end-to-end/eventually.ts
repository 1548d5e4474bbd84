/**
 * How long a test waits for an expected event, in milliseconds. It only limits how long a failing test takes: the time until the event
 * depends on the load of the machine.
 */
export const patience = 120_000;

/** The same for `expect.poll`. */
export const soon = { timeout: patience, interval: 250 } as const;

/** Repeats a check until it holds. On a timeout, the error names the condition, with details if the caller provides them. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  more: () => string = () => '',
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${patience} ms: ${what}\n${more()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
