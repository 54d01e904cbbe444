/** Literals and identifiers. All sessions of naru have backslash escapes on, ANSI quotes off and speak utf8mb4. */
import type { Value } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'

const ESCAPED: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
  '\\': '\\\\',
  "'": "\\'",
}

/** A quoted text. */
export function textLiteral(text: string): string {
  return `'${text.replace(/[\0\n\r\x1a\\']/g, (c) => ESCAPED[c])}'`
}

/** Bytes as a hexadecimal literal. */
export function bytesLiteral(bytes: Uint8Array): string {
  return `x'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`
}

/** A value as a literal. Throws UNSUPPORTED for NaN and infinities, which MySQL does not have. */
export function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return textLiteral(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof Uint8Array) return bytesLiteral(value)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new NaruError('UNSUPPORTED', `MySQL has no number ${value}`)
  return Object.is(value, -0) ? '-0e0' : String(value)
}

/** A quoted identifier. */
export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
