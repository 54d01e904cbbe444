/** Values made unrecognisable under a key: one value always gives the same one, in every table and every run with that salt. */
import type { WireColumn } from '../core/engine.ts'
import type { FieldStep, MaskKind } from '../core/transfer.ts'
import { utf8Text } from '../core/utf8.ts'
import type { ByteWriter } from '../core/writer.ts'
import { type KeyedHash, keyedHash } from './keyed-hash.ts'
import { inventedName } from './mask-names.ts'
import { otherDigits, scrambled } from './mask-text.ts'
import type { Tuple } from './tuple.ts'

/** Hexadecimal digits of a hash that stands for a value: fewer, and two values might meet. */
const LEAST = 16
const EMAIL_DIGITS = 20
const DOMAIN = '@example.invalid'
const SHORT_DOMAIN = '@x.invalid'

/** Longest text of a column in characters. */
function roomOf(column: WireColumn): number {
  const { logical } = column.column.type
  return logical.kind === 'text' ? (logical.max ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
}

/**
 * Why a mask cannot stand between two columns, with what can be done; null: it can. Texts take every mask; all other types, which a
 * mask would have to invent values of, only `null`, and that where the target takes NULL.
 */
export function maskRefusal(mask: MaskKind, read: WireColumn, write: WireColumn): string | null {
  if (mask === 'null') return write.column.nullable ? null : `${write.name} takes no NULL`
  const plain = (c: WireColumn) =>
    c.wire.kind === 'text' && !['enum', 'set', 'opaque'].includes(c.column.type.logical.kind)
  const bad = [read, write].find((c) => !plain(c))
  if (bad !== undefined) {
    const kinds = 'email, name, phone, hash and text are for texts'
    return `${bad.name} is ${bad.column.type.native}: ${kinds}, others take mask null alone`
  }
  const least = mask === 'email' ? 1 + LEAST + SHORT_DOMAIN.length : mask === 'hash' ? LEAST : 1
  if (roomOf(write) >= least) return null
  return `${write.name} holds ${roomOf(write)} characters, and mask ${mask} needs ${least}`
}

/** Text → other text. `hash` is of the text. */
function masker(mask: MaskKind, key: KeyedHash, room: number): (text: string, hash: Buffer) => string {
  switch (mask) {
    case 'email': {
      const domain = room >= 1 + EMAIL_DIGITS + DOMAIN.length ? DOMAIN : SHORT_DOMAIN
      const digits = Math.min(EMAIL_DIGITS, room - 1 - domain.length)
      return (_, hash) => `u${hash.toString('hex').slice(0, digits)}${domain}`
    }
    case 'name':
      return (text, hash) => inventedName(text, hash, room)
    case 'phone':
      return (text) => otherDigits(text, key)
    case 'hash':
      return (_, hash) => hash.toString('hex').slice(0, Math.min(64, room))
    default:
      return (text, hash) => scrambled(text, hash)
  }
}

/** The step that masks a field. NULL stays NULL and '' stays '', so that what is missing stays missing. */
export function maskStep(
  step: Extract<FieldStep, { kind: 'mask' }>,
  read: WireColumn,
  column: WireColumn,
): (w: ByteWriter, t: Tuple) => void {
  if (step.mask === 'null') return (w) => w.null()
  const { at } = step
  const key = keyedHash(step.salt)
  const masked = masker(step.mask, key, roomOf(column))
  // Where a column takes 'A' and 'a' for equal, equal values must stay equal.
  const fold = read.column.caseInsensitive === true
  return (w, t) => {
    const start = t.at[at] + 4
    const end = t.at[at + 1]
    if (start === end) return w.raw(t.bytes, t.at[at], end)
    const text = utf8Text(t.bytes, start, end)
    const hashed = fold ? Buffer.from(text.toLowerCase()) : t.bytes
    w.text(masked(text, fold ? key(hashed, 0, hashed.length) : key(hashed, start, end)))
  }
}
