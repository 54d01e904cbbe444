/** HMAC-SHA-256 of many short values under one key: the key's two blocks are laid out once, each value costs two hashes. */
import { hash } from 'node:crypto'

const BLOCK = 64
const SIZE = 32

/** HMAC-SHA-256 (RFC 2104) of bytes [start, end); the result is good until the next call. */
export type KeyedHash = (bytes: Uint8Array, start: number, end: number) => Buffer

/** The function for a key. */
export function keyedHash(key: string): KeyedHash {
  let block = Buffer.from(key)
  if (block.length > BLOCK) block = hash('sha256', block, 'buffer')
  let inner = Buffer.alloc(BLOCK + 256, 0x36)
  const outer = Buffer.alloc(BLOCK + SIZE, 0x5c)
  const result = Buffer.alloc(SIZE)
  for (let i = 0; i < block.length; i++) {
    inner[i] ^= block[i]
    outer[i] ^= block[i]
  }
  return (bytes, start, end) => {
    const length = BLOCK + end - start
    if (length > inner.length) {
      const grown = Buffer.alloc(length * 2)
      inner.copy(grown, 0, 0, BLOCK)
      inner = grown
    }
    inner.set(bytes.subarray(start, end), BLOCK)
    // Texts of one character a byte come out of the hash in half the time that buffers take.
    outer.write(hash('sha256', inner.subarray(0, length), 'binary'), BLOCK, 'latin1')
    result.write(hash('sha256', outer, 'binary'), 0, 'latin1')
    return result
  }
}
