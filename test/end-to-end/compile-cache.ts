import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where programs that a test starts again and again keep their compiled modules: that halves the time of a start. */
export const compileCache = mkdtempSync(join(tmpdir(), 'compile-cache-'));
process.once('exit', () => rmSync(compileCache, { recursive: true, force: true }));
