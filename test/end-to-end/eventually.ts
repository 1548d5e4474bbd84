/** How long a test waits for something that has to happen, in milliseconds. */
export const patience = 60_000;

/** Asks again and again until it is so; a failure names what was waited for, and says more if it is told how. */
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
