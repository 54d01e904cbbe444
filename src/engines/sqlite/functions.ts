/** Functions that naru adds to its SQLite connections: what SQL has no word for. They take text as bytes, which older Node versions do not cut. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { isUtf8 } from '../../core/encode.ts'
import type { LogicalType } from '../../core/schema.ts'
import { undouble } from './double-utf8.ts'
import { Refused } from './failure.ts'
import { fitOf } from './fit.ts'
import { PLAIN_MOMENTS, PLAIN_TEXTS, plainMoments, plainTexts } from './screen.ts'

/** Names of the functions. */
export const REFUSE = 'naru_refuse'
export const IS_UTF8 = 'naru_is_utf8'
export const HAS_REPLACEMENT = 'naru_has_replacement'
export const IS_DOUBLE = 'naru_is_double_utf8'
export const UNDOUBLE = 'naru_undouble_utf8'
export const REPAIR = 'naru_repair_utf8'
export const WITHOUT_NUL = 'naru_without_nul'
export const LENGTH = 'naru_length'
export const CLIP = 'naru_clip'
export const FIT = 'naru_fit'
export const FOLD = 'naru_fold'
export const ROUND = 'naru_round'

function bytesOf(value: SQLOutputValue): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Buffer.from(String(value ?? ''), 'utf8')
}

/** The first characters of UTF-8 text that fit into so many bytes. */
function clip(bytes: Buffer, max: number): string {
  let end = Math.min(max, bytes.length)
  while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/** A decimal's text rounded to `scale` digits after the point, halves away from zero; other texts as they are. */
function roundText(text: string, scale: number): string {
  const parts = /^(-?)(\d+)\.(\d+)$/.exec(text)
  if (parts === null || parts[3].length <= scale) return text
  const [, sign, whole, fraction] = parts
  const cut = BigInt(whole + fraction.slice(0, scale)) + (fraction[scale] >= '5' ? 1n : 0n)
  const digits = cut.toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** One look at many values (NULL: there are none). Their bytes are let go at once: garbage of megabytes would pile up until it is collected. */
function look(lines: SQLOutputValue, isPlain: (bytes: Uint8Array) => boolean): number {
  if (!(lines instanceof Uint8Array)) return lines === null ? 1 : 0
  const plain = isPlain(lines)
  if (lines.buffer instanceof ArrayBuffer) lines.buffer.transfer(0)
  return plain ? 1 : 0
}

/**
 * Registers them. `unicode16`: the file keeps text as UTF-16, so bytes of a text are no UTF-8 and are not checked.
 */
export function addFunctions(db: DatabaseSync, unicode16: boolean): void {
  const pure = { deterministic: true, useBigIntArguments: true } as const
  const text = (value: SQLOutputValue): string => bytesOf(value).toString(unicode16 ? 'utf16le' : 'utf8')
  const add = (name: string, fn: (...args: SQLOutputValue[]) => SQLOutputValue) =>
    db.function(name, { ...pure, varargs: true }, fn)
  add(REFUSE, (reason) => {
    throw new Refused(String(reason))
  })
  add(IS_UTF8, (value) => (unicode16 || value === null || isUtf8(bytesOf(value), 0, bytesOf(value).length) ? 1 : 0))
  add(HAS_REPLACEMENT, (value) => (typeof value === 'string' && value.includes('\ufffd') ? 1 : 0))
  add(IS_DOUBLE, (value) => (undouble(text(value)) === null ? 0 : 1))
  add(UNDOUBLE, (value) => (value === null ? null : (undouble(text(value)) ?? text(value))))
  add(REPAIR, (value) => (value === null ? null : text(value)))
  add(WITHOUT_NUL, (value) => (value === null ? null : text(value).replaceAll('\0', '')))
  add(LENGTH, (value) => (value === null ? null : [...text(value)].length))
  add(CLIP, (value, max) => (value === null ? null : clip(Buffer.from(text(value), 'utf8'), Number(max))))
  add(FOLD, (value) => (typeof value === 'string' ? value.toLowerCase().replace(/ +$/, '') : value))
  add(ROUND, (value, scale) => (typeof value === 'string' ? roundText(value, Number(scale)) : value))
  add(PLAIN_TEXTS, (lines) => look(lines, (bytes) => !unicode16 && plainTexts(bytes)))
  add(PLAIN_MOMENTS, (lines, width) => look(lines, (bytes) => !unicode16 && plainMoments(bytes, Number(width))))
  const known = new Map<string, (value: SQLOutputValue) => number>()
  add(FIT, (type, value) => {
    const key = String(type)
    const fit = known.get(key) ?? fitOf(JSON.parse(key) as LogicalType)
    known.set(key, fit)
    return fit(value)
  })
}
