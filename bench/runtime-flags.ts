/**
 * Flags of Node.js in the image. Without them, the space for new objects can grow to 128 MB, and the rest of the heap to several
 * times the used size, before garbage collection.
 */
export const runtimeFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=40'];

/**
 * The environment of Node.js in the image: all threads share one malloc arena of glibc. With separate arenas, the threads of the garbage
 * collector and the compiler would each keep their peak memory.
 */
export const runtimeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
