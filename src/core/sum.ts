/** Sums of row hashes modulo 2^128: the digest of rows whose order carries no meaning. */

/** a + b modulo 2^128. */
export function addSums(a: bigint, b: bigint): bigint {
  return BigInt.asUintN(128, a + b)
}

/** A sum as 32 hexadecimal digits, as marks and reports hold it. */
export function sumText(sum: bigint): string {
  return sum.toString(16).padStart(32, '0')
}

/** The inverse of `sumText`. */
export function parseSum(text: string): bigint {
  return BigInt(`0x${text}`)
}
