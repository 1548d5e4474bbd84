/**
 * Flags of Node.js in the image. Without them, the space for new objects can grow to 128 MB, and the rest of the heap to several
 * times the used size, before garbage collection.
 */
export const runtimeFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=40'];

/**
 * The environment in which the image starts Node.js: all threads share one area of glibc's memory. With areas of their own, the
 * threads of the garbage collector and of the compiler each keep what they once needed.
 */
export const runtimeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
