import type { WireType } from './wire.ts'

/** Hashes of wire rows; the columns' normalization is chosen once. */
export interface TupleHasher {
  /** sha256 hex of the rows' normalized wire bytes, one chunk. */
  stream(bytes: Uint8Array, rows: number): string
  /** Sum mod 2^128 of the first 128 bits of sha256 of every normalized row: independent of order. */
  sum(bytes: Uint8Array, rows: number): bigint
  /** One row's 128 bits. */
  row(bytes: Uint8Array, start: number, end: number): bigint
}
export function tupleHasher(_columns: readonly WireType[]): TupleHasher {
  throw new Error('not yet written')
}
