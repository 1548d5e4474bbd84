/** How long a test waits for an expected event, in milliseconds. */
export const patience = 60_000;

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
