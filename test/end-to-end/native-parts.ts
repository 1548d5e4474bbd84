/**
 * Returns a script for `node --input-type=module --eval` that prints "yes" if the native modules of the program in this folder work: it
 * hashes and compares a password and calls a function of the C library.
 */
export function nativeParts(folder: string): string {
  return `
    const { createRequire } = process.getBuiltinModule('node:module');
    const require = createRequire(${JSON.stringify(`${folder}/package.json`)});
    const { compareSync, hashSync } = require('bcrypt');
    const ownNumber = require('koffi').load(null).func('int getpid()')();
    console.log(compareSync('made-up', hashSync('made-up', 4)) && ownNumber === process.pid ? 'yes' : 'no');
  `;
}
