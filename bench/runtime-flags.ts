/**
 * How the image starts Node.js. Left to itself it lets the space for new objects grow to 128 MB, and everything else to
 * several times of what is used, before it cleans up.
 */
export const runtimeFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=40'];
