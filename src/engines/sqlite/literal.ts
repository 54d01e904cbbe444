/** Names and values as SQLite writes them. */
import type { Value } from '../../core/engine.ts'

/** A name in double quotes. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function textLiteral(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  // The parser ends at a NUL character, so it is put in by a function.
  return parts.length === 1 ? parts[0] : `(${parts.join(' || char(0) || ')})`
}

function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NULL' // SQLite has no NaN
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999'
  if (Object.is(value, -0)) return '-0.0'
  return String(value)
}

/** A literal; booleans are 1 and 0, bytes x'…'. */
export function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return textLiteral(value)
  return `x'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`
}
