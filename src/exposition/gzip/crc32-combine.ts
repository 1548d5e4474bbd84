/*
 * The CRC-32 of two pieces put together, from the CRC-32 of each, without reading the bytes again.
 *
 * A CRC is a remainder of polynomials over GF(2). Appending n bytes multiplies the first piece's remainder by x^(8n)
 * modulo the CRC's polynomial; after that the two remainders are simply added (exclusive or). Multiplying by a fixed
 * polynomial is a linear map of 32 bits, so this is the same as the well-known way with 32x32 matrices, only shorter.
 * Bit order is that of CRC-32: the highest bit of a number is the coefficient of x^0.
 */

const polynomial = 0xed_b8_83_20;
const one = 0x80_00_00_00;

/** The product of two remainders. */
function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

/** x^(8 * 2^k) for k = 0, 1, 2 and so on, enough for any length that a number holds exactly. */
const byteShifts: readonly number[] = makeByteShifts(53);

function makeByteShifts(count: number): readonly number[] {
  const shifts: number[] = [];
  let power = one >>> 8;
  for (let index = 0; index < count; index += 1) {
    shifts.push(power);
    power = multiply(power, power);
  }
  return shifts;
}

/** What appending `length` bytes does to a CRC: x^(8 * length), to be handed to {@link combineCrc32}. */
export function crc32Shift(length: number): number {
  let shift = one;
  let rest = length;
  for (const power of byteShifts) {
    if (rest === 0) break;
    if (rest % 2 === 1) shift = multiply(shift, power);
    rest = Math.floor(rest / 2);
  }
  return shift;
}

/** The CRC-32 of two pieces joined; `secondShift` is {@link crc32Shift} of the second piece's length in bytes. */
export function combineCrc32(first: number, second: number, secondShift: number): number {
  return (multiply(secondShift, first) ^ second) >>> 0;
}
