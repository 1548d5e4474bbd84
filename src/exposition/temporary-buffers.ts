/** Memory that nobody uses again once it was written. */
const temporary = new WeakSet<ArrayBufferLike>();

/** Marks bytes that were made for one page, unless they share their memory with others, as small buffers do; gives them back. */
export function markTemporary(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= bytes.length + 1) temporary.add(bytes.buffer);
  return bytes;
}

/**
 * Gives the memory of such bytes back at once; other bytes stay as they are. A large page without compression makes so many
 * of them that the garbage collector would stop the program several times for each page.
 */
export function release(bytes: Buffer): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || !temporary.delete(buffer)) return;
  buffer.transfer(0);
}
