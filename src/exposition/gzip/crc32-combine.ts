/*
 * Computes the CRC-32 of two joined pieces from their separate CRC-32 values, without reading the bytes again.
 *
 * A CRC is a remainder of polynomials over GF(2). Appending n bytes multiplies the remainder of the first piece by x^(8n)
 * modulo the polynomial of the CRC; then the two remainders are added (exclusive or). Multiplying by a fixed polynomial is
 * a linear map of 32 bits, so this is equivalent to the well-known method with 32x32 matrices, but shorter.
 * The bit order is that of CRC-32: the highest bit of a number is the coefficient of x^0.
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

/** x^(8 * 2^k) for k = 0, 1, 2 and so on; enough for every length that is a safe integer. */
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

/** Returns x^(8 * length), the factor for appending `length` bytes, as an argument for {@link combineCrc32}. */
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

/** Returns the CRC-32 of two joined pieces. `secondShift` is {@link crc32Shift} of the length of the second piece in bytes. */
export function combineCrc32(first: number, second: number, secondShift: number): number {
  return (multiply(secondShift, first) ^ second) >>> 0;
}
