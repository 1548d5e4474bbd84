/**
 * A program for `node --input-type=module --eval` that says "yes" when the compiled parts of the program in this folder work: a password is
 * hashed and compared, and a function of the C library is called.
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
