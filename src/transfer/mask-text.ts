/** Masks that keep the form of a text: its length, and where letters, digits and other characters are. */
import type { KeyedHash } from './keyed-hash.ts'

/** A stream of 32-bit numbers out of a hash (xoshiro128**): long texts would take too many hashes. */
function stream(seed: Buffer): () => number {
  let [a, b, c, d] = [seed.readInt32BE(0), seed.readInt32BE(4), seed.readInt32BE(8), seed.readInt32BE(12) | 1]
  const rotate = (v: number, by: number) => (v << by) | (v >>> (32 - by))
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result >>> 0
  }
}

/** Another character of [from, from + count). */
function other(code: number, from: number, count: number, random: number): number {
  return from + ((code - from + 1 + (random % (count - 1))) % count)
}

const LETTER = /\p{L}|\p{N}/u

/** Every letter and digit becomes another one of its class; whatever else there is stays, and so does the length. */
export function scrambled(text: string, seed: Buffer): string {
  const next = stream(seed)
  const out: string[] = []
  for (const char of text) {
    const code = char.codePointAt(0) as number
    if (code >= 48 && code <= 57) out.push(String.fromCharCode(other(code, 48, 10, next())))
    else if (code >= 97 && code <= 122) out.push(String.fromCharCode(other(code, 97, 26, next())))
    else if (code >= 65 && code <= 90) out.push(String.fromCharCode(other(code, 65, 26, next())))
    else if (code >= 0xac00 && code <= 0xd7a3) out.push(String.fromCharCode(other(code, 0xac00, 11172, next())))
    else if (code > 127 && LETTER.test(char)) out.push(String.fromCharCode(97 + (next() % 26)))
    else out.push(char)
  }
  return out.join('')
}

const ROUNDS = 6
/** Digits of one half that a number holds exactly. */
const HALF = 15

/**
 * Other digits in place of the digits of a text. Two texts whose digits differ stay different: a Feistel network over the decimal digits,
 * keyed, maps the numbers of one length onto each other one to one. (More than 30 digits: the first 30 are replaced so, the rest as letters are.)
 */
export function otherDigits(text: string, hash: KeyedHash): string {
  const digits = text.replace(/[^0-9]/g, '')
  if (digits === '') return text
  const made = digits.length === 1 ? shifted(digits, hash) : permuted(digits, hash)
  let at = 0
  return text.replace(/[0-9]/g, () => made[at++])
}

function shifted(digit: string, hash: KeyedHash): string {
  const by = 1 + (hash(Buffer.from('one digit'), 0, 9)[0] % 9)
  return String((Number(digit) + by) % 10)
}

function permuted(all: string, hash: KeyedHash): string {
  const digits = all.slice(0, HALF * 2)
  const rest = all.slice(HALF * 2)
  const message = Buffer.alloc(18)
  const cut = digits.length >> 1
  let left = digits.slice(0, cut)
  let right = digits.slice(cut)
  for (let round = 0; round < ROUNDS; round++) {
    message[0] = digits.length
    message[1] = round
    message.fill(0, 2)
    message.write(right, 2, 'latin1')
    const size = 10 ** left.length
    const sum = String((Number(left) + (hash(message, 0, 18).readUIntBE(0, 6) % size)) % size).padStart(
      left.length,
      '0',
    )
    left = right
    right = sum
  }
  const seed = Buffer.from(left + right)
  return left + right + (rest === '' ? '' : scrambled(rest, hash(seed, 0, seed.length)))
}
